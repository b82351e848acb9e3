import { existsSync } from 'node:fs';
import { LexicalTokenizer } from '../../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../../src/platform/text/text-worker-pool.js';
import { compiledTextWorker, textWorkerPools } from './text-workers.js';
import { tokenizerContract, tokenizerSpeedContract } from './tokenizer.contract.js';

it('has the compiled threads at hand', () => {
  expect(existsSync(compiledTextWorker)).toBe(true);
});

describe.each(textWorkerPools)('LexicalTokenizer %s', (_, openPool) => {
  const pool = openPool();
  afterAll(() => pool.onApplicationShutdown());

  tokenizerContract(() => new LexicalTokenizer(pool));
});

describe('LexicalTokenizer', () => {
  tokenizerSpeedContract(() => new LexicalTokenizer(new TextWorkerPool()));
});
