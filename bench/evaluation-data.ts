import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

export interface RetrievalTask {
  name: string;
  documents: { id: string; text: string }[];
  queries: { id: string; text: string }[];
  /** Query id → document id → grade. */
  judgements: Map<string, Map<string, number>>;
}

/** Of the project's own making; the others are read from `EVAL_DATA`. */
export const ownTask = 'synthetic';
export const taskNames = ['korquad1-dev', 'autorag-ko', 'cranfield', 'xquad-en'] as const;
export type TaskName = (typeof taskNames)[number];

const squadFiles: Partial<Record<TaskName, string>> = {
  'korquad1-dev': 'KorQuAD_v1.0_dev.json',
  'xquad-en': 'xquad.en.json',
};

/** The folder of test collections that `EVAL_DATA` names. None of them is part of this repository, for their licences. */
export function evaluationFolder(): string {
  const folder = process.env.EVAL_DATA;
  if (!folder)
    throw new EvaluationError(`EVAL_DATA must name the folder that holds ${taskNames.join(', ')}.`);
  if (!existsSync(folder)) throw new EvaluationError(`EVAL_DATA names ${folder}, which is not there.`);
  return folder;
}

/** Something that whoever runs the evaluation can put right: told in one line. */
export class EvaluationError extends Error {}

export function readTask(folder: string, name: TaskName): RetrievalTask | null {
  const path = join(folder, name);
  if (!existsSync(path)) {
    console.log(`Skipped ${name}: ${path} is not there.`);
    return null;
  }
  const file = squadFiles[name];
  return file ? readSquad(name, join(path, file)) : readBeir(name, path);
}

/** BEIR's layout: `corpus.jsonl`, `queries.jsonl`, `qrels.jsonl`. */
function readBeir(name: string, path: string): RetrievalTask {
  const lines = <T>(file: string): T[] =>
    readFileSync(join(path, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  const corpus = lines<{ _id: string; text: string; title?: string }>('corpus.jsonl');
  const judgements = new Map<string, Map<string, number>>();
  for (const { q, d, s } of lines<{ q: string; d: string; s: number }>('qrels.jsonl')) {
    if (s > 0) judgements.set(q, (judgements.get(q) ?? new Map<string, number>()).set(d, s));
  }
  const queries = lines<{ _id: string; text: string }>('queries.jsonl');
  return {
    name,
    documents: corpus.map(({ _id, title, text }) => ({ id: _id, text: title ? `${title}\n${text}` : text })),
    queries: queries.filter(({ _id }) => judgements.has(_id)).map(({ _id, text }) => ({ id: _id, text })),
    judgements,
  };
}

interface Squad {
  data: { paragraphs: { context: string; qas: { id: string; question: string }[] }[] }[];
}

/** SQuAD's layout: the paragraph that a question was asked about is the relevant one. */
function readSquad(name: string, file: string): RetrievalTask {
  const { data } = JSON.parse(readFileSync(file, 'utf8')) as Squad;
  const task: RetrievalTask = { name, documents: [], queries: [], judgements: new Map() };
  for (const { context, qas } of data.flatMap(({ paragraphs }) => paragraphs)) {
    const id = String(task.documents.length);
    task.documents.push({ id, text: context });
    for (const qa of qas) {
      task.queries.push({ id: qa.id, text: qa.question });
      task.judgements.set(qa.id, new Map([[id, 1]]));
    }
  }
  return task;
}
