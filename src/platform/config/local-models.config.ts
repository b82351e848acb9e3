import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { FromEnv } from './from-env.js';
import { ModelsConfig } from './models.config.js';
import { RerankConfig } from './rerank.config.js';
import type { ReadSections, WithRequirements } from './section.js';

export const poolings = ['mean', 'cls'] as const;
const precisions = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'bnb4', 'q4f16'] as const;

/** Models in ONNX form, run by this machine's processor, with a package that is not part of Protostar. */
export class LocalModelsConfig implements WithRequirements {
  @FromEnv(
    'LOCAL_EMBEDDING_MODEL',
    'Embedding model that this machine runs: a folder with config.json, tokenizer.json and onnx/ (it begins with / or ./), or a name at the Hugging Face hub, e.g. Xenova/multilingual-e5-small, fetched at the first start. Instead of EMBEDDING_MODEL.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly embeddingModel?: string;

  @FromEnv('LOCAL_EMBEDDING_POOLING', 'How its token vectors become one: mean (E5, MiniLM) or cls (BGE).')
  @IsIn(poolings)
  readonly pooling: (typeof poolings)[number] = 'mean';

  @FromEnv(
    'LOCAL_EMBEDDING_QUERY_PREFIX',
    'What it wants before a question, e.g. query: for E5. A space follows by itself.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly queryPrefix?: string;

  @FromEnv(
    'LOCAL_EMBEDDING_PASSAGE_PREFIX',
    'What it wants before a passage, e.g. passage: for E5. A space follows by itself.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly passagePrefix?: string;

  @FromEnv(
    'LOCAL_RERANK_MODEL',
    'Reranking model (cross-encoder) that this machine runs: a folder or a name, as above, e.g. Xenova/bge-reranker-base. Instead of RERANK_MODEL; the bounds of RERANK_ hold.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly rerankModel?: string;

  @FromEnv(
    'LOCAL_MODEL_PRECISION',
    'Which of its files is taken: fp32, fp16, q8, int8, uint8, q4, bnb4 or q4f16. q8 is a quarter of fp32, and faster.',
  )
  @IsIn(precisions)
  readonly precision: (typeof precisions)[number] = 'q8';

  @FromEnv(
    'LOCAL_MODEL_FOLDER',
    'Folder for the package that runs them, which `npm install --prefix FOLDER --ignore-scripts @huggingface/transformers@4.3.1` puts there, and for models from the hub. Unset: the folder local-models in DATA_DIR.',
  )
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly folder?: string;

  requirements(read: ReadSections): string[] {
    const twice = (local: string, other: string): string =>
      `${local} and ${other} are both set, but only one model can be used. Unset one of them.`;
    return [
      ...(this.embeddingModel && read(ModelsConfig).embeddingModel
        ? [twice('LOCAL_EMBEDDING_MODEL', 'EMBEDDING_MODEL')]
        : []),
      ...(this.rerankModel && read(RerankConfig).model ? [twice('LOCAL_RERANK_MODEL', 'RERANK_MODEL')] : []),
    ];
  }
}
