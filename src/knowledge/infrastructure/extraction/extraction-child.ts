import { Worker } from 'node:worker_threads';
import type { ProgressCounts } from '../../domain/progress-counts.js';
import { extractText } from './extract-text.js';
import { FileFault, type ExtractionMessage, type ExtractionRequest } from './extraction-protocol.js';

/** The child's entry: one request, one file on standard input, one answer, and out. */
const send = (message: ExtractionMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });

/** Straight into its place: pieces put together at the end would take the memory twice. */
const readInput = async (sizeBytes: number): Promise<Buffer> => {
  const input = Buffer.allocUnsafe(sizeBytes);
  let length = 0;
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    if (length + part.length > sizeBytes) throw new Error('the file is longer than it was said to be');
    length += part.copy(input, length);
  }
  return input.subarray(0, length);
};

const failureOf = (error: unknown): ExtractionMessage => {
  if (error instanceof FileFault) return { type: 'fault', fault: error.fault };
  const message = error instanceof Error ? error.message : String(error);
  if (/out of memory|OOM|Array buffer allocation|memory\.grow/i.test(message)) {
    return { type: 'fault', fault: 'extraction-out-of-memory' };
  }
  // the parser itself gave up: a trap, an index out of bounds
  if (error instanceof Error && error.name === 'RuntimeError')
    return { type: 'fault', fault: 'document-damaged' };
  return { type: 'defect', message };
};

const read = async (request: ExtractionRequest): Promise<ExtractionMessage> => {
  let reported = -1;
  /** A hundred times at most, and at the end. */
  const onProgress = (counts: ProgressCounts): void => {
    const percent = Math.floor((counts.done / counts.total) * 100);
    if (percent === reported) return;
    reported = percent;
    process.send!({ type: 'progress', counts } satisfies ExtractionMessage);
  };
  const onRecognition = (): void => {
    process.send!({ type: 'recognising' } satisfies ExtractionMessage);
  };
  try {
    const bytes = await readInput(request.sizeBytes);
    return { type: 'done', extracted: await extractText(request, bytes, onProgress, onRecognition) };
  } catch (error) {
    return failureOf(error);
  }
};

/** The thread looks from time to time: what grew and was done in between is judged at the end, for WASM never shrinks. */
const run = async (request: ExtractionRequest): Promise<ExtractionMessage> => {
  const outcome = await read(request);
  const isWithin = process.memoryUsage.rss() <= request.maxRssBytes;
  return isWithin ? outcome : { type: 'fault', fault: 'extraction-out-of-memory' };
};

/**
 * Not `process.exit()`: it waits for V8's compiler threads, one of which may wait for a garbage collection that no
 * longer comes (seen on Node.js 20 as a child that had answered and never ended).
 */
const end = (): void => void process.kill(process.pid, 'SIGKILL');

process.once('message', (request: ExtractionRequest) => {
  const workerData = { parentPid: process.ppid, maxRssBytes: request.maxRssBytes };
  new Worker(new URL('./extraction-watch.js', import.meta.url), { workerData }).unref();
  void run(request).then(send).finally(end);
});
process.once('disconnect', end);
