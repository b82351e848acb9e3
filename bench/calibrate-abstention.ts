import { AnsweringConfig, leastCoverageOfWords } from '../src/platform/config/answering.config.js';
import type { Embedder } from '../src/platform/models/embedder.port.js';
import type { Tokenizer } from '../src/platform/text/tokenizer.port.js';
import { Random } from '../test/random.js';
import type { SpanSet } from './answer-spans.js';
import type { Calibration } from './calibration-page.js';
import { readTask, type TaskName } from './evaluation-data.js';
import { syntheticTask } from './synthetic-task.js';
import { caller, RetrievalHarness } from './retrieval-harness.js';
import type { Judged } from './threshold-table.js';

const questionsOfEach = 150;
/** Steps of .05 from .1 to .7. */
const thresholds = Array.from({ length: 13 }, (_, step) => (10 + step * 5) / 100);
/** Withholding an answer that is there is what a user forgives least. */
const rejectWeight = 5;

interface Corpus {
  name: string;
  language: 'ko' | 'en';
  texts: string[];
  questions: { kind: string; answerable: boolean; texts: string[] }[];
}

/** Every other passage of each article is left out: questions about it are of the same subject and have no answer. */
function halfOf(set: SpanSet, random: Random): Corpus {
  const seen = new Map<number, number>();
  const kept = set.passages.map(({ article }) => {
    const count = seen.get(article) ?? 0;
    seen.set(article, count + 1);
    return count % 2 === 0;
  });
  const questions = random.shuffled(set.questions);
  const texts = (within: boolean): string[] =>
    questions.filter(({ passage }) => kept[passage] === within).map(({ question }) => question);
  return {
    name: set.name,
    language: set.language,
    texts: set.passages.filter((_, index) => kept[index]).map(({ text }) => text),
    questions: [
      { kind: 'answerable', answerable: true, texts: texts(true) },
      { kind: 'of the same article', answerable: false, texts: texts(false) },
    ],
  };
}

const others: { name: TaskName; language: 'ko' | 'en' }[] = [
  { name: 'autorag-ko', language: 'ko' },
  { name: 'cranfield', language: 'en' },
];

function corporaOf(folder: string, sets: SpanSet[]): Corpus[] {
  const random = new Random(3);
  const corpora = sets.map((set) => halfOf(set, random.fork()));
  for (const { name, language } of others) {
    const task = readTask(folder, name);
    if (!task) continue;
    const texts = random.shuffled(task.queries).map(({ text }) => text);
    const questions = [{ kind: 'answerable', answerable: true, texts }];
    corpora.push({ name, language, texts: task.documents.map(({ text }) => text), questions });
  }
  const own = syntheticTask();
  corpora.push({
    name: own.name,
    language: 'en',
    texts: own.documents.map(({ text }) => text),
    questions: [
      { kind: 'answerable', answerable: true, texts: random.shuffled(own.queries).map(({ text }) => text) },
    ],
  });
  return withForeignQuestions(corpora);
}

/** Questions that belong to the other collections: in the same language, and in the other one. */
const withForeignQuestions = (corpora: Corpus[]): Corpus[] =>
  corpora.map((corpus) => {
    const asked = (kind: string, sameLanguage: boolean) => ({
      kind,
      answerable: false,
      texts: corpora
        .filter((other) => other !== corpus && other.name !== 'synthetic' && corpus.name !== 'synthetic')
        .filter(({ language }) => (language === corpus.language) === sameLanguage)
        .flatMap(({ questions }) => questions[0]!.texts.slice(0, questionsOfEach)),
    });
    const foreign = [asked('of another collection', true), asked('in another language', false)];
    return {
      ...corpus,
      questions: [...corpus.questions, ...foreign.filter(({ texts }) => texts.length > 0)],
    };
  });

/** Collections of one article each, of a few passages: as of somebody who has just begun. */
const smallCollections = 10;

interface Setup {
  folder: string;
  sets: SpanSet[];
  tokenizer: Tokenizer;
  embedder: Embedder;
  onStep: (about: string) => void;
}

async function judgeSmall(set: SpanSet, { tokenizer, embedder, onStep }: Setup): Promise<Judged[]> {
  const group = `${set.name}, single articles`;
  onStep(group);
  const random = new Random(4);
  const of = (article: number): string[] =>
    random
      .shuffled(set.questions.filter(({ passage }) => set.passages[passage]!.article === article))
      .slice(0, questionsOfEach / smallCollections)
      .map(({ question }) => question);
  const harness = await RetrievalHarness.open(tokenizer, embedder);
  const judged: Judged[] = [];
  try {
    const search = harness.search();
    for (let article = 0; article < smallCollections; article++) {
      const own = set.passages.filter((passage) => passage.article === article);
      const [chunk] = await harness.index(own.map(({ text }) => text));
      const [row] = await harness.database.query<{ id: string }>(
        'SELECT collection_id AS id FROM chunk WHERE id = $1',
        [chunk],
      );
      const kinds = [
        { kind: 'answerable', accept: true, queries: of(article) },
        { kind: 'of another article', accept: false, queries: of(article + smallCollections) },
      ];
      for (const { queries, ...kind } of kinds) {
        for (const query of queries) {
          const asked = { query, collectionIds: [row!.id], limit: 10, trace: true };
          const { relevance } = await search.search(caller, asked);
          judged.push({ group, ...kind, score: relevance?.coverage ?? 0 });
        }
      }
    }
  } finally {
    await harness.close();
  }
  return judged;
}

/** Do the documents say anything about a question? By coverage, and by cosine for an embedder whose vectors know meaning. */
export async function calibrateAbstention(setup: Setup): Promise<Calibration[]> {
  const coverage: Judged[] = [];
  const similarity: Judged[] = [];
  for (const corpus of corporaOf(setup.folder, setup.sets)) {
    setup.onStep(`${corpus.name}: ${corpus.texts.length} passages`);
    const harness = await RetrievalHarness.open(setup.tokenizer, setup.embedder);
    try {
      await harness.index(corpus.texts);
      const search = harness.search();
      for (const { kind, answerable, texts } of corpus.questions) {
        for (const query of texts.slice(0, questionsOfEach)) {
          const { relevance } = await search.search(caller, { query, limit: 10, trace: true });
          const one = { group: corpus.name, kind, accept: answerable };
          coverage.push({ ...one, score: relevance?.coverage ?? 0 });
          if (typeof relevance?.similarity === 'number')
            similarity.push({ ...one, score: relevance.similarity });
        }
      }
    } finally {
      await harness.close();
    }
  }
  for (const set of setup.sets) coverage.push(...(await judgeSmall(set, setup)));
  const config = new AnsweringConfig();
  const shared = { thresholds, rejectWeight };
  return [
    {
      ...shared,
      name: 'coverage',
      title: 'Abstention: share of a question’s rarer terms that one passage holds',
      constant: config.leastCoverage ?? leastCoverageOfWords,
      judged: coverage,
    },
    {
      ...shared,
      name: 'similarity',
      title: `Abstention: cosine of the nearest passage, ${setup.embedder.model}`,
      constant: config.leastSimilarity ?? null,
      judged: similarity,
    },
  ].filter(({ judged }) => judged.length > 0);
}
