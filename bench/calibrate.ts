import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEmbedder } from '../src/platform/models/create-models.js';
import { LexicalTokenizer } from '../src/platform/text/lexical-tokenizer.js';
import { TextWorkerPool } from '../src/platform/text/text-worker-pool.js';
import { readSpanSets } from './answer-spans.js';
import { calibrateAbstention } from './calibrate-abstention.js';
import { calibrateSupport } from './calibrate-support.js';
import { calibrationPage, groupsOf, rowsOf, type Calibration } from './calibration-page.js';
import { EvaluationError, evaluationFolder } from './evaluation-data.js';
import { modelSettings } from './model-settings.js';
import { acceptedByKind, verdictOn, type Verdict } from './threshold-table.js';
import { runCommand } from './run-command.js';

const usage = `EVAL_DATA=<folder> npm run calibrate [-- support|abstention]

Measures the thresholds that decide which marks are kept (support) and when nothing is answered (abstention) on labelled
pairs and questions made from public sets, and checks those of the code. Ends with 1 where one of them is no longer as
good as the best. With EMBEDDING_MODEL set, its cosines are measured too, for ANSWER_LEAST_SIMILARITY.
`;
const parts = ['support', 'abstention'];
const folder = 'bench/results';
const share = (value: number): string => value.toFixed(3);

function print(calibration: Calibration): Verdict | null {
  const { judged, thresholds, constant, rejectWeight } = calibration;
  console.log(`\n${calibration.title}`);
  console.table(
    groupsOf(calibration).flatMap((group) =>
      rowsOf(calibration, group).map(({ threshold, falseAccept, falseReject }) => ({
        set: group,
        threshold,
        'false accept': share(falseAccept),
        'false reject': share(falseReject),
      })),
    ),
  );
  if (constant !== null) printKinds(calibration, constant);
  const verdict = verdictOn(judged, thresholds, constant ?? thresholds[0]!, rejectWeight);
  if (constant === null) {
    console.log(`Best threshold: ${verdict.best}. None is set.`);
    return null;
  }
  console.log(
    `The code has ${constant}: it costs ${share(verdict.constantCost)}, the best (${verdict.best}, chosen on the other half) ` +
      `${share(verdict.bestCost)}; a false reject costs ${rejectWeight}, a false accept 1. ${verdict.holds ? 'It holds.' : 'IT DOES NOT HOLD.'}`,
  );
  return verdict;
}

function printKinds(calibration: Calibration, constant: number): void {
  console.log(`Accepted at ${constant}, by kind`);
  console.table(
    groupsOf(calibration).flatMap((group) => {
      const own = calibration.judged.filter((one) => one.group === group);
      return [...acceptedByKind(own, constant)].map(([kind, accepted]) => {
        const of = own.filter((one) => one.kind === kind);
        return {
          set: group,
          kind,
          should: of[0]!.accept ? 'accept' : 'reject',
          count: of.length,
          accepted: share(accepted),
        };
      });
    }),
  );
}

function chosenParts(): string[] {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const unknown = positionals.find((word) => !parts.includes(word));
  if (unknown) throw new EvaluationError(`There is no part ${unknown}; there are ${parts.join(', ')}.`);
  return positionals.length === 0 ? parts : positionals;
}

async function main(): Promise<void> {
  const chosen = chosenParts();
  const data = evaluationFolder();
  const sets = readSpanSets(data);
  const calibrations: Calibration[] = [];
  if (chosen.includes('support')) calibrations.push(calibrateSupport(sets));
  if (chosen.includes('abstention')) {
    const workers = new TextWorkerPool();
    const tokenizer = new LexicalTokenizer(workers);
    const embedder = await createEmbedder(modelSettings(), tokenizer, workers);
    const onStep = (about: string): void => void process.stderr.write(`${about}\n`);
    calibrations.push(...(await calibrateAbstention({ folder: data, sets, tokenizer, embedder, onStep })));
    await workers.onApplicationShutdown();
  }
  const at = new Date().toISOString();
  const verdicts = calibrations.map((calibration) => ({
    name: calibration.name,
    verdict: print(calibration),
  }));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `calibration-${at.replaceAll(':', '')}`);
  writeFileSync(`${file}.json`, `${JSON.stringify({ at, verdicts, calibrations })}\n`);
  writeFileSync(`${file}.html`, calibrationPage(at, calibrations));
  console.log(`Written: ${file}.json, ${file}.html`);
  if (verdicts.some(({ verdict }) => verdict?.holds === false)) process.exitCode = 1;
}

await runCommand(main, usage);
