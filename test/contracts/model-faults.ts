import { gzipSync } from 'node:zlib';
import type { RawAnswer, RawScript } from '../raw-model-server.js';

/** How much of the text the caller gets, and what it is told at the end; no code: a complete answer. */
export interface Fault {
  script: RawScript;
  text: 'all' | 'some' | 'none';
  code?: 'model.unavailable' | 'model.invalid-answer' | 'model.refused' | 'model.misconfigured';
  retryAfterSeconds?: number;
  /** It is the silence that is to be noticed. */
  stalls?: true;
}

const crlf = '\r\n';

const head = (status: number, headers: Record<string, string> = {}): string =>
  [
    `HTTP/1.1 ${status} Scripted`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join(crlf) +
  crlf +
  crlf;

const stream = head(200, { 'content-type': 'text/event-stream', connection: 'close' });
const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const choice = (delta: unknown, finish: string | null = null): object => ({
  id: 'x',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const says = (text: string[]): string => text.map((content) => data(choice({ content }))).join('');
const stop = data(choice({}, 'stop'));
const done = 'data: [DONE]\n\n';
const first = (text: string[]): string[] => text.slice(0, Math.ceil(text.length / 2));

const streamed =
  (body: (text: string[]) => string | (string | Buffer)[], after?: RawAnswer['after']): RawScript =>
  (_, text) => ({ parts: [stream, body(text)].flat(), after });

const status =
  (
    code: number,
    headers: Record<string, string> = {},
    body: string = '{"error":{"message":"no"}}',
  ): RawScript =>
  () => ({
    parts: [
      head(code, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
        ...headers,
      }),
      body,
    ],
  });

const unavailable = (script: RawScript, more: Partial<Fault> = {}): Fault => ({
  script,
  text: 'none',
  code: 'model.unavailable',
  ...more,
});
const invalid = (script: RawScript, text: Fault['text'] = 'none'): Fault => ({
  script,
  text,
  code: 'model.invalid-answer',
});
const misconfigured = (script: RawScript): Fault => ({ script, text: 'none', code: 'model.misconfigured' });
const refused = (script: RawScript, text: Fault['text']): Fault => ({ script, text, code: 'model.refused' });
const whole = (script: RawScript): Fault => ({ script, text: 'all' });

const atStatus: Record<string, Fault> = {
  ...Object.fromEntries(
    [400, 401, 402, 403, 404, 405, 413, 415, 418, 422].map((code) => [
      `status-${code}`,
      misconfigured(status(code)),
    ]),
  ),
  ...Object.fromEntries(
    [408, 409, 429, 500, 501, 502, 503, 504, 529].map((code) => [
      `status-${code}`,
      unavailable(status(code)),
    ]),
  ),
  'retry-after-seconds': unavailable(status(429, { 'retry-after': '7' }), { retryAfterSeconds: 7 }),
  'retry-after-nonsense': unavailable(status(429, { 'retry-after': 'later' })),
  'retry-after-503': unavailable(status(503, { 'retry-after': '3' }), { retryAfterSeconds: 3 }),
  'error-in-html': unavailable(status(502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>')),
  'error-without-body': unavailable(status(500, {}, '')),
  'error-of-a-megabyte': unavailable(status(500, {}, `{"error":{"message":"${'x'.repeat(1e6)}"}}`)),
  'error-invalid-json': unavailable(status(500, {}, '{"error":')),
};

const noAnswer: Record<string, Fault> = {
  'empty-stream': invalid(streamed(() => '')),
  'only-done': invalid(streamed(() => done)),
  'only-comments': invalid(streamed(() => ': ping\n\n: ping\n\n')),
  'empty-choices': invalid(streamed(() => data({ id: 'x', choices: [] }) + done)),
  'null-choices': invalid(streamed(() => data({ id: 'x', choices: null }) + done)),
  'no-choices': invalid(streamed(() => data({ id: 'x' }) + done)),
  'null-choice': invalid(streamed(() => data({ id: 'x', choices: [null] }) + done)),
  'no-delta': invalid(streamed(() => data({ choices: [{ index: 0, finish_reason: 'stop' }] }) + done)),
  'null-delta': invalid(streamed(() => data(choice(null, 'stop')) + done)),
  'null-content': invalid(streamed(() => data(choice({ content: null }, 'stop')) + done)),
  'content-is-a-number': invalid(streamed(() => data(choice({ content: 7 }, 'stop')) + done)),
  'content-is-a-list': invalid(streamed(() => data(choice({ content: [{ text: 'a' }] }, 'stop')) + done)),
  'only-usage': invalid(streamed(() => data({ choices: [], usage: { prompt_tokens: 1 } }) + done)),
  'tool-call': invalid(
    streamed(
      () => data(choice({ tool_calls: [{ index: 0, function: { name: 'rm' } }] }, 'tool_calls')) + done,
    ),
  ),
  'function-call': invalid(
    streamed(() => data(choice({ function_call: { name: 'rm', arguments: '{}' } }, 'function_call')) + done),
  ),
  'html-instead': invalid(status(200, { 'content-type': 'text/html' }, '<html>Sign in</html>')),
  'text-instead': invalid(status(200, { 'content-type': 'text/plain' }, 'OK')),
  'whole-json-instead': invalid(status(200, {}, '{"choices":[{"message":{"content":"a"}}]}')),
};

const broken: Record<string, Fault> = {
  'invalid-json-first': invalid(streamed(() => 'data: {"choices": [{\n\n')),
  'invalid-json-later': invalid(
    streamed((text) => `${says(text)}data: {"choices": [{"delta": \n\n`),
    'all',
  ),
  'ten-megabyte-line': invalid(
    streamed((text) => `${says(text)}: ${'x'.repeat(1e7)}\n\n${stop}${done}`),
    'some',
  ),
  'not-json': invalid(
    streamed((text) => `${says(text)}data: hello\n\n`),
    'all',
  ),
  'error-event': unavailable(
    streamed((text) => says(text) + data({ error: { message: 'overloaded' } })),
    {
      text: 'all',
    },
  ),
  'error-event-first': unavailable(streamed(() => data({ error: { message: 'overloaded' } }))),
  'ends-early': unavailable(
    streamed((text) => says(first(text))),
    { text: 'some' },
  ),
  'done-without-finish': unavailable(
    streamed((text) => says(text) + done),
    { text: 'all' },
  ),
  'half-a-frame': unavailable(
    streamed((text) => `${says(text)}data: {"choi`),
    { text: 'all' },
  ),
  'reset-before-head': unavailable(() => ({ parts: [], after: 'reset' })),
  'end-before-head': unavailable(() => ({ parts: [], after: 'end' })),
  'reset-in-head': unavailable(() => ({ parts: ['HTTP/1.1 200 O'], after: 'reset' })),
  'reset-after-head': unavailable(() => ({
    parts: [head(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' })],
    after: 'reset',
  })),
  'reset-after-text': unavailable(
    streamed((text) => says(text), 'reset'),
    { text: 'some' },
  ),
  'not-http': unavailable(() => ({ parts: ['SSH-2.0-OpenSSH_9.2\r\n'] })),
  'shorter-than-said': unavailable(
    (_, text) => ({
      parts: [head(200, { 'content-type': 'text/event-stream', 'content-length': '99999' }), says(text)],
    }),
    { text: 'some' },
  ),
  // Node's fetch says nothing about it: only the silence is noticed.
  'gzip-that-is-none': unavailable(
    () => ({
      parts: [
        head(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }),
        'not compressed',
      ],
    }),
    { stalls: true },
  ),
  'silent-before-head': unavailable(() => ({ parts: [], after: 'stay' }), { stalls: true }),
  'silent-after-head': unavailable(
    streamed(() => '', 'stay'),
    { stalls: true },
  ),
  'silent-after-text': unavailable(
    streamed((text) => says(text), 'stay'),
    { text: 'all', stalls: true },
  ),
  'only-pings-for-ever': unavailable(
    streamed((text) => `${says(text)}${': ping\n\n'.repeat(20)}`, 'stay'),
    { text: 'all', stalls: true },
  ),
  'refusal-first': refused(
    streamed(() => data(choice({ refusal: 'No.' })) + stop + done),
    'none',
  ),
  'refusal-later': refused(
    streamed((text) => says(text) + data(choice({ refusal: 'No.' })) + stop + done),
    'all',
  ),
  'content-filter': refused(
    streamed((text) => says(text) + data(choice({}, 'content_filter')) + done),
    'all',
  ),
};

const half = Buffer.from('가').subarray(0, 2);

const harmless: Record<string, Fault> = {
  'as-it-should-be': whole(streamed((text) => says(text) + stop + done)),
  'missing-done': whole(streamed((text) => says(text) + stop)),
  'missing-usage': whole(streamed((text) => says(text) + stop + done)),
  'usage-is-null': whole(streamed((text) => says(text) + stop + data({ choices: [], usage: null }) + done)),
  'length-limit': whole(streamed((text) => says(text) + data(choice({}, 'length')) + done)),
  'carriage-returns': whole(streamed((text) => (says(text) + stop + done).replaceAll('\n', '\r\n'))),
  'no-space-after-colon': whole(streamed((text) => (says(text) + stop + done).replaceAll('data: ', 'data:'))),
  'comments-between': whole(streamed((text) => `: hello\n\n${says(text)}: ping\n\n${stop}${done}`)),
  'other-fields': whole(
    streamed((text) => (says(text) + stop).replaceAll('data: ', 'id: 7\nretry: 5\ndata: ') + done),
  ),
  'text-after-done': whole(streamed((text) => says(text) + stop + done + says(['more']))),
  'empty-deltas-between': whole(
    streamed((text) => text.map((content) => says([content, ''])).join('') + stop + done),
  ),
  compressed: whole((_, text) => ({
    parts: [
      head(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip', connection: 'close' }),
      gzipSync(says(text) + stop + done),
    ],
  })),
  'half-a-character-in-a-comment': whole(
    streamed((text) => [
      says(text),
      Buffer.concat([Buffer.from(': '), half, Buffer.from('\n\n')]),
      stop,
      done,
    ]),
  ),
};

export const faults: Record<string, Fault> = { ...atStatus, ...noAnswer, ...broken, ...harmless };
