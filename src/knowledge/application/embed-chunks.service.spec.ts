import { LetterEmbedder } from '../../../test/fakes/letter-embedder.js';
import { KnowledgeConfig } from '../../platform/config/knowledge.config.js';
import { AppError } from '../../shared/app-error.js';
import type { Chunk } from '../domain/chunk.js';
import { EmbedChunks } from './embed-chunks.service.js';

const aChunk = (text: string, context = ''): Chunk => ({
  ordinal: 0,
  text,
  context,
  headings: [],
  page: null,
  charStart: 0,
  charEnd: text.length,
  tokenCount: 1,
});
const { signal } = new AbortController();

describe('EmbedChunks', () => {
  const setUp = () => {
    const embedder = new LetterEmbedder();
    return { embedder, embedding: new EmbedChunks(embedder, new KnowledgeConfig()) };
  };
  const failTimes = (embedder: LetterEmbedder, times: number, error: Error): { tries: number } => {
    const seen = { tries: 0 };
    embedder.beforeBatch = async () => {
      seen.tries += 1;
      if (seen.tries <= times) throw error;
    };
    return seen;
  };

  it('embeds a chunk together with its context', async () => {
    const { embedder, embedding } = setUp();
    const texts: string[] = [];
    embedder.beforeBatch = async (batch) => void texts.push(...batch);
    const embedded = await embedding.embed([aChunk('row', 'header'), aChunk('plain')], signal);
    expect(texts).toEqual(['header\nrow', 'plain']);
    expect(embedded.map(({ text, embedding: vector }) => [text, vector.length])).toEqual([
      ['row', 26],
      ['plain', 26],
    ]);
  });

  it('tries a batch again when the upstream says that it may pass', async () => {
    const { embedder, embedding } = setUp();
    const seen = failTimes(
      embedder,
      1,
      new AppError({ code: 'model.unavailable', kind: 'unavailable', message: 'Not now.' }),
    );
    expect(await embedding.embed([aChunk('a')], signal)).toHaveLength(1);
    expect(seen.tries).toBe(2);
  });

  it.each([
    new AppError({ code: 'model.refused', kind: 'invalid', message: 'No.' }),
    new TypeError('a defect of ours'),
  ])('does not repeat what cannot pass: %s', async (error) => {
    const { embedder, embedding } = setUp();
    const seen = failTimes(embedder, 1, error);
    await expect(embedding.embed([aChunk('a')], signal)).rejects.toBe(error);
    expect(seen.tries).toBe(1);
  });

  it('stops waiting when the work is called off', async () => {
    const { embedder, embedding } = setUp();
    const stop = new AbortController();
    const busy = new AppError({
      code: 'model.busy',
      kind: 'limited',
      message: 'Not now.',
      retryAfterSeconds: 3_600,
    });
    embedder.beforeBatch = async () => {
      setImmediate(() => stop.abort(new Error('called off')));
      throw busy;
    };
    await expect(embedding.embed([aChunk('a')], stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
