import { createServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { FetchConfig } from '../../src/platform/config/fetch.config.js';
import { GuardedOutgoingHttp } from '../../src/platform/outgoing-http/guarded-outgoing-http.js';
import {
  OutgoingHttpError,
  type OutgoingRequest,
  type OutgoingResponse,
} from '../../src/platform/outgoing-http/outgoing-http.port.js';
import { hostileUrls, insideAnswers } from '../builders/hostile-urls.js';
import { ScriptedHostResolver } from '../fakes/scripted-host-resolver.js';
import { SilentLogger } from '../fakes/silent-logger.js';
import { page, redirect, ScriptedSite } from '../scripted-site.js';
import { waitFor } from '../wait-for.js';

const logger = new SilentLogger();
let resolver: ScriptedHostResolver;
let site: ScriptedSite;

/** @param allowedHosts default: nothing */
function client(allowedHosts: string[] = [], settings: Partial<FetchConfig> = {}): GuardedOutgoingHttp {
  const config = Object.assign(new FetchConfig(), { allowedHosts, ...settings });
  return new GuardedOutgoingHttp(config, resolver, logger);
}

const ofSite = (settings: Partial<FetchConfig> = {}): GuardedOutgoingHttp => client([site.host], settings);

const get = (url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  url,
  maxBytes: 1_000_000,
  ...more,
});

async function failure(work: Promise<OutgoingResponse>): Promise<string> {
  try {
    await buffer((await work).body);
  } catch (error) {
    if (error instanceof OutgoingHttpError) return error.failure;
    throw error;
  }
  return 'none';
}

/** A server that speaks to each connection as the test says. */
async function listen(
  speak: (socket: Socket) => void,
  server: Server = createServer(),
): Promise<Server & { host: string }> {
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    if (speak !== quiet) socket.once('data', () => speak(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  servers.push(server);
  return Object.assign(server, { host: `127.0.0.1:${port}` });
}
const quiet = (): void => undefined;
const servers: Server[] = [];

beforeEach(async () => {
  site = await ScriptedSite.open();
  resolver = new ScriptedHostResolver();
  for (const [host, addresses] of insideAnswers) resolver.answer(host, addresses);
  resolver.answer('public.example.org', ['93.184.215.14']);
  logger.lines.length = 0;
});

afterEach(async () => {
  await site.close();
  for (const server of servers.splice(0)) server.close();
});

describe('what is refused', () => {
  it('holds at least 250 forms of hostile URLs', () =>
    expect(hostileUrls.length).toBeGreaterThanOrEqual(250));

  it.each(hostileUrls)('%j', async (url) => {
    const error: unknown = await client()
      .send(get(url, { timeoutMs: 1_000 }))
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(error).toBeInstanceOf(OutgoingHttpError);
    // One text for all: nothing in it tells a private address from a bad port.
    expect([(error as OutgoingHttpError).failure, (error as Error).message]).toEqual([
      'refused',
      'The URL cannot be used.',
    ]);
  });

  it('is logged with its reason, without path, query and user info', async () => {
    await failure(client().send(get('http://user:secret1@127.0.0.1/secret2?secret3')));
    await failure(client().send(get('http://127.0.0.1/secret2?secret3')));
    expect(logger.lines.map(({ fields }) => fields?.['reason'])).toEqual([
      'user info',
      'address is not public',
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('secret');
  });

  it.each([
    'http://example.org',
    'https://example.org/a?b=c#d',
    'HTTPS://EXAMPLE.ORG:443/',
    'http://example.org:443/',
    'https://example.org:80/',
    'http://93.184.215.14/',
    'http://0x5db8d70e/',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
    'https://한국어.example.org/문서',
    'https://a_b.example.org/%00',
    'https://example.org./',
  ])('is not %s', async (url) => {
    const admitted = new Error('the test needs no more');
    const asked = client().send(get(url, { admit: () => Promise.reject(admitted) }));
    await expect(asked).rejects.toBe(admitted);
  });

  it('the listed servers are reached once the operator names them', async () => {
    site.serves('/', page('inside'));
    await expect(failure(client().send(get(site.url('/'))))).resolves.toBe('refused');
    expect(site.connections).toBe(0);
    for (const allowed of [site.host, '127.0.0.1', '127.0.0.0/8']) {
      const { body } = await client([allowed]).send(get(site.url('/')));
      await expect(text(body)).resolves.toBe('inside');
    }
  });

  it.each(['127.0.0.1:1', '10.0.0.0/8', 'localhost', '::1/128'])(
    '%s does not open 127.0.0.1',
    async (allowed) => {
      await expect(failure(client([allowed]).send(get(site.url('/'))))).resolves.toBe('refused');
    },
  );
});

describe('a name', () => {
  it('is resolved once, and the connection goes to what was judged', async () => {
    site.serves('/', page('pinned'));
    resolver.answer('wiki.example.org', ['127.0.0.1'], ['127.0.0.99']);
    const { body, url } = await client(['127.0.0.1/32']).send(get(site.url('/', 'wiki.example.org')));
    await expect(text(body)).resolves.toBe('pinned');
    expect(resolver.asked).toEqual(['wiki.example.org']);
    expect(site.requests[0]?.headers.host).toBe(`wiki.example.org:${site.port}`);
    expect(url.hostname).toBe('wiki.example.org');
  });

  it('that changes its answer between two requests is judged anew', async () => {
    site.serves('/', redirect('/next'));
    resolver.answer('wiki.example.org', ['127.0.0.1'], ['127.0.0.2']);
    await expect(
      failure(client(['127.0.0.1/32']).send(get(site.url('/', 'wiki.example.org')))),
    ).resolves.toBe('refused');
    expect(site.seen).toEqual(['GET /']);
  });

  it('with one address inside among public ones is refused', async () => {
    resolver.answer('wiki.example.org', ['93.184.215.14', '127.0.0.1']);
    await expect(failure(client().send(get('http://wiki.example.org/')))).resolves.toBe('refused');
  });

  it('that cannot be asked after is unreachable, which may pass', async () => {
    resolver.resolve = () => Promise.reject(Object.assign(new Error('SERVFAIL'), { code: 'ESERVFAIL' }));
    await expect(client().send(get('http://wiki.example.org/'))).rejects.toMatchObject({
      failure: 'unreachable',
      passing: true,
    });
  });

  it('that takes for ever ends with the time of the request', async () => {
    resolver.resolve = () => new Promise(() => undefined);
    await expect(failure(client().send(get('http://wiki.example.org/', { timeoutMs: 50 })))).resolves.toBe(
      'too-slow',
    );
  });

  it('is named in the TLS handshake, and its certificate is checked', async () => {
    const named: string[] = [];
    const server = createTlsServer({
      SNICallback: (name, done) => {
        named.push(name);
        done(new Error('no certificate here'));
      },
    });
    const { host } = await listen(quiet, server);
    resolver.answer('wiki.example.org', ['127.0.0.1']);
    const url = `https://wiki.example.org:${host.split(':')[1]}/`;
    await expect(failure(client(['127.0.0.1/32']).send(get(url)))).resolves.toBe('unreachable');
    expect(named).toEqual(['wiki.example.org']);
  });
});

describe('redirects', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://169.254.169.254/latest/meta-data/',
    '//localhost/',
    'https://rebound.example.org/',
    'file:///etc/passwd',
    'http://user@public.example.org/',
    'http://[::ffff:7f00:1]/',
    'http://public.example.org:22/',
    'http://[',
    'gopher://127.0.0.1/',
    '\\\\127.0.0.1\\',
  ])('to %s are refused', async (location) => {
    site.serves('/', redirect(location));
    await expect(failure(ofSite().send(get(site.url('/'))))).resolves.toBe('refused');
    expect(site.seen).toEqual(['GET /']);
  });

  it('are followed five times, and not a sixth', async () => {
    for (let hop = 0; hop < 6; hop++)
      site.serves(`/${hop}`, redirect(`${hop + 1}`, [301, 302, 303, 307, 308, 301][hop]));
    site.serves('/6', page('the end'));
    const { body, url } = await ofSite().send(get(site.url('/1?x#y')));
    await expect(text(body)).resolves.toBe('the end');
    expect(url.href).toBe(site.url('/6'));
    await expect(failure(ofSite().send(get(site.url('/0'))))).resolves.toBe('refused');
  });

  it('in a circle are refused', async () => {
    site.serves('/', redirect('/'));
    await expect(failure(ofSite().send(get(site.url('/'))))).resolves.toBe('refused');
    expect(site.requests).toHaveLength(6);
  });

  it('are answers when none is to be followed', async () => {
    site.serves('/', redirect('http://127.0.0.1:1/'));
    const { status, headers, body } = await ofSite().send(get(site.url('/'), { redirects: 0 }));
    body.destroy();
    expect([status, headers['location']]).toEqual([302, 'http://127.0.0.1:1/']);
  });

  it('are each admitted by the caller first', async () => {
    site.serves('/', redirect('/private'));
    const withheld = new Error('withheld');
    const admit = (url: URL): Promise<void> =>
      url.pathname === '/private' ? Promise.reject(withheld) : Promise.resolve();
    await expect(ofSite().send(get(site.url('/'), { admit }))).rejects.toBe(withheld);
    expect(site.seen).toEqual(['GET /']);
  });

  it('hand a secret on to the same origin only', async () => {
    const other = await ScriptedSite.open();
    site.serves('/', redirect('/same')).serves('/same', redirect(other.url('/')));
    other.serves('/', page('over there'));
    const headers = { Authorization: 'Bearer t', 'x-plain': 'p' };
    const { body } = await client([site.host, other.host]).send(get(site.url('/'), { headers }));
    await text(body);
    const seen = [...site.requests, ...other.requests].map((request) => [
      request.headers.authorization,
      request.headers['x-plain'],
    ]);
    expect(seen).toEqual([
      ['Bearer t', 'p'],
      ['Bearer t', 'p'],
      [undefined, 'p'],
    ]);
    await other.close();
  });
});

describe('requests', () => {
  it('carry method, headers and body, and nothing of ours but the name', async () => {
    site.serves('/hook', page('', {}, 204));
    const body = Buffer.from('{"type":"document.ready"}');
    const headers = {
      'Content-Type': 'application/json',
      'webhook-id': 'msg_1',
      Host: 'else.where',
      Cookie: 'a=b',
    };
    const answer = await ofSite().send(
      get(site.url('/hook?x=1'), { method: 'POST', headers, body, redirects: 0 }),
    );
    await expect(text(answer.body)).resolves.toBe('');
    expect(answer.status).toBe(204);
    const [seen] = site.requests;
    expect(seen?.body.toString()).toBe(body.toString());
    expect(seen?.headers).toEqual({
      host: site.host,
      connection: 'close',
      accept: '*/*',
      'accept-encoding': 'gzip, br',
      'content-length': '25',
      'content-type': 'application/json',
      'user-agent': 'ProtostarBot/1.0',
      'webhook-id': 'msg_1',
    });
  });

  it('leave cookies where they are', async () => {
    site.serves('/', page('eat me', { 'set-cookie': 'a=b' }));
    const http = ofSite();
    for (const expected of ['eat me', 'eat me']) {
      const { body, headers } = await http.send(get(site.url('/')));
      await expect(text(body)).resolves.toBe(expected);
      expect(headers).not.toHaveProperty('set-cookie');
    }
    expect(site.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
  });

  it('do not send the body of a POST on after a 302', async () => {
    site.serves('/', redirect('/seen')).serves('/seen', page('ok'));
    const { body } = await ofSite().send(get(site.url('/'), { method: 'POST', body: Buffer.from('x') }));
    await text(body);
    expect(site.requests.map((request) => `${request.method} ${request.body.toString()}`)).toEqual([
      'POST x',
      'GET ',
    ]);
  });

  it('end with the signal of the caller, before the answer and during it', async () => {
    const stop = new AbortController();
    const reason = new Error('shutting down');
    site.serves('/', (response) => void response.writeHead(200).write('a beginning'));
    const { body } = await ofSite().send(get(site.url('/'), { signal: stop.signal }));
    const read = buffer(body);
    stop.abort(reason);
    await expect(read).rejects.toBe(reason);
    await expect(ofSite().send(get(site.url('/'), { signal: stop.signal }))).rejects.toBe(reason);
    await waitFor(async () => (await site.openConnections()) === 0);
  });

  it('close their connection when the body is not read', async () => {
    site.serves('/', (response) => void response.writeHead(200).write('a beginning'));
    const { body } = await ofSite().send(get(site.url('/')));
    expect(await site.openConnections()).toBe(1);
    body.destroy();
    await waitFor(async () => (await site.openConnections()) === 0);
  });
});

describe('bounds', () => {
  const compressed = { gzip: gzipSync, br: brotliCompressSync };

  it.each(['gzip', 'br'] as const)('%s is decoded', async (encoding) => {
    site.serves('/', page(compressed[encoding]('대한민국'), { 'content-encoding': encoding }));
    const { body } = await ofSite().send(get(site.url('/')));
    await expect(text(body)).resolves.toBe('대한민국');
  });

  it.each(['gzip', 'br'] as const)('a bomb in %s goes off at the limit', async (encoding) => {
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    const bomb =
      encoding === 'gzip'
        ? gzipSync(zeros)
        : brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
    expect(bomb.length).toBeLessThan(100_000);
    site.serves('/', page(bomb, { 'content-encoding': encoding }));
    const { body } = await ofSite().send(get(site.url('/')));
    let received = 0;
    body.on('data', (chunk: Buffer) => (received += chunk.length));
    await expect(new Promise((_, reject) => body.once('error', reject))).rejects.toMatchObject({
      failure: 'too-large',
    });
    expect(received).toBeLessThanOrEqual(1_000_000);
  });

  it.each(['gzip, gzip', 'deflate', 'zstd', 'compress', 'br, gzip'])(
    'coding %s is not taken',
    async (encoding) => {
      site.serves('/', page('x', { 'content-encoding': encoding }));
      await expect(failure(ofSite().send(get(site.url('/'))))).resolves.toBe('undecodable');
    },
  );

  it('what only claims to be compressed is undecodable', async () => {
    site.serves('/', page('plain', { 'content-encoding': 'gzip' }));
    await expect(failure(ofSite().send(get(site.url('/'))))).resolves.toBe('undecodable');
  });

  it('an answer without a body may name any coding', async () => {
    site.serves('/', page('', { 'content-encoding': 'gzip' }, 304));
    const { status, body } = await ofSite().send(get(site.url('/')));
    expect([status, await text(body)]).toEqual([304, '']);
  });

  it('an announced size above the limit ends it before the body', async () => {
    site.serves('/', page(Buffer.alloc(2_000)));
    await expect(ofSite().send(get(site.url('/'), { maxBytes: 1_999 }))).rejects.toMatchObject({
      failure: 'too-large',
    });
    const { body } = await ofSite().send(get(site.url('/'), { maxBytes: 2_000 }));
    await expect(buffer(body)).resolves.toHaveLength(2_000);
  });

  it('an endless body ends at the limit', async () => {
    const zeros = Buffer.alloc(65_536);
    const endless = new Readable({ read: () => void endless.push(zeros) });
    site.serves('/', (response) => void endless.pipe(response.writeHead(200)));
    await expect(failure(ofSite().send(get(site.url('/'))))).resolves.toBe('too-large');
    await waitFor(async () => (await site.openConnections()) === 0);
  });

  it('a body that drips is ended by the time of the whole', async () => {
    site.serves('/', (response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.writeHead(200).once('close', () => clearInterval(drip));
    });
    await expect(
      failure(ofSite({ silenceMs: 5_000 }).send(get(site.url('/'), { timeoutMs: 300 }))),
    ).resolves.toBe('too-slow');
  });

  it('a head that drips is ended by the time of the whole', async () => {
    const { host } = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x-a: b\r\n'), 20);
      socket.once('close', () => clearInterval(drip));
    });
    await expect(failure(client([host]).send(get(`http://${host}/`, { timeoutMs: 300 })))).resolves.toBe(
      'too-slow',
    );
  });

  it('silence ends it long before', async () => {
    const { host } = await listen(quiet);
    const asked = client([host], { silenceMs: 100, timeoutMs: 600_000 }).send(get(`http://${host}/`));
    await expect(failure(asked)).resolves.toBe('too-slow');
  });

  it('a reader who takes their time is not taken for silence', async () => {
    site.serves('/', page(Buffer.alloc(900_000, 'x')));
    const { body } = await ofSite({ silenceMs: 1_000 }).send(get(site.url('/')));
    // Longer than the silence that is allowed; nothing else can be waited for.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await expect(buffer(body)).resolves.toHaveLength(900_000);
  });

  it.each([
    ['shorter than announced', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'],
    ['a chunk that never ends', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nshort'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    ],
    ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nab'],
    ['not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['nothing', ''],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(10_000)}`],
  ])('an answer with %s is a broken one', async (_case, answer) => {
    const { host } = await listen((socket) => socket.end(answer));
    await expect(failure(client([host]).send(get(`http://${host}/`)))).resolves.toBe('unreachable');
  });

  it('bytes beyond the announced length are not read', async () => {
    const { host } = await listen((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n'),
    );
    const { body } = await client([host]).send(get(`http://${host}/`));
    await expect(text(body)).resolves.toBe('ok');
  });

  it('a closed port is unreachable', async () => {
    const { host } = await listen(quiet);
    await new Promise((resolve) => servers.pop()!.close(resolve));
    await expect(failure(client([host]).send(get(`http://${host}/`)))).resolves.toBe('unreachable');
  });
});
