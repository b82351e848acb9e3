import { quoteLimit } from '../src/chat/domain/quote.js';
import { numbersOf } from '../src/chat/domain/support.js';
import type { Random } from '../test/random.js';
import type { AnsweredQuestion, SpanSet } from './answer-spans.js';

/** A statement that cites a passage, and whether the passage says it; known by how the pair was made. */
export interface SupportPair {
  kind: string;
  claim: string;
  passage: string;
  supported: boolean;
}

export const supportedKinds = ['sentence', 'shortened', 'question and answer'];
export const unsupportedKinds = [
  'number changed',
  'name changed',
  'noun changed',
  'word changed',
  'question, other answer',
  'other passage',
];

const wordPattern = /[\p{L}\p{N}]/u;
const closing = /[.?!…"”’)\s]+$/u;
const statement = (text: string): string => text.replace(closing, '').trim();
const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => wordPattern.test(word));

/** What asks, in either language; the answer takes its place. */
const asks =
  /\b(?:what|which|who|whom|whose|where|when|how (?:many|much|long|old|far|often))\b|누구|무엇|무슨|어디|어느|어떤|언제|몇|얼마/iu;

/** A question with its answer where it asks: the question's author used words of his own. Null: it asks in no known way. */
const answered = (question: string, answer: string): string | null => {
  if (!asks.test(question)) return null;
  return statement(question.replace(asks, () => answer)).replace(/\s+/g, ' ');
};

/** The sentence without about a quarter of its words; those of the answer stay. */
function shortened(random: Random, sentence: string, answer: string): string {
  const kept = new Set(wordsOf(answer));
  return statement(
    sentence
      .split(/\s+/)
      .filter((word) => kept.has(word) || answer.includes(word) || !random.chance(0.25))
      .join(' '),
  );
}

const isNumber = (text: string): boolean => /\d/.test(text);
/** A capital tells a name in English; in Korean nothing does. */
const isName = (text: string): boolean => /^\p{Lu}/u.test(text);
const sortOf = (answer: string): string => (isNumber(answer) ? 'number' : isName(answer) ? 'name' : 'noun');

/** Another answer of the set, of the same sort and length of words, none of whose words the passage has. */
function otherAnswer(random: Random, set: SpanSet, { answer, passage }: AnsweredQuestion): string | null {
  const text = set.passages[passage]!.text.toLowerCase();
  const words = wordsOf(answer).length;
  for (let attempt = 0; attempt < 200; attempt++) {
    const other = random.pick(set.questions).answer;
    if (sortOf(other) !== sortOf(answer) || Math.abs(wordsOf(other).length - words) > 1) continue;
    if (isNumber(other) ? sharesNumber(other, text) : sharesWord(other, text)) continue;
    return other;
  }
  return null;
}

const sharesNumber = (other: string, text: string): boolean => {
  const held = numbersOf(text);
  return [...numbersOf(other)].every((number) => held.has(number));
};
/** By the first two letters in Korean, where particles and endings follow. */
const sharesWord = (other: string, text: string): boolean =>
  wordsOf(other.toLowerCase()).some((word) => text.includes(/[가-힣]/.test(word) ? word.slice(0, 2) : word));

/** A noun by its particle in Korean; in English an ordinary word of some length. */
const nouns = { ko: /^[가-힣]{2,}(?:을|를|의|에서|은|는|이|가)$/u, en: /^\p{Ll}{5,}$/u };
const endingOf = {
  ko: (word: string): string => word.slice(-1),
  en: (word: string): string => word.slice(-2),
};

/** The sentence with one noun that another passage has and this one has not. Null where it has none to change. */
function withOtherWord(random: Random, set: SpanSet, { sentence, passage }: AnsweredQuestion): string | null {
  const text = set.passages[passage]!.text.toLowerCase();
  const candidates = sentence.split(/\s+/).filter((word) => nouns[set.language].test(word));
  if (candidates.length === 0) return null;
  const changed = random.pick(candidates);
  const ending = endingOf[set.language];
  for (let attempt = 0; attempt < 50; attempt++) {
    const others = random.pick(set.passages).text.split(/\s+/);
    const other = others.find(
      (word) =>
        nouns[set.language].test(word) &&
        ending(word) === ending(changed) &&
        !sharesWord(word.slice(0, -1), text),
    );
    if (other) return statement(sentence.replace(changed, () => other));
  }
  return null;
}

const withOtherNumber = (random: Random, sentence: string, passage: string): string | null => {
  const numbers = sentence.match(/\d+/g);
  if (!numbers) return null;
  const changed = random.pick(numbers);
  const held = numbersOf(passage);
  const other = String(Number(changed) + random.between(1, 9));
  return held.has(other) ? null : statement(sentence.replace(changed, () => other));
};

/** Of the same article where there is one, without the answer. */
function otherPassage(random: Random, set: SpanSet, { answer, passage }: AnsweredQuestion): string | null {
  const { article } = set.passages[passage]!;
  const others = set.passages.filter((other, index) => other.article === article && index !== passage);
  const without = others.filter(
    ({ text }) => !text.includes(answer) && !sharesWord(answer, text.toLowerCase()),
  );
  return without.length === 0 ? null : random.pick(without).text;
}

function pairsOf(random: Random, set: SpanSet, asked: AnsweredQuestion): SupportPair[] {
  const { question, answer, sentence } = asked;
  const passage = set.passages[asked.passage]!.text;
  const pairs: SupportPair[] = [];
  const add = (kind: string, claim: string | null, text: string | null = passage): void => {
    if (claim !== null && text !== null && wordsOf(claim).length >= 3)
      pairs.push({ kind, claim, passage: text, supported: supportedKinds.includes(kind) });
  };
  const told = answered(question, answer);
  add('sentence', statement(sentence));
  add('shortened', shortened(random, sentence, answer));
  add('question and answer', told);
  add('number changed', withOtherNumber(random, sentence, passage));
  add('word changed', withOtherWord(random, set, asked));
  const other = otherAnswer(random, set, asked);
  if (other !== null) {
    add(
      isNumber(answer) ? 'number changed' : isName(answer) ? 'name changed' : 'noun changed',
      statement(sentence.replace(answer, () => other)),
    );
    add('question, other answer', told === null ? null : answered(question, other));
  }
  add('other passage', statement(sentence), otherPassage(random, set, asked));
  add('other passage', told, otherPassage(random, set, asked));
  return pairs;
}

/** Pairs of `questions` questions, the same every time. Sentences that no quote can hold are left out. */
export function supportPairs(set: SpanSet, random: Random, questions: number): SupportPair[] {
  return random
    .shuffled(set.questions.filter(({ sentence }) => sentence.length <= quoteLimit))
    .slice(0, questions)
    .flatMap((asked) => pairsOf(random, set, asked));
}
