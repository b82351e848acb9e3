import { request, type IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { nowMs } from './clock.js';
import { tokenLength } from './script.js';

/* A process of its own: asks as many questions as it is told, each on a connection of its own, and notes when it has what. */

process.on('disconnect', () => process.exit());

export interface Asking {
  url: string;
  body: string;
  /** After how long, in milliseconds. */
  afterMs: number;
}

export interface Heard {
  askedAt: number;
  status: number;
  /** When there was text, and how much of it by then, in tokens. */
  texts: [atMs: number, tokens: number][];
  /** How often all of it was void and began again: a machine too busy to keep its leases. */
  restarts: number;
  /** What came last, should it be asked why so little came. */
  last: string;
}

let tokens = 0;

/** The text in one event of either kind of stream: OpenAI's, or one of named events. */
function textIn(frame: string): string {
  const at = frame.indexOf('data: ');
  if (at === -1 || frame.startsWith('data: [DONE]', at)) return '';
  if (at === 0) {
    const { choices } = JSON.parse(frame.slice(6)) as { choices: { delta: { content?: string } }[] };
    return choices[0]?.delta.content ?? '';
  }
  if (!frame.includes('event: message.delta')) return '';
  return (JSON.parse(frame.slice(at + 6)) as { text: string }).text;
}

function hear(response: IncomingMessage, heard: Heard, onFirst: () => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let characters = 0;
  response.on('data', (part: Buffer) => {
    const frames = (rest + decoder.write(part)).split('\n\n');
    rest = frames.pop()!;
    heard.last = frames.at(-1)?.slice(0, 1_000) ?? rest;
    let said = 0;
    for (const frame of frames) {
      if (frame.includes('event: message.restarted')) {
        heard.restarts++;
        heard.texts = [];
        [characters, said] = [0, 0];
      }
      said += textIn(frame).length;
    }
    if (said === 0) return;
    characters += said;
    tokens += said / tokenLength;
    heard.texts.push([nowMs(), characters / tokenLength]);
    if (characters === said && heard.restarts === 0) onFirst();
  });
  return new Promise((resolve) => response.on('close', resolve));
}

function askOne({ url, body, afterMs }: Asking, onFirst: () => void): Promise<Heard> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      const heard: Heard = { askedAt: nowMs(), status: 0, texts: [], restarts: 0, last: '' };
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
      request(url, { method: 'POST', headers, agent: false }, (response) => {
        heard.status = response.statusCode!;
        hear(response, heard, onFirst).then(() => resolve(heard), reject);
      })
        .on('error', reject)
        .end(body);
    }, afterMs);
  });
}

async function askAll(askings: Asking[]): Promise<void> {
  tokens = 0;
  let begun = 0;
  const onFirst = (): void => {
    if (++begun === askings.length) process.send!({ flowing: true });
  };
  process.send!({ finished: await Promise.all(askings.map((asking) => askOne(asking, onFirst))) });
}

process.on('message', ({ ask, count }: { ask?: Asking[]; count?: true }) => {
  if (count) process.send!({ tokens });
  if (ask) void askAll(ask);
});
process.send!({ url: '' });
