import { readFileSync } from 'node:fs';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Json, type Protostar } from './harness.js';

const upload = async (server: Protostar, filename: string, bytes: Buffer): Promise<Json> => {
  const { data } = (await call(server, 'GET', '/api/v1/collections?name=default')).body;
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), filename);
  const response = await fetch(`${server.url}/api/v1/collections/${data[0].id}/documents`, {
    method: 'POST',
    body: form,
  });
  const { id } = ((await response.json()) as Json).data[0];
  const read = async (): Promise<Json> => (await call(server, 'GET', `/api/v1/documents/${id}`)).body;
  await waitFor(async () => ['ready', 'failed'].includes((await read()).status), { timeoutMs: 120_000 });
  return read();
};

/** Recognising takes seconds a page, and more beside other suites. */
const limitMs = 240_000;

describe('scanned documents', () => {
  let server: Protostar;
  afterAll(() => server.stop());

  it(
    'are searched by page, and quoted, when text recognition is on',
    async () => {
      server = await startProtostar({ env: { OCR_LANGUAGES: 'kor,eng' } });
      const korean = await upload(server, '규정.pdf', readFileSync('test/fixtures/scans/korean.pdf'));
      expect(korean.status).toBe('ready');
      const { data } = (await call(server, 'POST', '/api/v1/search', { query: '노트북과 모니터' })).body;
      expect(data[0]).toMatchObject({ documentId: korean.id, page: 1 });
      const conversation = (await call(server, 'POST', '/api/v1/conversations', {})).body;
      const asked = await call(server, 'POST', `/api/v1/conversations/${conversation.id}/messages`, {
        content: '재택근무를 하는 직원에게 무엇을 빌려줍니까?',
      });
      const answer = async (): Promise<Json> =>
        (await call(server, 'GET', `/api/v1/messages/${asked.body.assistantMessage.id}`)).body;
      await waitFor(async () => (await answer()).status === 'completed');
      const { citations } = await answer();
      expect(citations[0]).toMatchObject({
        documentId: korean.id,
        page: 1,
        quote: expect.stringContaining('노트북과 모니터'),
      });
      const scanned: string = (await call(server, 'GET', `/api/v1/documents/${korean.id}/text`)).body;
      expect(scanned.slice(citations[0].charStart, citations[0].charEnd)).toBe(citations[0].quote);
      expect(scanned.slice(data[0].charStart, data[0].charEnd)).toBe(data[0].text);
    },
    limitMs,
  );
});
