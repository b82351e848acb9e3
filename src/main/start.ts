import { loadConfiguration } from '../platform/config/load-configuration.js';
import { ConfigurationError } from '../platform/config/configuration.js';
import { LoggingConfig } from '../platform/config/logging.config.js';
import { FaultsConfig } from '../platform/config/faults.config.js';
import { ServerConfig } from '../platform/config/server.config.js';
import { DataFolderInUseError } from '../platform/data-folder/lock-data-folder.js';
import { MergedMetrics } from '../platform/health/merged-metrics.js';
import { assertPortFree } from '../platform/http/assert-port-free.js';
import { AppLogger } from '../platform/logging/app-logger.js';
import { openBackends } from './open-backends.js';
import { StoreRefusedError } from '../platform/stores/connect-patiently.js';
import { armCrashPoint } from '../shared/crash-point.js';
import type { Composition } from './platform.module.js';

/** A part of the process that is ended in order. */
export interface Running {
  close(): Promise<void>;
}

/** Exit code of a start that its settings or its surroundings forbid (EX_CONFIG of sysexits.h). */
const refusedExitCode = 78;

/**
 * Reads the settings, opens the stores, starts what `parts` makes, and runs until SIGTERM or SIGINT; then ends the
 * parts in the given order and the stores last. A start that cannot succeed says why in one sentence and exits.
 * @param options.serves whether a part will listen on `HOST` and `PORT`.
 */
export async function start(
  parts: (composition: Composition) => Promise<Running[]>,
  { serves = false } = {},
): Promise<void> {
  try {
    const configuration = loadConfiguration();
    const { crashPoint } = configuration.get(FaultsConfig);
    if (crashPoint !== undefined) armCrashPoint(crashPoint);
    const { host, port } = configuration.get(ServerConfig);
    // Before the stores, which take their time to open.
    if (serves) await assertPortFree(port, host);
    const { level } = configuration.get(LoggingConfig);
    const logger = AppLogger.create({ level, pretty: process.stdout.isTTY });
    const backends = await openBackends(configuration, logger);
    const composition = { configuration, backends, logger, metrics: new MergedMetrics() };
    const running = await parts(composition);
    onSignal(logger, [...running, backends]);
  } catch (error) {
    refuse(error);
  }
}

/** Ends the process with a sentence; a stack only for what is a defect. */
export function refuse(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof ConfigurationError) process.stderr.write(`${error.sentences.join('\n')}\n`);
  else if (error instanceof DataFolderInUseError || error instanceof StoreRefusedError)
    process.stderr.write(`${error.message}\n`);
  else if (code === 'EADDRINUSE')
    process.stderr.write(
      `The port is in use by another program, perhaps another Protostar (${(error as Error).message}). Stop that one first, or set PORT to a free one.\n`,
    );
  else {
    process.stderr.write(`Protostar could not start: ${(error as Error).stack ?? String(error)}\n`);
    process.exit(1);
  }
  process.exit(refusedExitCode);
}

function onSignal(logger: AppLogger, running: Running[]): void {
  let ending = false;
  const end = async (signal: string): Promise<void> => {
    if (ending) return;
    ending = true;
    logger.info('process.stopping', { signal });
    try {
      for (const part of running) await part.close();
      logger.info('process.stopped', { signal });
      process.exit(0);
    } catch (error) {
      logger.error('process.stop-failed', { error });
      process.exit(1);
    }
  };
  process.on('SIGTERM', (signal) => void end(signal));
  process.on('SIGINT', (signal) => void end(signal));
}
