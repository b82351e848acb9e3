import { createHmac } from 'node:crypto';
import { page, ScriptedSite, type SiteRequest } from '../scripted-site.js';
import { waitFor } from '../wait-for.js';
import { call, startProtostar, type Json, type Protostar } from './harness.js';
import { answered, postDocument } from './talk.js';

describe('a server that wants to be told', () => {
  let server: Protostar;
  let site: ScriptedSite;
  let webhook: Json;

  const settings = (): Record<string, string> => ({
    FETCH_ALLOWED_HOSTS: site.host,
    CHUNKS_PER_DOCUMENT: '1',
  });

  beforeAll(async () => {
    site = await ScriptedSite.open();
    site.serves('/hook', page('ok'));
    server = await startProtostar({ env: settings() });
    const events = ['document.ready', 'document.failed', 'message.completed'];
    const created = await call(server, 'POST', '/api/v1/webhooks', { url: site.url('/hook'), events });
    webhook = created.body;
  });
  afterAll(async () => {
    await server.stop();
    await site.close();
  });

  const told = (): Json[] => site.requests.map(({ body }) => JSON.parse(body.toString()));
  const isSigned = ({ headers, body }: SiteRequest): boolean => {
    const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']] as string[];
    const signed = createHmac('sha256', Buffer.from(webhook.secret.slice('whsec_'.length), 'base64'))
      .update(`${id}.${timestamp}.${body.toString()}`)
      .digest('base64');
    return headers['webhook-signature'] === `v1,${signed}`;
  };
  const aboutOf = async (type: string, id: string): Promise<Json> => {
    const find = (): Json =>
      told().find((event) => event.type === type && Object.values(event.data).includes(id));
    await waitFor(() => find() !== undefined, { what: `${type} of ${id}` });
    return find().data;
  };

  it('hears of documents and answers, by ids and a status alone', async () => {
    const ready = await postDocument(server, 'Short', 'The granite wall weighs 4711 kilograms.');
    const { collectionId } = (await call(server, 'GET', `/api/v1/documents/${ready}`)).body;
    expect(await aboutOf('document.ready', ready)).toEqual({
      documentId: ready,
      collectionId,
      version: 1,
      status: 'ready',
    });
    const failed = await postDocument(server, 'Long', 'Granite weighs a lot. '.repeat(5_000));
    expect(await aboutOf('document.failed', failed)).toMatchObject({ documentId: failed, status: 'failed' });
    const { message } = await answered(server, { content: 'How much does the granite wall weigh?' });
    expect(await aboutOf('message.completed', message.id)).toEqual({
      messageId: message.id,
      conversationId: message.conversationId,
      status: 'completed',
    });
    expect(site.requests.every(isSigned)).toBe(true);
    expect(JSON.stringify(told())).not.toMatch(/granite|4711/i);
    await waitFor(async () => {
      const { body } = await call(server, 'GET', `/api/v1/webhooks/${webhook.id}/deliveries`);
      return body.data.length === 3 && body.data.every(({ status }: Json) => status === 'delivered');
    });
  });

  it('is told after the kill of every process what it did not take before', async () => {
    site.serves('/hook', page('not now', {}, 503));
    const before = site.requests.length;
    const id = await postDocument(server, 'Again', 'The marble wall weighs 12 kilograms.');
    await aboutOf('document.ready', id);
    const { world } = server;
    await server.kill();
    site.serves('/hook', page('ok'));
    const seen = site.requests.length;
    server = await startProtostar({ world, env: settings() });
    await waitFor(() => site.requests.length > seen, { timeoutMs: 30_000 });
    const ids = site.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
  }, 90_000);
});
