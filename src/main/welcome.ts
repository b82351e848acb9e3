import { resolve } from 'node:path';
import { MetadataConfig } from '../platform/config/metadata.config.js';
import { LocalModelsConfig } from '../platform/config/local-models.config.js';
import { ModelsConfig } from '../platform/config/models.config.js';
import { StorageConfig } from '../platform/config/storage.config.js';
import type { Composition } from './platform.module.js';

/** What a person who has just started Protostar wants to know. */
export function welcome({ configuration }: Composition, url: string): void {
  const models = configuration.get(ModelsConfig);
  const local = configuration.get(LocalModelsConfig);
  const model = models.chatModel ?? 'extractive (quotes your documents; set CHAT_MODEL for a language model)';
  const metadata = !configuration.get(MetadataConfig).enabled
    ? 'not generated (set GENERATE_METADATA and CHAT_MODEL)'
    : models.chatModel
      ? 'generated after a document is ready'
      : 'not generated: GENERATE_METADATA is on, and needs CHAT_MODEL';
  const embedder =
    local.embeddingModel ??
    models.embeddingModel ??
    'hashed (lexical; set EMBEDDING_MODEL for semantic search)';
  process.stdout.write(`
Protostar is up.

  API          ${url}/api/v1
  Swagger UI   ${url}/docs
  Data folder  ${resolve(configuration.get(StorageConfig).dataDir)}
  Model        ${model}
  Embedder     ${embedder}
  Metadata     ${metadata}

Try next:

  npm run ask -- <file.pdf> "<question>"
  curl ${url}/health/ready

`);
}
