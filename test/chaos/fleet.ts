import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashPoint } from '../../src/shared/crash-point.js';
import { listeningUrl } from '../listening-line.js';
import type { World } from '../e2e/world.js';
import type { Random } from '../random.js';

export const roles = ['api', 'chat-worker', 'knowledge-worker', 'summary-worker'] as const;
export type Role = (typeof roles)[number];

/** Where each role is killed; what is not named here happens at a random time. The number: at most the nth pass. */
const points: Record<Role, [CrashPoint, number][]> = {
  api: [
    ['api.before-object', 2],
    ['api.after-object', 2],
    ['api.before-answer', 6],
    ['api.mid-stream', 60],
    ['outbox.before-enqueue', 3],
    ['outbox.after-enqueue', 3],
  ],
  'chat-worker': [
    ['chat.before-claim', 2],
    ['chat.after-claim', 3],
    ['chat.mid-stream', 80],
    ['chat.before-commit', 3],
    ['chat.before-terminal', 3],
    ['chat.before-ack', 3],
    ['outbox.before-enqueue', 1],
  ],
  'knowledge-worker': [
    ['knowledge.before-claim', 2],
    ['knowledge.after-claim', 2],
    ['knowledge.mid-extraction', 3],
    ['knowledge.before-object', 2],
    ['knowledge.after-object', 2],
    ['knowledge.mid-embedding', 8],
    ['knowledge.before-commit', 2],
    ['knowledge.before-ack', 2],
  ],
  'summary-worker': [
    ['summary.before-claim', 2],
    ['summary.after-claim', 2],
    ['summary.before-commit', 3],
    ['summary.after-commit', 3],
    ['summary.before-ack', 2],
  ],
};

export interface Kill {
  role: Role;
  /** The process as the database knows it: `application_name`. */
  process: string;
  at: number;
  point: CrashPoint | 'random time';
}

interface Slot {
  role: Role;
  copy: number;
  starts: number;
  /** Of the process that runs now. */
  name: string;
  child: ChildProcess | null;
  armed: CrashPoint | null;
  /** Null while it starts. */
  upSince: number | null;
  url: string | null;
}

/** Armed and never reached: it is killed like the others after so long. */
const longestArmedMs = 8_000;
/** A process that has just started has nothing to lose yet. */
const settledMs = 700;
const startsAtOnce = 2;

/** Two of each process, a supervisor that starts again what died, and the one who kills. */
export class Fleet {
  readonly kills: Kill[] = [];
  /** When each process, by its name, came up and died. */
  readonly lives = new Map<string, { role: Role; upAt: number; diedAt: number | null }>();
  readonly faults: string[] = [];
  private readonly slots: Slot[];
  private readonly plans = new Map<Role, (CrashPoint | null)[]>();
  private starting = 0;
  private killing = false;
  private ending = false;

  constructor(
    private readonly world: World,
    private readonly env: Record<string, string>,
    private readonly random: Random,
    private readonly log: WriteStream,
  ) {
    this.slots = roles.flatMap((role) =>
      [1, 2].map((copy): Slot => ({
        role,
        copy,
        starts: 0,
        name: '',
        child: null,
        armed: null,
        upSince: null,
        url: null,
      })),
    );
  }

  async start(): Promise<void> {
    await Promise.all(this.slots.map((slot) => this.launch(slot)));
  }

  /** A running API, or the only one. Waits while there is none. */
  async api(random: Random): Promise<string> {
    for (;;) {
      const urls = this.slots.flatMap(({ role, url }) => (role === 'api' && url ? [url] : []));
      if (urls.length > 0) return random.pick(urls);
      await sleep(20);
    }
  }

  /** What runs now. */
  running(): { role: Role; pid: number }[] {
    return this.slots.flatMap(({ role, child, upSince }) =>
      child?.pid !== undefined && upSince !== null ? [{ role, pid: child.pid }] : [],
    );
  }

  /**
   * Kills until `count` have died, evenly over the roles, at points of the code and at random times, one about every
   * `everyMs`.
   */
  async killUntil(count: number, everyMs: number, onKill: (kill: Kill) => void): Promise<void> {
    this.killing = true;
    let seen = 0;
    while (this.kills.length < count) {
      await sleep(this.random.between(everyMs * 0.3, everyMs * 1.7));
      this.killOne();
      for (; seen < this.kills.length; seen++) onKill(this.kills[seen]!);
    }
    this.killing = false;
    // Those that wait for their point would die in the peace that follows.
    for (const slot of this.slots) if (slot.armed) slot.child?.kill('SIGKILL');
    await this.allUp();
  }

  async allUp(): Promise<void> {
    while (this.slots.some(({ upSince, armed }) => upSince === null || armed)) await sleep(20);
  }

  async end(): Promise<void> {
    this.ending = true;
    const children = this.slots.flatMap(({ child }) => (child && child.exitCode === null ? [child] : []));
    const gone = children.map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(gone);
  }

  private killOne(): void {
    const overdue = this.slots.find(
      ({ armed, upSince }) => armed && upSince && Date.now() - upSince > longestArmedMs,
    );
    if (overdue) {
      overdue.armed = null;
      overdue.child?.kill('SIGKILL');
      return;
    }
    const killed = (role: Role): number => this.kills.filter((kill) => kill.role === role).length;
    const settled = ({ upSince, armed }: Slot): boolean =>
      upSince !== null && !armed && Date.now() - upSince > settledMs;
    // Only where another one stays: what happens without any worker is no question of recovery.
    const candidates = roles
      .filter((role) => this.slots.filter((slot) => slot.role === role).every(settled))
      .toSorted((one, other) => killed(one) - killed(other));
    const [role] = candidates;
    if (!role) return;
    this.random.pick(this.slots.filter((slot) => slot.role === role)).child?.kill('SIGKILL');
  }

  /** Only one of a role waits for its point at a time, so that the other one takes over. */
  private nextPoint({ role, copy }: Slot): CrashPoint | null {
    const other = this.slots.find((slot) => slot.role === role && slot.copy !== copy);
    if (!this.killing || !other?.upSince || other.armed) return null;
    let plan = this.plans.get(role);
    if (!plan || plan.length === 0) {
      const named = points[role].map(([point]) => point);
      plan = this.random.shuffled([...named, ...named.filter((_, index) => index % 3 === 0).map(() => null)]);
      this.plans.set(role, plan);
    }
    return plan.shift() ?? null;
  }

  private async launch(slot: Slot): Promise<void> {
    while (this.starting >= startsAtOnce) await sleep(20);
    if (this.ending) return;
    this.starting++;
    try {
      await this.launchNow(slot);
    } finally {
      this.starting--;
    }
  }

  private async launchNow(slot: Slot): Promise<void> {
    const { role } = slot;
    slot.name = `${role}-${slot.copy}.${++slot.starts}`;
    slot.armed = this.nextPoint(slot);
    const most = points[role].find(([point]) => point === slot.armed)?.[1];
    const url = new URL(this.world.env.DATABASE_URL!);
    url.searchParams.set('application_name', slot.name);
    const child = spawn(process.execPath, [resolve(`dist/main/${role}.js`)], {
      cwd: this.world.dataDir,
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        LOG_LEVEL: 'info',
        ...this.world.env,
        ...this.env,
        DATABASE_URL: url.href,
        ...(slot.armed && most ? { CRASH_POINT: `${slot.armed}:${this.random.between(1, most)}` } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    slot.child = child;
    const { name } = slot;
    this.lives.set(name, { role, upAt: Infinity, diedAt: null });
    child.once('exit', (code, signal) => this.died(slot, name, code, signal));
    await this.up(slot, child);
  }

  /** Resolves when it serves, or has died. */
  private up(slot: Slot, child: ChildProcess): Promise<void> {
    const { name, role } = slot;
    return new Promise((done) => {
      const onLine = (line: string): void => {
        this.log.write(`${name} ${line}\n`);
        if (slot.name !== name || slot.upSince !== null) return;
        const url = listeningUrl(line);
        if (!url && !(role !== 'api' && line.includes('"msg":"instance.started"'))) return;
        slot.url = url ?? null;
        slot.upSince = Date.now();
        this.lives.get(name)!.upAt = slot.upSince;
        done();
      };
      createInterface({ input: child.stdout! }).on('line', onLine);
      createInterface({ input: child.stderr! }).on('line', onLine);
      child.once('exit', () => done());
    });
  }

  private died(slot: Slot, name: string, code: number | null, signal: string | null): void {
    const at = Date.now();
    const life = this.lives.get(name);
    if (life) life.diedAt = at;
    const { role, armed } = slot;
    Object.assign(slot, { child: null, armed: null, upSince: null, url: null });
    if (this.ending) return;
    if (signal === 'SIGKILL') this.kills.push({ role, process: name, at, point: armed ?? 'random time' });
    else this.faults.push(`${name} ended by itself: exit code ${code}, signal ${signal}`);
    this.log.write(
      `chaos ${JSON.stringify({ killed: name, at: new Date(at), point: armed, code, signal })}\n`,
    );
    void this.launch(slot);
  }
}
