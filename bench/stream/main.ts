import '../on-services.js';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandSettings } from '../../test/command-settings.js';
import { LoadProcess } from './load-process.js';
import { runFirstText, runLevel, runParsing, type FirstText, type Level, type LevelRun } from './measure.js';
import { judged, type StreamRun } from './judge.js';
import { streamPage } from './page.js';
import { printed } from './table.js';

const usage = `npm run bench:stream      (servers: npm run services:up)

What an answer's stream costs on its way from the model to the client: through nothing, through a bare pipe, through
Protostar (an API and a chat worker), and through the simplest way that has a queue and a log: a BullMQ job, XADD and
PUBLISH for each token, SSE. In turns, every side in processes of its own. A table, and JSON and plots in bench/results.

  STREAM_LEVELS=1x50,50x50,100x50,10x500,1000x2   streams x tokens a second of each
  STREAM_ROUNDS=5       turns
  STREAM_WINDOW_MS=4000 of each level
  STREAM_IDLE=30        questions one after another
  STREAM_BURST=50       questions at once
  STREAM_PROFILE=0      1: a processor profile of the product's processes in bench/results`;

const given = new CommandSettings(usage);
const levels: Level[] = given
  .list('STREAM_LEVELS', '1x50,50x50,100x50,10x500,1000x2', /^[1-9]\d*x[1-9]\d*$/)
  .map((text) => text.split('x').map(Number))
  .map(([streams, tokensPerSecond]) => ({ streams: streams!, tokensPerSecond: tokensPerSecond! }));
const rounds = given.wholeNumber('STREAM_ROUNDS', 5);
const windowMs = given.wholeNumber('STREAM_WINDOW_MS', 4_000);
const idle = given.wholeNumber('STREAM_IDLE', 30);
const burst = given.wholeNumber('STREAM_BURST', 50);
const results = resolve('bench/results');
const profiled = given.wholeNumber('STREAM_PROFILE', 0) > 0;

if (!process.env.DATABASE_URL && existsSync('.services/env')) process.loadEnvFile('.services/env');
if (!process.env.DATABASE_URL) {
  console.error('The servers of production are not up: run "npm run services:up" first.');
  process.exit(2);
}

// The test's world reads the settings when it is loaded.
const { Arms } = await import('./arms.js');
await mkdir(results, { recursive: true });
const arms = await Arms.start(profiled ? ['--cpu-prof', `--cpu-prof-dir=${results}`] : []);
try {
  const { modelUrl } = arms;
  const load = new LoadProcess((await arms.fork('load-client')).child);
  const parsing = new LoadProcess((await arms.fork('parse-client')).child);
  const run: StreamRun = {
    at: new Date().toISOString(),
    settings: { rounds, windowMs, idle, burst },
    levels: levels.map((level) => ({ level, runs: [] as LevelRun[] })),
    idle: [] as FirstText[],
    burst: [] as FirstText[],
  };
  // What is compiled and connected once is no part of it.
  for (const arm of arms.all) await runFirstText({ arm, load, modelUrl }, burst, true);
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    for (const arm of arms.all) {
      run.idle.push(await runFirstText({ arm, load, modelUrl }, idle, false));
      run.burst.push(await runFirstText({ arm, load, modelUrl }, burst, true));
    }
    for (const { level, runs } of run.levels) {
      for (const arm of arms.all) runs.push(await runLevel({ arm, load, modelUrl }, level, windowMs));
      runs.push(await runParsing(parsing, level, windowMs));
    }
  }
  const verdict = judged(run);
  console.log(printed(verdict));
  const file = `${results}/stream-${run.at.replaceAll(/\W/g, '-')}`;
  await writeFile(`${file}.json`, JSON.stringify({ ...run, verdict }, null, 1));
  await writeFile(`${file}.html`, streamPage(run, verdict));
  console.log(`\n${file}.html`);
} finally {
  await arms.end(profiled);
}
