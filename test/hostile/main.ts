import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandSettings } from '../command-settings.js';
import { makeWorld } from '../e2e/world.js';
import { Client } from './client.js';
import { corpus, sliceOf } from './corpus.js';
import type { Recipe } from './hostile-file.js';
import { Judge, type Verdict } from './judge.js';
import { Product } from './product.js';
import { render, violationsOf, type Report } from './report.js';
import { Canary, strayFiles } from './traces.js';

const usage = `npm run test:hostile: files made to do harm, through the real API of the built product.

  HOSTILE_SEED      1        which files are made
  HOSTILE_FILES     0        only so many of them, of every kind in turn; 0: all
  HOSTILE_ONLY               only kinds and descriptions that this regular expression matches
  HOSTILE_LANES     2        uploads at the same time
  HOSTILE_LIMIT_MS  120000   how long a file may take from its upload to its end
  HOSTILE_GROWTH_MB 768      how much the server's memory may rise above where it started
`;

const given = new CommandSettings(usage);
const seed = given.wholeNumber('HOSTILE_SEED', 1);
const count = given.wholeNumber('HOSTILE_FILES', 0);
const lanes = given.wholeNumber('HOSTILE_LANES', 2);
const limitMs = given.wholeNumber('HOSTILE_LIMIT_MS', 120_000);
const growthMb = given.wholeNumber('HOSTILE_GROWTH_MB', 768);
const only = new RegExp(process.env.HOSTILE_ONLY ?? '', 'i');
const results = 'bench/results';

/** A good file follows upon so many hostile ones. */
const goodEvery = 10;
/** What the parsers may have; they look at themselves every 50 ms, so a fast one gets somewhat beyond. */
const parserMb = 512;
const parserOvershootMb = 128;
const slowestAnswerMs = 5_000;

const settings = {
  LOG_LEVEL: 'info',
  EXTRACTION_TIMEOUT_MS: '30000',
  EXTRACTION_MAX_MEMORY_MB: String(parserMb),
  OCR_LANGUAGES: 'eng',
  OCR_MAX_PAGES: '20',
  OCR_TIMEOUT_MS: '30000',
};

const chosen = (recipes: Recipe[]): Recipe[] => {
  const matching = recipes.filter(({ kind, about }) => only.test(`${kind}: ${about}`));
  return count > 0 ? sliceOf(matching, count, seed) : matching;
};

/** Each lane takes the next file once its last one has ended. */
async function run(
  recipes: Recipe[],
  judge: Judge,
  product: Product,
): Promise<{ verdicts: Verdict[]; good: number; bad: string[] }> {
  const verdicts: Verdict[] = [];
  const bad: string[] = [];
  let next = 0;
  let good = 0;
  const lane = async (): Promise<void> => {
    while (next < recipes.length && product.isAlive) {
      const at = next++;
      const verdict = await judge.judge(recipes[at]!);
      verdicts.push(verdict);
      const marks = verdict.violations.length > 0 ? ` VIOLATION: ${verdict.violations.join('; ')}` : '';
      process.stderr.write(
        `${verdicts.length}/${recipes.length} ${verdict.kind}, ${verdict.about}: ${verdict.outcome} ${verdict.tookMs} ms${marks}\n`,
      );
      if (at % goodEvery === goodEvery - 1) bad.push(...(await judge.ingestsNormally(++good, 'p')));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (product.isAlive) bad.push(...(await judge.ingestsNormally(++good, 'p')));
  return { verdicts, good, bad };
}

async function main(): Promise<Report> {
  const startedAt = Date.now();
  const base = await mkdtemp(join(tmpdir(), 'protostar-outside-'));
  const folders = { cwd: join(base, 'cwd'), tmp: join(base, 'tmp') };
  await Promise.all([...Object.values(folders), results].map((folder) => mkdir(folder, { recursive: true })));
  const world = await makeWorld();
  const canary = new Canary();
  const secret = randomBytes(16).toString('hex');
  const bait = {
    token: `hostile-${randomBytes(6).toString('hex')}`,
    url: await canary.listen(),
    secretFile: join(base, 'secret.txt'),
  };
  await writeFile(bait.secretFile, `the secret is ${secret}`);
  const product = new Product({ ...folders, data: world.dataDir }, settings, `${results}/hostile.log`);
  try {
    await product.started();
    const client = new Client(product.url, limitMs);
    await client.open();
    const { verdicts, good, bad } = await run(
      chosen(corpus(seed, bait)),
      new Judge(client, limitMs, secret),
      product,
    );
    const diedBefore = !product.isAlive;
    const { exit, orphans } = await product.stop();
    const { memory } = product;
    const violations = [
      ...bad,
      ...(diedBefore ? [`the server died: ${exit}`] : []),
      ...(!diedBefore && exit !== 0 ? [`the server ended with ${exit}`] : []),
      ...orphans.map((pid) => `a parser outlived the server: ${pid}`),
      ...(memory.peak - memory.atStart > growthMb
        ? [`the server's memory rose by ${memory.peak - memory.atStart} MiB`]
        : []),
      ...(memory.peakOfParser > parserMb + parserOvershootMb
        ? [`a parser took ${memory.peakOfParser} MiB`]
        : []),
      ...(product.slowestAnswerMs > slowestAnswerMs
        ? [`/health/live took ${product.slowestAnswerMs} ms`]
        : []),
      ...canary.calls.map((call) => `the net was asked: ${call}`),
      ...(await strayFiles({ ...folders, data: world.dataDir }, bait.token)).map(
        (path) => `a file outside: ${path}`,
      ),
    ];
    return {
      seed,
      verdicts,
      goodFiles: good,
      memory,
      slowestAnswerMs: product.slowestAnswerMs,
      violations,
      tookMs: Date.now() - startedAt,
    };
  } finally {
    product.kill();
    canary.close();
    await world.remove();
    await rm(base, { recursive: true, force: true });
  }
}

const report = await main();
await writeFile(`${results}/hostile.json`, JSON.stringify(report, null, 2));
console.log(render(report));
process.exit(violationsOf(report).length === 0 ? 0 : 1);
