import type { Random } from '../random.js';

/** One thing that a source says, and how a model may repeat it. */
interface Fact {
  /** Identifies what is said: two facts with the same key say the same. */
  key: string;
  source: string;
  claims: string[];
  /** The same sentence with another number, another name or another thing. */
  distortions: string[];
}

/** What stands in a prompt as passage n. */
export interface SourcePassage {
  text: string;
  facts: Fact[];
  page: number;
  charStart: number;
  /** Deleted after the question was asked. */
  deleted: boolean;
}

/** A sentence of an answer with the mark that closes it. */
export interface MarkedSentence {
  text: string;
  /** As written after the sentence, before its full stop. */
  mark: string;
  /** Passage numbers (from 1) in the mark that really support the sentence. */
  right: number[];
  /** … and those that do not. */
  wrong: number[];
  kind: string;
}

export interface CitedAnswer {
  passages: SourcePassage[];
  sentences: MarkedSentence[];
  /** Random cuts, inside marks too. */
  deltas: string[];
}

interface Wording {
  subjects: string[];
  places: string[];
  measures: { verb: string; unit: string }[];
  sentence(subject: string, place: string, measure: { verb: string; unit: string }, n: number): string;
  claims(subject: string, place: string, measure: { verb: string; unit: string }, n: number): string[];
  fillers: string[];
  inventions: string[];
}

const english: Wording = {
  subjects: ['crane', 'ferry', 'turbine', 'archive', 'greenhouse', 'bridge', 'bakery', 'observatory'],
  places: ['Harlow', 'Norwick', 'Delmont', 'Astoria', 'Pinewood', 'Karlsfeld'],
  measures: [
    { verb: 'consumes', unit: 'kilowatts of electricity' },
    { verb: 'employs', unit: 'people in two shifts' },
    { verb: 'weighs', unit: 'tons without its foundation' },
    { verb: 'receives', unit: 'visitors every month' },
  ],
  sentence: (subject, place, { verb, unit }, n) => `The ${subject} in ${place} ${verb} ${n} ${unit}.`,
  claims: (subject, place, { verb, unit }, n) => [
    `The ${subject} in ${place} ${verb} ${n} ${unit}`,
    `In ${place} the ${subject} ${verb} about ${n} ${unit}`,
    `According to the document, the ${place} ${subject} ${verb} ${n} ${unit}`,
  ],
  fillers: [
    'Deliveries come through the side gate.',
    'The committee meets on the first Monday.',
    'Forms are kept at the front desk.',
    'A new roof was put on last summer.',
  ],
  inventions: [
    'Penguins are admitted free of charge',
    'The mayor resigned after the scandal',
    'All staff receive a company car',
  ],
};

const korean: Wording = {
  subjects: ['기중기', '여객선', '발전기', '기록관', '온실', '교량', '제과점', '천문대'],
  places: ['부산', '여수', '강릉', '목포', '춘천', '제주'],
  measures: [
    { verb: '소비한다', unit: '킬로와트의 전력을' },
    { verb: '고용한다', unit: '명의 직원을 두 교대로' },
    { verb: '수용한다', unit: '명의 방문객을 매달' },
    { verb: '보관한다', unit: '상자의 문서를' },
  ],
  sentence: (subject, place, { verb, unit }, n) => `${place} ${subject}는 ${n}${unit} ${verb}.`,
  claims: (subject, place, { verb, unit }, n) => [
    `${place} ${subject}는 ${n}${unit} ${verb}`,
    `${place}의 ${subject}는 ${n}${unit} ${verb.replace('한다', '합니다')}`,
    `문서에 따르면 ${place} ${subject}는 ${n}${unit} ${verb.replace('한다', '하고 있습니다')}`,
  ],
  fillers: [
    '물품은 옆문으로 들어온다.',
    '위원회는 매월 첫째 월요일에 모인다.',
    '서식은 안내대에 비치되어 있다.',
    '지난여름에 지붕을 새로 얹었다.',
  ],
  inventions: [
    '펭귄은 무료로 입장합니다',
    '시장은 추문 이후 사임했습니다',
    '모든 직원에게 차량이 지급됩니다',
  ],
};

function factOf(random: Random, wording: Wording): Fact {
  const subject = random.pick(wording.subjects);
  const place = random.pick(wording.places);
  const measure = random.pick(wording.measures);
  const n = random.between(11, 9_999);
  const otherSubject = random.pick(wording.subjects.filter((one) => one !== subject));
  const otherPlace = random.pick(wording.places.filter((one) => one !== place));
  return {
    key: [subject, place, measure.verb, n].join(' '),
    source: wording.sentence(subject, place, measure, n),
    claims: wording.claims(subject, place, measure, n),
    distortions: [
      wording.claims(subject, place, measure, n + random.between(1, 500))[0]!,
      wording.claims(subject, otherPlace, measure, n)[0]!,
      wording.claims(otherSubject, place, measure, n)[0]!,
    ],
  };
}

function passageOf(random: Random, wording: Wording): SourcePassage {
  const facts = Array.from({ length: random.between(1, 4) }, () => factOf(random, wording));
  const sentences = random.shuffled([
    ...facts.map(({ source }) => source),
    ...random.shuffled(wording.fillers).slice(0, random.between(1, 3)),
  ]);
  return {
    text: sentences.join(' '),
    facts,
    page: random.between(1, 300),
    charStart: random.between(0, 100_000),
    deleted: random.chance(0.1),
  };
}

/** Numbers of the passages that say it and are still there. */
const supporting = (passages: SourcePassage[], key: string): number[] =>
  passages.flatMap(({ facts, deleted }, index) =>
    !deleted && facts.some((fact) => fact.key === key) ? [index + 1] : [],
  );

const markOf = (random: Random, numbers: number[]): string =>
  random.chance(0.5) ? `[${numbers.join(', ')}]` : numbers.map((number) => `[${number}]`).join('');

const kinds =
  'right/right/right/right/both/swapped/distorted/invented/no such passage/made-up quote/quote/code'.split(
    '/',
  );

function sentenceOf(random: Random, wording: Wording, passages: SourcePassage[]): MarkedSentence {
  const at = random.between(0, passages.length - 1);
  const fact = random.pick(passages[at]!.facts);
  const others = passages.map((_, index) => index + 1).filter((number) => number !== at + 1);
  const marked = (kind: string, text: string, numbers: number[], key: string | null): MarkedSentence => {
    const right = key === null ? [] : supporting(passages, key);
    return {
      kind,
      text,
      mark: markOf(random, numbers),
      right: numbers.filter((number) => right.includes(number)),
      wrong: numbers.filter((number) => !right.includes(number)),
    };
  };
  const kind = random.pick(kinds);
  switch (kind) {
    case 'right':
      return marked(kind, random.pick(fact.claims), [at + 1], fact.key);
    case 'both':
      return marked(kind, random.pick(fact.claims), [at + 1, random.pick(others)], fact.key);
    case 'swapped':
      return marked(kind, random.pick(fact.claims), [random.pick(others)], fact.key);
    case 'distorted':
      return marked(kind, random.pick(fact.distortions), [at + 1], null);
    case 'invented':
      return marked(kind, random.pick(wording.inventions), [at + 1], null);
    case 'no such passage':
      return marked(kind, random.pick(fact.claims), [passages.length + random.between(1, 90)], null);
    case 'made-up quote':
      return marked(kind, `"${random.pick(wording.inventions)}, ${fact.claims[0]!}"`, [at + 1], null);
    case 'quote':
      return marked(kind, `"${fact.source.slice(0, -1)}"`, [at + 1], fact.key);
    default:
      return { ...marked(kind, `\`list[${at + 1}]\``, [at + 1], null), mark: '', wrong: [] };
  }
}

/** An answer of a model that cites well, badly and at random; what is right is known by construction. */
export function citedAnswer(random: Random): CitedAnswer {
  const wording = random.chance(0.5) ? korean : english;
  const passages = Array.from({ length: random.between(2, 6) }, () => passageOf(random, wording));
  const sentences = Array.from({ length: random.between(2, 7) }, () => sentenceOf(random, wording, passages));
  const text = sentences
    .map(({ text: sentence, mark }) => (mark ? `${sentence} ${mark}.` : `${sentence}.`))
    .join(' ');
  const deltas: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + random.between(1, 9);
    deltas.push(text.slice(start, end));
    start = end;
  }
  return { passages, sentences, deltas };
}
