import type { Embedder } from '../src/platform/models/embedder.port.js';
import type { Tokenizer } from '../src/platform/text/tokenizer.port.js';
import type { RetrievalTask } from './evaluation-data.js';
import type { ArmResult, TaskResult } from './evaluation-run.js';
import { caller, RetrievalHarness } from './retrieval-harness.js';
import { measure, ndcg10, percentile, type RankedQuery } from './retrieval-metrics.js';

export interface Arm {
  name: string;
  vectorWeight?: number;
}

/** What retrieves, and in which ways. */
export interface Setup {
  tokenizer: Tokenizer;
  embedder: Embedder;
  onServer: boolean;
  arms: Arm[];
  /** Told before each. */
  onArm?(about: string): void;
}

async function evaluateArm(
  task: RetrievalTask,
  harness: RetrievalHarness,
  ids: string[],
  arm: Arm,
): Promise<ArmResult> {
  const documentOf = new Map(ids.map((id, position) => [id, task.documents[position]!.id]));
  const search = harness.search(arm.vectorWeight);
  const ranked: RankedQuery[] = [];
  const durations: number[] = [];
  for (const { id, text } of task.queries) {
    const start = performance.now();
    const { passages } = await search.search(caller, { query: text, limit: 10 });
    durations.push(performance.now() - start);
    const ranking = passages.map((passage) => documentOf.get(passage.id)!);
    ranked.push({ ranking, relevant: task.judgements.get(id)! });
  }
  return {
    arm: arm.name,
    ...measure(ranked),
    evenNdcg10: measure(ranked.filter((_, position) => position % 2 === 0)).ndcg10,
    oddNdcg10: measure(ranked.filter((_, position) => position % 2 === 1)).ndcg10,
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    scores: ranked.map(ndcg10),
  };
}

/** Indexes a set's documents anew and asks its questions. */
export async function evaluate(task: RetrievalTask, setup: Setup): Promise<TaskResult> {
  const harness = await RetrievalHarness.open(setup.tokenizer, setup.embedder, setup.onServer);
  try {
    const startedAt = performance.now();
    const ids = await harness.index(task.documents.map(({ text }) => text));
    const indexSeconds = (performance.now() - startedAt) / 1_000;
    const arms: ArmResult[] = [];
    for (const arm of setup.arms) {
      setup.onArm?.(`${task.name}, ${arm.name}: ${task.queries.length} questions`);
      arms.push(await evaluateArm(task, harness, ids, arm));
    }
    const indexBytes = await harness.sizeBytes();
    return { task: task.name, documents: task.documents.length, indexBytes, indexSeconds, arms };
  } finally {
    await harness.close();
  }
}
