import { aPdf } from '../builders/pdf-fixture.js';
import { OpenAiServer } from '../openai-server.js';
import { call, startProtostar, type Json, type Protostar } from './harness.js';
import { longText, modelSettings, stream } from './talk.js';

const pageCount = 200;

describe('how far a document is', () => {
  let model: OpenAiServer;
  let server: Protostar;

  beforeAll(async () => {
    model = await OpenAiServer.start();
    // Longer than two events of progress are apart.
    model.embedding = { delayMs: 150 };
    server = await startProtostar({
      env: {
        ...modelSettings(model),
        EMBEDDING_MODEL: 'scripted-embedding',
        EMBEDDING_DIMENSIONS: '64',
        EMBEDDING_BATCH: '16',
      },
    });
  });
  afterAll(async () => {
    await server.stop();
    await model.close();
  });

  /** @returns each state that the stream tells, in order. */
  async function progressOf(file: Blob, filename: string): Promise<{ id: string; states: Json[] }> {
    const collections = await call(server, 'GET', '/api/v1/collections?name=default');
    const form = new FormData();
    form.append('file', file, filename);
    const uploaded = await fetch(
      `${server.url}/api/v1/collections/${collections.body.data[0].id}/documents`,
      { method: 'POST', body: form },
    );
    const { id } = ((await uploaded.json()) as Json).data[0];
    const events = await (await stream(server, `/api/v1/documents/${id}/events`)).toEnd();
    expect(events.names.at(-1)).toBe('document.ready');
    return { id, states: events.events.map(({ data }) => data.progress) };
  }
  const rises = (numbers: number[]): boolean => numbers.every((n, at) => at === 0 || n >= numbers[at - 1]!);

  it('is told in pages, then in chunks, which rise to their totals, and the percentage is theirs', async () => {
    const pages = Array.from({ length: pageCount }, (_, at) => [
      `The wall of section ${at} is built of granite and weighs ${at} tons.`,
      ...longText(1, `section ${at}`)
        .match(/.{1,90}(?: |$)/g)!
        .slice(0, 20),
    ]);
    const { id, states } = await progressOf(new Blob([new Uint8Array(aPdf({ pages }))]), 'wall.pdf');
    expect(rises(states.map(({ percent }) => percent))).toBe(true);

    const ofPages = states.filter(({ unit }) => unit === 'pages');
    expect(ofPages.at(-1)).toEqual({
      stage: 'extracting',
      percent: 30,
      done: pageCount,
      total: pageCount,
      unit: 'pages',
    });
    expect(rises(ofPages.map(({ done }) => done))).toBe(true);
    for (const { percent, done, total } of ofPages) expect(percent).toBe(Math.round((30 * done) / total));

    const { chunkCount } = (await call(server, 'GET', `/api/v1/documents/${id}`)).body;
    const embedding = states.filter(({ stage }) => stage === 'embedding');
    expect(embedding[0]).toMatchObject({ percent: 30, done: 0 });
    expect(new Set(embedding.map(({ done }) => done)).size).toBeGreaterThan(2);
    expect(rises(embedding.map(({ done }) => done))).toBe(true);
    for (const { percent, done, total, unit } of embedding)
      expect({ percent, total, unit }).toEqual({
        percent: 30 + Math.round((65 * done) / total),
        total: chunkCount,
        unit: 'chunks',
      });
    expect(states.at(-1)).toEqual({
      stage: 'ready',
      percent: 100,
      done: chunkCount,
      total: chunkCount,
      unit: 'chunks',
    });
  });

  it('is told without counts while a text without pages is read', async () => {
    const { states } = await progressOf(new Blob([longText(3)], { type: 'text/markdown' }), 'wall.md');
    const uncounted = states.filter(({ stage }) => stage === 'extracting' || stage === 'queued');
    for (const { done, total, unit } of uncounted)
      expect({ done, total, unit }).toEqual({ done: null, total: null, unit: null });
    expect(states.at(-1)).toMatchObject({ stage: 'ready', unit: 'chunks' });
  });
});
