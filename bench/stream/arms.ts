import type { ChildProcess } from 'node:child_process';
import pg from 'pg';
import { OwnRedis } from '../../test/e2e/own-redis.js';
import { makeWorld, type World } from '../../test/e2e/world.js';
import { listeningUrl } from '../../test/listening-line.js';
import { killed } from '../kill-child.js';
import { forked, instanceStarted, Processes } from '../processes.js';
import type { Asking } from './load-client.js';
import { questionOf, type Script } from './script.js';

/** One way from the model to the client. */
export interface Arm {
  name: string;
  /** Process ids by name: what stands between. */
  processes(): Promise<Record<string, number[]>>;
  ask(scripts: Script[]): Promise<Omit<Asking, 'afterMs'>[]>;
}

const openAiBody = (script: Script): string =>
  JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content: questionOf(script) }] });

const openAiArm = (name: string, url: string, processes: Record<string, number[]>): Arm => ({
  name,
  processes: async () => processes,
  ask: async (scripts) =>
    scripts.map((script) => ({ url: `${url}/v1/chat/completions`, body: openAiBody(script) })),
});

/** Everything that is measured, with a Redis server of its own and a database of its own. */
export class Arms {
  readonly all: Arm[] = [];
  private readonly children: ChildProcess[] = [];
  private constructor(
    private readonly redis: OwnRedis,
    private readonly world: World,
    private readonly product: Processes,
    readonly modelUrl: string,
  ) {}

  static async start(execArgv: string[]): Promise<Arms> {
    const redis = await OwnRedis.make();
    const REDIS_URL = `redis://127.0.0.1:${await redis.server(['save ""'])}`;
    const world = await makeWorld();
    const model = await forked('stream/model-server.js');
    const product = new Processes(
      world.dataDir,
      {
        PATH: `${process.env.PATH}`,
        PORT: '0',
        LOG_LEVEL: 'info',
        ...world.env,
        REDIS_URL,
        OPENAI_BASE_URL: `${model.url}/v1`,
        OPENAI_API_KEY: 'key',
        CHAT_MODEL: 'bench',
        CHAT_CONCURRENCY: '1000',
        CHAT_QUEUE_LIMIT: '10000',
        STREAMS_PER_OWNER: '10000',
      },
      execArgv,
    );
    const arms = new Arms(redis, world, product, model.url);
    arms.children.push(model.child);
    try {
      await arms.startAll(REDIS_URL, redis.pids);
      return arms;
    } catch (error) {
      await arms.end();
      throw error;
    }
  }

  /** @param inOrder lets the product end by itself, as a profile needs it. */
  async end(inOrder = false): Promise<void> {
    await this.product.end(inOrder ? 'SIGTERM' : 'SIGKILL');
    await Promise.all(this.children.map((child) => killed(child)));
    await this.redis.end();
    await this.world.remove();
  }

  /** A process of the measurement's own that ends with the others. */
  async fork(
    module: string,
    env: Record<string, string> = {},
  ): Promise<{ child: ChildProcess; url: string }> {
    const started = await forked(`stream/${module}.js`, { MODEL_URL: this.modelUrl, ...env });
    this.children.push(started.child);
    return started;
  }

  private async startAll(REDIS_URL: string, redis: number[]): Promise<void> {
    this.all.push(openAiArm('direct', this.modelUrl, {}));
    const pipe = await this.fork('pipe-server');
    this.all.push(openAiArm('pipe', pipe.url, { pipe: [pipe.child.pid!] }));
    const [naive, naiveWorker] = [
      await this.fork('naive-api', { REDIS_URL }),
      await this.fork('naive-worker', { REDIS_URL }),
    ];
    this.all.push({
      name: 'naive',
      processes: async () => ({ api: [naive.child.pid!], worker: [naiveWorker.child.pid!], redis }),
      ask: async (scripts) =>
        scripts.map((script) => ({ url: naive.url, body: JSON.stringify({ content: questionOf(script) }) })),
    });
    await this.startProduct(redis);
  }

  private async startProduct(redis: number[]): Promise<void> {
    const api = await this.product.started('api', listeningUrl);
    const worker = await this.product.started('chat-worker', instanceStarted);
    const { DATABASE_URL } = this.world.env;
    this.all.push({
      name: 'protostar',
      processes: async () => ({
        api: [api.child.pid!],
        worker: [worker.child.pid!],
        redis,
        postgres: await backendsOf(DATABASE_URL!),
      }),
      ask: async (scripts) => {
        const askings: Omit<Asking, 'afterMs'>[] = [];
        for (const script of scripts) {
          const id = await newConversation(api.said);
          const body = JSON.stringify({ content: questionOf(script), mode: 'plain' });
          askings.push({ url: `${api.said}/api/v1/conversations/${id}/messages`, body });
        }
        return askings;
      },
    });
  }
}

async function newConversation(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

/** The server's processes that serve this database; they must be on this machine. */
async function backendsOf(databaseUrl: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await client.end();
  return rows.map(({ pid }) => pid);
}
