import './services-profile.js';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { makeWorld } from '../e2e/world.js';
import { OpenAiServer } from '../openai-server.js';
import { falseTakeovers, firstClaims, installAudit, readAudit, recoveries } from './audit.js';
import { Checks } from './checks.js';
import { Fleet } from './fleet.js';
import { Load } from './load.js';
import { scriptModel } from './material.js';
import { migrateWorld } from './migrate-world.js';
import { Random } from './random.js';
import { render, violationsOf, type Report } from './report.js';

const seed = Number(process.env.CHAOS_SEED ?? 1);
const killCount = Number(process.env.CHAOS_KILLS ?? 200);
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
  const end = async (): Promise<void> => {
    await fleet.end();
    await database.end();
    await model.close();
    log.end();
    await world.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().finally(() => process.exit(130)));
  try {
    await migrateWorld(world);
    await installAudit(database);
    await fleet.start();
    const load = new Load(fleet, random.fork());
    await load.start({ chats: 5, uploads: 3, imports: 2 });
    await fleet.killUntil(killCount, ({ process: name, point }) =>
      process.stderr.write(`${fleet.kills.length}/${killCount} ${name} at ${point}\n`),
    );
    await load.stop();
    const checks = new Checks(world, database, load);
    const quietAfterMs = await checks.quiet();
    const changes = await readAudit(database);
    const taken = recoveries(changes, fleet);
    const started = await firstClaims(database);
    const twins = await load.uploadTwins();
    await checks.quiet();
    const counts = await checks.all(taken, twins);
    return {
      seed,
      kills: fleet.kills,
      counts,
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
