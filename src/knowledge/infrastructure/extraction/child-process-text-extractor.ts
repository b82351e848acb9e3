import { fork, type ChildProcess } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { ExtractionConfig } from '../../../platform/config/extraction.config.js';
import { AppError } from '../../../shared/app-error.js';
import { TextExtractor, type ExtractionSource } from '../../application/text-extractor.port.js';
import type { ExtractedText } from '../../domain/chunk.js';
import type { ProgressCounts } from '../../domain/progress-counts.js';
import { extractionFault, extractorDied, tooSlow } from './extraction-errors.js';
import { outOfMemorySignal, type ExtractionMessage, type ExtractionRequest } from './extraction-protocol.js';

const mebibyte = 1024 * 1024;

/** Children still running: they end with this process, whatever ends it. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Reads each file in a process of its own, without our environment, that can be killed at any moment. */
export class ChildProcessTextExtractor extends TextExtractor {
  /** @param entry the compiled `extraction-child.js`; beside this file unless a test says otherwise */
  constructor(
    private readonly config: ExtractionConfig,
    private readonly entry: URL = new URL('./extraction-child.js', import.meta.url),
  ) {
    super();
  }

  async extract(
    source: ExtractionSource,
    hooks: { onProgress(counts: ProgressCounts): void; signal: AbortSignal },
  ): Promise<ExtractedText> {
    hooks.signal.throwIfAborted();
    const input = await source.open();
    const child = this.start();
    const answer = this.answerOf(child, hooks);
    child.send(this.requestFor(source));
    // a child that ended early has an answer, and no use for the rest of the file
    const fed = pipeline(input, child.stdin!).catch((error: unknown) => {
      if (!child.stdin!.destroyed || input.errored) child.kill('SIGKILL');
      return error;
    });
    try {
      return await answer;
    } catch (error) {
      const inputError = input.errored;
      throw inputError && error instanceof AppError && error.retryable ? inputError : error;
    } finally {
      input.destroy();
      await fed;
    }
  }

  private requestFor({ mimeType, filename, sizeBytes }: ExtractionSource): ExtractionRequest {
    const { maxMemoryMb, maxArchiveMb } = this.config;
    const { maxPages, maxTextChars, maxCells, maxArchiveEntries, maxCompressionRatio } = this.config;
    const { ocrLanguages, ocrMaxPages } = this.config;
    return {
      mimeType,
      filename,
      sizeBytes,
      maxPages,
      maxTextChars,
      maxCells,
      maxArchiveEntries,
      maxCompressionRatio,
      ocrLanguages,
      ocrMaxPages,
      maxArchiveBytes: maxArchiveMb * mebibyte,
      maxRssBytes: maxMemoryMb * mebibyte,
    };
  }

  private start(): ChildProcess {
    const child = fork(fileURLToPath(this.entry), [], {
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      // a parser of hostile files has no business with our keys
      env: {},
      execArgv: [`--max-old-space-size=${this.config.maxMemoryMb}`],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  /** Settles once the child has ended; whatever happens, it is not left running. */
  private answerOf(
    child: ChildProcess,
    hooks: { onProgress(counts: ProgressCounts): void; signal: AbortSignal },
  ): Promise<ExtractedText> {
    return new Promise((resolve, reject) => {
      let outcome: ExtractionMessage | undefined;
      let failure: unknown;
      const kill = (reason: unknown): void => {
        failure ??= reason;
        child.kill('SIGKILL');
      };
      const onAbort = (): void => kill(hooks.signal.reason);
      const killAfter = (ms: number): NodeJS.Timeout => setTimeout(() => kill(tooSlow(ms)), ms);
      let timer = killAfter(this.config.timeoutMs);
      let isRecognising = false;
      hooks.signal.addEventListener('abort', onAbort, { once: true });
      child.on('message', (message: ExtractionMessage) => {
        if (message.type === 'progress') hooks.onProgress(message.counts);
        else if (message.type === 'recognising') {
          // once: it is a parser of hostile files that says so
          if (isRecognising) return;
          isRecognising = true;
          clearTimeout(timer);
          timer = killAfter(this.config.ocrTimeoutMs);
        } else {
          outcome = message;
          // All that it was for. It ends by itself too, but nobody is to wait for that.
          child.kill('SIGKILL');
        }
      });
      child.on('error', (error) => {
        failure ??= extractorDied(error.message);
        // one that never started does not close either
        if (child.pid === undefined) reject(failure);
      });
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        hooks.signal.removeEventListener('abort', onAbort);
        if (failure !== undefined) reject(failure);
        else if (outcome?.type === 'done') resolve(outcome.extracted);
        else reject(this.errorOf(outcome, code, signal));
      });
    });
  }

  private errorOf(
    outcome: ExtractionMessage | undefined,
    code: number | null,
    signal: string | null,
  ): AppError {
    if (outcome?.type === 'fault') return extractionFault(outcome.fault, this.config);
    if (outcome?.type === 'defect') return extractorDied(outcome.message);
    // V8 aborts when its heap is full
    const outOfMemory = signal === outOfMemorySignal || signal === 'SIGABRT' || code === 134;
    return outOfMemory
      ? extractionFault('extraction-out-of-memory', this.config)
      : extractorDied(`exit code ${code}, signal ${signal}`);
  }
}
