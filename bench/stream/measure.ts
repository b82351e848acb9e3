import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryMibOf } from '../../test/process-memory.js';
import { percentile } from '../retrieval-metrics.js';
import type { Arm } from './arms.js';
import { cpuMsOf } from './cpu.js';
import type { Heard } from './load-client.js';
import type { LoadProcess } from './load-process.js';
import { questionOf, type Script } from './script.js';

export interface Level {
  streams: number;
  tokensPerSecond: number;
}

/** One arm at one level, once. */
export interface LevelRun {
  arm: string;
  /** While all streams flow, in microseconds of each process. */
  cpuPerToken: Record<string, number>;
  /** The same as shares of one core. */
  load: Record<string, number>;
  /** Share of what the script says. */
  delivered: number;
  /** From the model's write to the client's read; null where nobody listens. */
  delayP50Ms: number | null;
  delayP99Ms: number | null;
  /** Of the first process, beyond what it had before. */
  kibPerStream: number | null;
  /** Answers that began again: the machine was too busy for their leases. */
  restarts: number;
}

/** From a question to its first text. */
export interface FirstText {
  arm: string;
  p50Ms: number;
  p99Ms: number;
}

export const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);

const scripts = (streams: number, tokensPerSecond: number, tokens: number): Script[] =>
  Array.from({ length: streams }, () => ({ id: randomUUID(), tokensPerSecond, tokens, jitter: 0.3 }));

/** Long enough for all to start before the window, and to go on after it. */
const scriptsOf = ({ streams, tokensPerSecond }: Level, windowMs: number): Script[] =>
  scripts(streams, tokensPerSecond, Math.ceil(tokensPerSecond * (windowMs / 1_000 + 1.5 + streams / 60)));

interface Window {
  tokens: number;
  cpuMs: Record<string, number>;
  ms: number;
}

const cpuOf = (processes: Record<string, number[]>): Record<string, number> =>
  Object.fromEntries(Object.entries(processes).map(([name, pids]) => [name, sum(pids.map(cpuMsOf))]));

/** What the processes do between two counts of the load process. */
async function observe(
  load: LoadProcess,
  processes: Record<string, number[]>,
  windowMs: number,
): Promise<Window> {
  const [before, cpuBefore, startedAt] = [await load.count(), cpuOf(processes), performance.now()];
  await pause(windowMs);
  const [after, cpuAfter, endedAt] = [await load.count(), cpuOf(processes), performance.now()];
  const cpuMs = Object.entries(cpuAfter).map(([name, spent]) => [name, spent - cpuBefore[name]!]);
  return {
    tokens: after - before,
    cpuMs: Object.fromEntries(cpuMs) as Record<string, number>,
    ms: endedAt - startedAt,
  };
}

const summary = ({ tokens, cpuMs, ms }: Window, { streams, tokensPerSecond }: Level) => ({
  cpuPerToken: Object.fromEntries(
    Object.entries(cpuMs).map(([name, spent]) => [name, (spent * 1_000) / tokens]),
  ),
  load: Object.fromEntries(Object.entries(cpuMs).map(([name, spent]) => [name, spent / ms])),
  delivered: tokens / ((ms / 1_000) * streams * tokensPerSecond),
});

/** Of the process that the clients are connected to. */
async function memoryKibOf(arm: Arm): Promise<number> {
  const [pids] = Object.values(await arm.processes());
  return pids ? memoryMibOf(pids[0]!, 'VmRSS')! * 1_024 : 0;
}

export async function runLevel(
  { arm, load, modelUrl }: { arm: Arm; load: LoadProcess; modelUrl: string },
  level: Level,
  windowMs: number,
): Promise<LevelRun> {
  const script = scriptsOf(level, windowMs);
  const spreadMs = Math.max(1_000 / level.tokensPerSecond, level.streams * 4);
  const ask = (await arm.ask(script)).map((one, index) => ({
    ...one,
    afterMs: (index / level.streams) * spreadMs,
  }));
  const memory = await memoryKibOf(arm);
  const { flowing, finished } = load.start({ ask });
  await flowing;
  const window = await observe(load, await arm.processes(), windowMs);
  const grown = (await memoryKibOf(arm)) - memory;
  const heard = await finished;
  const delays = await delaysOf(modelUrl, script, heard);
  return {
    arm: arm.name,
    ...summary(window, level),
    delayP50Ms: percentile(delays, 0.5),
    delayP99Ms: percentile(delays, 0.99),
    kibPerStream: grown / level.streams,
    restarts: sum(heard.map(({ restarts }) => restarts)),
  };
}

/** The model client alone: what it costs to read what the model says. */
export async function runParsing(load: LoadProcess, level: Level, windowMs: number): Promise<LevelRun> {
  const { flowing, finished } = load.start({ read: scriptsOf(level, windowMs).map(questionOf) });
  await flowing;
  const window = await observe(load, { parsing: [load.pid] }, windowMs);
  await finished;
  return {
    arm: 'parsing',
    ...summary(window, level),
    delayP50Ms: null,
    delayP99Ms: null,
    kibPerStream: null,
    restarts: 0,
  };
}

/** Of every token. Whatever a client has not got to its end fails the measurement. */
async function delaysOf(modelUrl: string, script: Script[], heard: Heard[]): Promise<number[]> {
  const delays: number[] = [];
  for (const [index, { id, tokens }] of script.entries()) {
    const sent = (await (await fetch(`${modelUrl}/times/${id}`)).json()) as number[];
    const { status, texts, last } = heard[index]!;
    let have = 0;
    for (const [at, until] of texts) for (; have < until; have++) delays.push(at - sent[have]!);
    if (have !== tokens)
      throw new Error(`A client (status ${status}) has ${have} of ${tokens} tokens: ${last}`);
  }
  return delays;
}

/** Questions one after another, or all at once. Their answers are short: nothing else is to be measured. */
export async function runFirstText(
  { arm, load, modelUrl }: { arm: Arm; load: LoadProcess; modelUrl: string },
  questions: number,
  together: boolean,
): Promise<FirstText> {
  const script = scripts(questions, 50, 10);
  const ask = (await arm.ask(script)).map((one) => ({ ...one, afterMs: 0 }));
  const heard: Heard[] = [];
  for (const some of together ? [ask] : ask.map((one) => [one]))
    heard.push(...(await load.start({ ask: some }).finished));
  await delaysOf(modelUrl, script, heard);
  const waits = heard.map(({ askedAt, texts }) => texts[0]![0] - askedAt);
  return { arm: arm.name, p50Ms: percentile(waits, 0.5), p99Ms: percentile(waits, 0.99) };
}
