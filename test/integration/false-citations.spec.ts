import type { Message } from '../../src/chat/domain/message.js';
import { LexicalTokenizer } from '../../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../../src/platform/text/text-worker-pool.js';
import { citedAnswer, type CitedAnswer, type MarkedSentence } from '../builders/cited-answers.js';
import { saying } from '../fakes/steered-chat-model.js';
import { Random } from '../random.js';
import { AnswerWorld } from './answer-world.js';

const answerCount = 520;
const leastKept = 0.95;

interface Judged {
  sentence: MarkedSentence;
  /** The passage numbers that its reader sees cited. */
  cited: number[];
}

/** What stands after each sentence in the stored answer; sentences themselves are never edited. */
function judge(
  message: Message,
  { sentences }: CitedAnswer,
  numberOf: (passageId: string) => number,
): Judged[] {
  let at = 0;
  return sentences.map((sentence) => {
    const start = message.content.indexOf(sentence.text, at);
    if (start === -1) throw new Error(`"${sentence.text}" is not in "${message.content}"`);
    at = start + sentence.text.length;
    const [marks] = /^\s*(?:\[\d+\])*/.exec(message.content.slice(at)) ?? [''];
    const indexes = [...marks.matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index));
    const cited = indexes.map((index) => {
      const citation = message.citations.find((one) => one.index === index);
      if (!citation?.passageId) throw new Error(`[${index}] in "${message.content}" cites nothing`);
      return numberOf(citation.passageId);
    });
    return { sentence, cited };
  });
}

describe('marks of a model that cites well, badly and at random', () => {
  let world: AnswerWorld;
  let pool: TextWorkerPool;
  beforeAll(async () => {
    pool = new TextWorkerPool();
    world = await AnswerWorld.open(undefined, new LexicalTokenizer(pool));
  });
  afterAll(async () => {
    await world.close();
    await pool.onApplicationShutdown();
  });

  it(`are never shown where they do not hold, and nearly always where they do, in ${answerCount} answers`, async () => {
    const random = new Random(8);
    const kinds = new Map<string, { right: number; kept: number; wrong: number; shown: string[] }>();
    for (let run = 0; run < answerCount; run++) {
      const answer = citedAnswer(random);
      const passages = answer.passages.map(({ text, charStart, page }) => ({
        ...world.passage(text, charStart),
        page,
      }));
      world.search.passages = passages;
      answer.passages.forEach(({ deleted }, index) => {
        if (deleted) world.knowledge.documents.delete(passages[index]!.documentId);
      });
      world.model.plays.push(saying(...answer.deltas));
      const id = await world.ask('What do the documents say?');
      await world.run(id);
      const message = await world.message(id);
      expect(message.status).toBe('completed');

      for (const { quote, charStart, charEnd, page, passageId } of message.citations) {
        const passage = passages.find((one) => one.id === passageId)!;
        expect(passage.text.slice(charStart! - passage.charStart, charEnd! - passage.charStart)).toBe(quote);
        expect(page).toBe(passage.page);
        expect(quote!.length).toBeLessThanOrEqual(300);
        // Whole sentences.
        expect(`${passage.text} `).toContain(`${quote} `);
      }
      const numberOf = (passageId: string): number => passages.findIndex((one) => one.id === passageId) + 1;
      for (const { sentence, cited } of judge(message, answer, numberOf)) {
        const kind = kinds.get(sentence.kind) ?? { right: 0, kept: 0, wrong: 0, shown: [] };
        kinds.set(sentence.kind, kind);
        kind.right += sentence.right.length;
        kind.kept += sentence.right.filter((number) => cited.includes(number)).length;
        kind.wrong += sentence.wrong.length;
        for (const number of cited.filter((one) => sentence.wrong.includes(one)))
          kind.shown.push(`${sentence.text} [${number}] ${answer.passages[number - 1]?.text}`);
      }
    }
    const all = [...kinds.values()];
    const sum = (of: (kind: (typeof all)[number]) => number): number =>
      all.reduce((total, kind) => total + of(kind), 0);
    expect(all.flatMap(({ shown }) => shown.slice(0, 3))).toEqual([]);
    expect(sum(({ wrong }) => wrong)).toBeGreaterThan(answerCount);
    expect(sum(({ right }) => right)).toBeGreaterThan(answerCount);
    expect(sum(({ kept }) => kept) / sum(({ right }) => right)).toBeGreaterThanOrEqual(leastKept);
  }, 180_000);
});
