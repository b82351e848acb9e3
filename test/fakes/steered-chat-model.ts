import { ChatModel, type ChatChunk, type ChatRequest } from '../../src/platform/models/chat-model.port.js';

export type Steering = (request: ChatRequest) => AsyncIterable<ChatChunk>;

/** Each request is played by the next of the test's generators; fails loudly when none is left. */
export class SteeredChatModel extends ChatModel {
  readonly name = 'steered';
  readonly generative = true;
  readonly requests: ChatRequest[] = [];
  readonly plays: Steering[] = [];

  stream(request: ChatRequest): AsyncIterable<ChatChunk> {
    this.requests.push(request);
    const play = this.plays.shift();
    if (!play) throw new Error('The test has prepared no further answer.');
    return play(request);
  }
}

/** Says the texts, one chunk each. */
export const saying = (...texts: string[]): Steering =>
  async function* () {
    for (const text of texts) yield { type: 'text', text };
  };

/** Says the texts, then fails. */
export const failingAfter = (error: unknown, ...texts: string[]): Steering =>
  async function* () {
    for (const text of texts) yield { type: 'text', text };
    throw error;
  };

/** Says the texts, then nothing until it is aborted; `closed` tells that it was. */
export const hangingAfter = (closed: () => void, ...texts: string[]): Steering =>
  async function* ({ signal }) {
    for (const text of texts) yield { type: 'text', text };
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      if (signal.aborted) reject(signal.reason as Error);
    }).finally(closed);
  };
