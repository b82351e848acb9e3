import 'reflect-metadata';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CarriedWords } from '../src/chat/application/carried-words.js';
import { ModelQuestionRewriter } from '../src/chat/application/model-question-rewriter.js';
import { QuestionRewriter } from '../src/chat/application/question-rewriter.js';
import { isElliptical } from '../src/chat/domain/follow-up.js';
import { AnsweringConfig } from '../src/platform/config/answering.config.js';
import { createChatModel, createEmbedder } from '../src/platform/models/create-models.js';
import { FilePromptLibrary } from '../src/platform/models/file-prompt-library.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { SilentLogger } from '../test/fakes/silent-logger.js';
import { evaluationFolder, readTask, taskNames } from './evaluation-data.js';
import { followUpSet } from './follow-up-set.js';
import { modelSettings } from './model-settings.js';
import { caller, RetrievalHarness } from './retrieval-harness.js';

/*
 * npm run eval:follow-ups: how often the passage that answers a follow-up question comes first, on a small set of the
 * project's own making; asked as it is, rewritten (by the model of CHAT_MODEL, else by carried words) and written out. With
 * EVAL_DATA also how many questions of public sets, which all stand by themselves, are taken for follow-ups.
 */
const workers = new TextWorkerPool();
const tokenizer = new LexicalTokenizer(workers);
const settings = modelSettings();
const embedder = await createEmbedder(settings, tokenizer, workers);
const model = await createChatModel(settings.models, tokenizer);
const harness = await RetrievalHarness.open(tokenizer, embedder);
const config = Object.assign(new AnsweringConfig(), { rewriteFollowUps: model.generative });
const rewriter = new QuestionRewriter(
  new ModelQuestionRewriter(
    model,
    new FilePromptLibrary(pathToFileURL(`${resolve('prompts')}/`)),
    new SilentLogger(),
  ),
  new CarriedWords(harness.rarity(), tokenizer),
  config,
);

const { passages, followUps } = followUpSet();
const ids = await harness.index(passages);
const search = harness.search();
const isFirst = async (query: string, passage: number): Promise<boolean> => {
  const found = await search.search(caller, { query, limit: 1 });
  return found.passages[0]?.id === ids[passage];
};
const rewritten = (before: string, content: string): Promise<string> =>
  rewriter
    .standalone({
      caller,
      collectionIds: undefined,
      content,
      exchanges: [[{ messageId: 'before', role: 'user', content: before }]],
    })
    .then(({ query }) => query);

const rows = new Map<string, { asked: number; rewritten: number; writtenOut: number; of: number }>();
let changed = 0;
for (const { language, kind, before, question, standalone, passage } of followUps) {
  const key = `${language}, ${kind}`;
  const row = rows.get(key) ?? { asked: 0, rewritten: 0, writtenOut: 0, of: 0 };
  rows.set(key, row);
  row.of++;
  if (await isFirst(question, passage)) row.asked++;
  if (await isFirst(await rewritten(before, question), passage)) row.rewritten++;
  if (await isFirst(standalone, passage)) row.writtenOut++;
  if ((await rewritten(before, standalone)) !== standalone) changed++;
}
console.log(`First passage right, by ${model.generative ? model.name : 'carried words'}`);
console.table(Object.fromEntries(rows));
console.log(`Standalone questions that were changed: ${changed} of ${followUps.length}`);
if (process.env.EVAL_DATA) {
  const folder = evaluationFolder();
  for (const name of taskNames) {
    const queries = readTask(folder, name)?.queries ?? [];
    const taken = queries.filter(({ text }) => isElliptical(text));
    console.log(`${name}: ${taken.length} of ${queries.length} questions taken for follow-ups`);
    if (process.argv.includes('--show')) for (const { text } of taken.slice(0, 15)) console.log(`  ${text}`);
  }
}
await harness.close();
await workers.onApplicationShutdown();
