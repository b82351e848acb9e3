import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../random.js';

/* As much of ONNX's Protocol Buffers as a graph of two nodes takes. */

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
};
const int = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, ...parts: (Buffer | string)[]): Buffer => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
};

const elementType = { float: 1, int64: 7 };

const valueInfo = (field: number, name: string, type: number, dims: (string | number)[]): Buffer => {
  const shape = dims.map((dim) => bytes(1, typeof dim === 'string' ? bytes(2, dim) : int(1, dim)));
  return bytes(field, bytes(1, name), bytes(2, bytes(1, int(1, type), bytes(2, ...shape))));
};

const table = (rows: number[][]): Buffer =>
  bytes(
    5,
    int(1, rows.length),
    int(1, rows[0]!.length),
    int(2, elementType.float),
    bytes(8, 'table'),
    bytes(9, Buffer.from(Float32Array.from(rows.flat()).buffer)),
  );

/** Looks each token up in `rows`; summed over the tokens where `output` is `logits`. */
const model = (rows: number[][], output: 'last_hidden_state' | 'logits'): Buffer => {
  const found = output === 'logits' ? 'found' : output;
  const gather = bytes(1, bytes(1, 'table'), bytes(1, 'input_ids'), bytes(2, found), bytes(4, 'Gather'));
  const axes = bytes(5, bytes(1, 'axes'), int(8, 1), int(20, 7));
  const keepDims = bytes(5, bytes(1, 'keepdims'), int(3, 0), int(20, 2));
  const sum = bytes(1, bytes(1, found), bytes(2, output), bytes(4, 'ReduceSum'), axes, keepDims);
  const width = rows[0]!.length;
  const shape = output === 'logits' ? ['texts', width] : ['texts', 'tokens', width];
  const graph = Buffer.concat([
    gather,
    ...(output === 'logits' ? [sum] : []),
    bytes(2, 'tiny'),
    table(rows),
    valueInfo(11, 'input_ids', elementType.int64, ['texts', 'tokens']),
    valueInfo(12, output, elementType.float, shape),
  ]);
  return Buffer.concat([int(1, 7), bytes(7, graph), bytes(8, bytes(1, ''), int(2, 12))]);
};

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

/** @param words whole words; every other word is read letter by letter, of those that stand in `letters` */
function tokenizer(words: string[], letters: string): { json: object; tokens: string[] } {
  const single = [...new Set(letters)].filter((letter) => letter.trim() !== '');
  const tokens = [...special, ...words, ...single, ...single.map((letter) => `##${letter}`)];
  const piece = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const sequence = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: false,
      strip_accents: false,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]', 0), sequence('A', 0), piece('[SEP]', 0)],
      pair: [piece('[CLS]', 0), sequence('A', 0), piece('[SEP]', 0), sequence('B', 1), piece('[SEP]', 1)],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [special.indexOf(id)], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
  return { json, tokens };
}

async function writeModel(
  folder: string,
  { json, onnx, maxTokens }: { json: object; onnx: Buffer; maxTokens: number },
): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const files: [string, string | Buffer][] = [
    ['config.json', JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] })],
    ['tokenizer.json', JSON.stringify(json)],
    [
      'tokenizer_config.json',
      JSON.stringify({
        tokenizer_class: 'BertTokenizer',
        model_max_length: maxTokens,
        pad_token: '[PAD]',
        unk_token: '[UNK]',
        cls_token: '[CLS]',
        sep_token: '[SEP]',
      }),
    ],
    ['onnx/model.onnx', onnx],
    ['onnx/model_quantized.onnx', onnx],
  ];
  for (const [name, content] of files) await writeFile(join(folder, name), content);
}

/** A real model of a few kilobytes: a vector of `width` random numbers for each letter. */
export async function writeEmbeddingModel(folder: string, letters: string, width: number): Promise<void> {
  const { json, tokens } = tokenizer([], letters);
  const random = new Random(5);
  // A letter is the same wherever it stands in its word.
  const vectors = new Map<string, number[]>();
  const vectorOf = (token: string): number[] => {
    const letter = token.replace('##', '');
    if (!vectors.has(letter))
      vectors.set(
        letter,
        Array.from({ length: width }, () => random.next() - 0.5),
      );
    return vectors.get(letter)!;
  };
  await writeModel(folder, { json, onnx: model(tokens.map(vectorOf), 'last_hidden_state'), maxTokens: 512 });
}

/** A real cross-encoder of a few kilobytes: the sum of its words' weights. */
export async function writeRerankingModel(
  folder: string,
  weights: Record<string, number>,
  maxTokens = 64,
): Promise<void> {
  const { json, tokens } = tokenizer(Object.keys(weights), '');
  await writeModel(folder, {
    json,
    onnx: model(
      tokens.map((token) => [weights[token] ?? 0]),
      'logits',
    ),
    maxTokens,
  });
}
