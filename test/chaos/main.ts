import './services-profile.js';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { CommandSettings } from '../command-settings.js';
import { makeWorld } from '../e2e/world.js';
import { OpenAiServer } from '../openai-server.js';
import { falseTakeovers, firstClaims, installAudit, readAudit, recoveries } from './audit.js';
import { Checks } from './checks.js';
import { Fleet } from './fleet.js';
import { Load } from './load.js';
import { scriptModel } from './material.js';
import { MemoryWatch } from './memory-watch.js';
import { migrateWorld } from './migrate-world.js';
import { Random } from '../random.js';
import { render, violationsOf, type Report } from './report.js';

const usage = `npm run test:chaos: two of each process under load, killed at named points and at random times.

  CHAOS_SEED           1     which choices are made
  CHAOS_KILLS          200   how many are killed
  CHAOS_KILL_EVERY_MS  500   about so often; a process that is killed needs seconds to start
  CHAOS_CHATS          5     people who ask at the same time
  CHAOS_UPLOADS        3     … who upload
  CHAOS_IMPORTS        2     … who bring histories
  CHAOS_DOCUMENTS      0     go on until so many documents were accepted
  CHAOS_LARGE_SHARE    0     of documents that are twenty times as long, 0 to 1
  CHAOS_P99_MS         3000  how long taking over may take at the 99th percentile
`;

const given = new CommandSettings(usage);
const seed = given.number('CHAOS_SEED', 1);
const killCount = given.number('CHAOS_KILLS', 200);
const killEveryMs = given.number('CHAOS_KILL_EVERY_MS', 500);
const documentCount = given.number('CHAOS_DOCUMENTS', 0);
const loadSize = {
  chats: given.number('CHAOS_CHATS', 5),
  uploads: given.number('CHAOS_UPLOADS', 3),
  imports: given.number('CHAOS_IMPORTS', 2),
  largeShare: given.number('CHAOS_LARGE_SHARE', 0),
};
const results = 'bench/results';

if (!process.env.DATABASE_URL) {
  console.error('The servers of production are not up: run "npm run services:up" first.');
  process.exit(2);
}

/**
 * Small batches, so that there is a middle to be killed in, and room for a lost worker's jobs beside one's own, so that
 * the time until they are taken over is measured alone. Leases and intervals are those of production.
 */
const settings = (model: OpenAiServer): Record<string, string> => ({
  CHAT_MODEL: 'scripted',
  OPENAI_BASE_URL: model.baseUrl,
  OPENAI_API_KEY: 'key',
  EMBEDDING_MODEL: 'scripted-embedding',
  EMBEDDING_DIMENSIONS: '64',
  EMBEDDING_BATCH: '2',
  DATABASE_POOL_SIZE: '5',
  KNOWLEDGE_CONCURRENCY: '4',
  SUMMARY_CONCURRENCY: '4',
  SUMMARY_RECENT_TURNS: '4',
  SUMMARY_RECENT_TOKENS: '300',
  SUMMARY_TRIGGER_TOKENS: '200',
  SUMMARY_INPUT_TOKENS: '500',
});

async function run(): Promise<Report> {
  const startedAt = Date.now();
  const random = new Random(seed);
  await mkdir(results, { recursive: true });
  const log = createWriteStream(`${results}/chaos.log`);
  const model = await OpenAiServer.start();
  scriptModel(model, random.fork());
  const world = await makeWorld();
  const fleet = new Fleet(world, settings(model), random.fork(), log);
  const database = new pg.Pool({ connectionString: world.env.DATABASE_URL, max: 4 });
  const endAll = async (): Promise<void> => {
    await fleet.end();
    await database.end();
    await model.close();
    log.end();
    await world.remove();
  };
  let ending: Promise<void> | undefined;
  // A signal and the run it interrupts both end it: once.
  const end = (): Promise<void> => (ending ??= endAll());
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().finally(() => process.exit(130)));
  try {
    await migrateWorld(world);
    await installAudit(database);
    await fleet.start();
    const load = new Load(fleet, random.fork());
    const memory = new MemoryWatch(() => fleet.running());
    await load.start(loadSize);
    await fleet.killUntil(killCount, killEveryMs, ({ process: name, point }) =>
      process.stderr.write(`${fleet.kills.length}/${killCount} ${name} at ${point}\n`),
    );
    await load.untilUploaded(documentCount);
    await load.stop();
    const checks = new Checks(world, database, load);
    const quietAfterMs = await checks.quiet();
    const changes = await readAudit(database);
    const taken = recoveries(changes, fleet);
    const started = await firstClaims(database);
    const twins = await load.uploadTwins();
    await checks.quiet();
    const counts = await checks.all(taken, twins);
    memory.end();
    return {
      seed,
      kills: fleet.kills,
      counts,
      memory: memory.samples,
      recoveries: taken,
      firstClaims: started,
      falseTakeovers: falseTakeovers(changes, fleet),
      findings: checks.findings,
      faults: [...fleet.faults, ...load.faults],
      retries: load.retries,
      resumed: load.resumed,
      quietAfterMs,
      tookMs: Date.now() - startedAt,
    };
  } finally {
    await end();
  }
}

const report = await run();
await writeFile(`${results}/chaos.json`, JSON.stringify(report, null, 2));
console.log(render(report));
process.exit(violationsOf(report).length === 0 ? 0 : 1);
