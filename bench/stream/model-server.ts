import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nowMs } from './clock.js';
import { scriptIn, tokenAt, type Script } from './script.js';

/*
 * A process of its own: an OpenAI-compatible server that says what the question tells it to, at the speed that it tells.
 * `GET /times/<id>` gives when it has sent each token, and forgets it.
 */

process.on('disconnect', () => process.exit());

const times = new Map<string, number[]>();

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

const frame = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'bench',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;

/** The first token at once; each of the next when it is due, one write for each. */
function say(script: Script, response: ServerResponse): void {
  const sent: number[] = [];
  times.set(script.id, sent);
  const everyMs = 1_000 / script.tokensPerSecond;
  const startedAt = nowMs();
  const dueAt = Array.from(
    { length: script.tokens },
    (_, index) =>
      startedAt + index * everyMs + (index && (Math.random() - 0.5) * 2 * script.jitter * everyMs),
  );
  let left = false;
  response.on('close', () => (left = true));
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(frame({ role: 'assistant', content: '' }, null));
  const go = (): void => {
    if (left) return;
    while (sent.length < script.tokens && dueAt[sent.length]! <= nowMs()) {
      sent.push(nowMs());
      response.write(frame({ content: tokenAt(sent.length - 1) }, null));
    }
    if (sent.length < script.tokens) setTimeout(go, Math.max(0, dueAt[sent.length]! - nowMs()));
    else response.end(`${frame({}, 'stop')}data: [DONE]\n\n`);
  };
  go();
}

const server = createServer((request, response) => {
  void (async () => {
    const [, id] = /^\/times\/(.+)$/.exec(request.url ?? '') ?? [];
    if (id) {
      response.end(JSON.stringify(times.get(id) ?? []));
      times.delete(id);
      return;
    }
    const { messages } = JSON.parse(await textOf(request)) as { messages: { content: string }[] };
    say(scriptIn(messages.at(-1)!.content), response);
  })().catch((error: unknown) => response.destroy(error as Error));
});
server.listen(0, '127.0.0.1', 4_096, () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
