import { setTimeout as sleep } from 'node:timers/promises';
import { aPdf } from '../builders/pdf-fixture.js';
import type { ChatCall, ChatScript, OpenAiServer } from '../openai-server.js';
import type { Random } from '../random.js';

/** Small pieces, sometimes inside a surrogate pair, as real servers send them. */
const piecesOf = (text: string): string[] => text.match(/[\s\S]{1,9}/g) ?? [];

/** At an even pace: an answer takes about a second, and so does a summary's step. */
const paced = (deltas: string[], overMs: number): ChatScript => ({
  deltas,
  pauses: Object.fromEntries(deltas.map((_, index) => [index, sleep((overMs * index) / deltas.length)])),
});

/** Never says the same twice: bytes of two attempts that are mixed would show. */
export function scriptModel(model: OpenAiServer, random: Random): void {
  let calls = 0;
  model.answer = ({ messages }: ChatCall): ChatScript => {
    calls++;
    const question = messages.at(-1)!.content;
    if (question.includes('<data-')) {
      const prose = `요약 ${calls}: 지금까지의 이야기를 줄였습니다. The turns so far are condensed.`;
      return paced(piecesOf(prose), random.between(50, 400));
    }
    const marker = /q-[0-9a-z-]+/.exec(question)?.[0] ?? 'no question';
    const lines = Array.from(
      { length: random.between(8, 40) },
      (_, index) => `${index}. ${marker} 의 ${calls}번째 답 🙂 ${'👩‍👩‍👧'.repeat(index % 3)} [${index % 4}]\n`,
    );
    return paced(piecesOf(lines.join('')), random.between(300, 1_800));
  };
  model.embedding = { delayMs: 80 };
}

export interface Material {
  filename: string;
  type: string;
  bytes: Buffer;
  /** The same with another hash: what comes of it in peace is what should come of the first. */
  twin: Buffer;
}

const sentence = (word: string, block: number, line: number): string =>
  `Block ${block}.${line} of the ${word} wall weighs ${block * 20 + line} kilograms.`;

/** @param largeShare of documents that are twenty times as long */
export function documentOf(word: string, random: Random, largeShare: number): Material {
  const blocks = random.between(4, 12) * (random.chance(largeShare) ? 20 : 1);
  if (random.chance(0.4)) {
    const pages = Array.from({ length: blocks }, (_, block) =>
      Array.from({ length: 24 }, (_none, line) => sentence(word, block, line)),
    );
    const bytes = aPdf({ pages });
    // A comment after the end of the file.
    const twin = Buffer.concat([bytes, Buffer.from('\n% twin\n')]);
    return { filename: `${word}.pdf`, type: 'application/pdf', bytes, twin };
  }
  const text = Array.from(
    { length: blocks },
    (_, block) =>
      `# Part ${block}\n\n${Array.from({ length: 24 }, (_none, line) => sentence(word, block, line)).join(' ')}`,
  ).join('\n\n');
  return {
    filename: `${word}.md`,
    type: 'text/markdown',
    bytes: Buffer.from(text),
    twin: Buffer.from(`${text}\n`),
  };
}

export const historyOf = (word: string, random: Random): { role: string; content: string }[] =>
  Array.from({ length: random.between(10, 24) * 2 }, (_, index) => ({
    role: index % 2 ? 'assistant' : 'user',
    content: `${word} 이야기 ${index}: the budget of part ${index} is ${index * 1_000} won, 결정은 ${index}월에 합니다. ${'More is said about it here. '.repeat(4)}`,
  }));
