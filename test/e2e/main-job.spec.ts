import { aScannedPdf, scansOf } from '../builders/scan-fixture.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Json, type Protostar } from './harness.js';

const handbook = `# Handbook

## Leave

Every employee gets 27 days of annual leave. Unused days expire on 31 March.

## Equipment

A laptop is replaced every 4 years. Broken ones are replaced at once.
`;
const koreanHandbook = `# 안내서

## 휴가

모든 직원은 매년 휴가 27일을 받습니다. 남은 휴가는 3월 31일에 사라집니다.

## 장비

노트북은 4년마다 교체합니다.
`;

interface SseEvent {
  id: string | null;
  event: string;
  data: Json;
}

const parseEvents = (text: string): SseEvent[] =>
  text
    .split('\n\n')
    .filter((block) => /^event:/m.test(block))
    .map((block) => ({
      id: /^id: ?(.*)$/m.exec(block)?.[1] ?? null,
      event: /^event: ?(.*)$/m.exec(block)?.[1] ?? '',
      data: JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? 'null'),
    }));

describe('ask your own document', () => {
  let server: Protostar;
  let collectionId: string;

  beforeAll(async () => {
    server = await startProtostar();
    const { body } = await call(server, 'GET', '/api/v1/collections?name=default');
    collectionId = body.data[0].id;
  });
  afterAll(() => server.stop());

  const upload = async (
    filename: string,
    content: string | Uint8Array<ArrayBuffer>,
    type = 'text/markdown',
  ): Promise<{ status: number; body: Json }> => {
    const form = new FormData();
    form.append('file', new Blob([content], { type }), filename);
    const response = await fetch(`${server.url}/api/v1/collections/${collectionId}/documents`, {
      method: 'POST',
      body: form,
    });
    return { status: response.status, body: await response.json() };
  };
  const ready = async (documentId: string): Promise<void> =>
    waitFor(
      async () => (await call(server, 'GET', `/api/v1/documents/${documentId}`)).body.status === 'ready',
    );
  const ask = async (content: string): Promise<SseEvent[]> => {
    const conversation = await call(server, 'POST', '/api/v1/conversations', {});
    const response = await fetch(`${server.url}/api/v1/conversations/${conversation.body.id}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ content }),
    });
    expect(response.status).toBe(200);
    return parseEvents(await response.text());
  };
  const objects = (): Promise<string[]> => server.world.objects();

  it('streams a cited answer whose quotes stand in the document, and stores the same', async () => {
    const { status, body } = await upload('handbook.md', handbook);
    expect(status).toBe(202);
    await ready(body.data[0].id);
    const events = await ask('How many days of annual leave does every employee get?');
    expect(events[0]?.event).toBe('message.started');
    const last = events.at(-1);
    expect(last?.event).toBe('message.completed');
    const ids = events.map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));

    const streamed = events.filter(({ event }) => event === 'message.delta').map(({ data }) => data.text);
    const stored = (await call(server, 'GET', `/api/v1/messages/${last?.data.message.id}`)).body;
    expect(streamed.join('')).toBe(stored.content);
    expect(stored.content).toContain('27 days');

    const text = (await call(server, 'GET', `/api/v1/documents/${body.data[0].id}/text`)).body as string;
    expect(stored.citations.length).toBeGreaterThan(0);
    for (const citation of stored.citations) {
      expect(text.slice(citation.charStart, citation.charEnd)).toBe(citation.quote);
      for (const mark of citation.marks)
        expect(stored.content.slice(mark)).toMatch(new RegExp(`^\\[(\\d+, )*${citation.index}\\b`));
    }
  });

  it('answers a Korean question from a Korean document in Korean', async () => {
    const { body } = await upload('안내서.md', koreanHandbook);
    expect(body.data[0].filename).toBe('안내서.md');
    await ready(body.data[0].id);
    const events = await ask('직원은 휴가를 며칠 받습니까?');
    const { content, citations } = events.at(-1)!.data.message;
    expect(content).toContain('휴가 27일');
    expect(citations[0].quote).toContain('휴가 27일');
    expect(citations[0].documentId).toBe(body.data[0].id);
  });

  it('takes the same bytes once', async () => {
    const first = await upload('twice.md', '# Twice\n\nThe same bytes come twice here.');
    const second = await upload('again.md', '# Twice\n\nThe same bytes come twice here.');
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.body.data[0]).toMatchObject({ id: first.body.data[0].id, duplicate: true });
  });

  it('fails a scan with the setting that would recognise it, which is off', async () => {
    const scan = new Uint8Array(aScannedPdf(await scansOf([['Nobody reads this page.']])));
    const { id } = (await upload('scan.pdf', scan, 'application/pdf')).body.data[0];
    const document = async (): Promise<Json> => (await call(server, 'GET', `/api/v1/documents/${id}`)).body;
    await waitFor(async () => (await document()).status === 'failed');
    expect((await document()).error).toMatchObject({
      code: 'knowledge.no-text-found',
      status: 422,
      detail: expect.stringContaining('OCR_LANGUAGES'),
    });
  });

  it('hides a deleted document at once and removes its bytes', async () => {
    const { body } = await upload('secret.md', '# Secret\n\nThe zanzibar project starts in 2031.');
    const { id } = body.data[0];
    await ready(id);
    const search = async (): Promise<string[]> =>
      (await call(server, 'POST', '/api/v1/search', { query: 'zanzibar project' })).body.data.map(
        (passage: { documentId: string }) => passage.documentId,
      );
    expect(await search()).toContain(id);
    expect((await objects()).some((path) => path.includes(id))).toBe(true);
    expect((await call(server, 'DELETE', `/api/v1/documents/${id}`)).status).toBe(204);
    expect(await search()).not.toContain(id);
    expect((await call(server, 'GET', `/api/v1/documents/${id}`)).status).toBe(404);
    await waitFor(async () => !(await objects()).some((path) => path.includes(id)));
  });
});
