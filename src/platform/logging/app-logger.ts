import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import { Logger, type LogFields } from './logger.port.js';
import { currentRequestId } from './request-context.js';

export interface AppLoggerOptions {
  level: string;
  /** Which of the instances speaks: `api`, `chat-worker`, ... */
  instance?: string;
  /** For people; only when the output is a terminal. */
  pretty?: boolean;
  destination?: DestinationStream;
}

const redact = {
  paths: ['authorization', 'cookie', '*.authorization', '*.cookie', '*.apiKey', '*.headers'],
  censor: '[redacted]',
};

/** pino behind our port and behind Nest's `LoggerService`, so that the framework's own lines look the same. */
export class AppLogger extends Logger implements LoggerService {
  private constructor(private readonly pino: Pino) {
    super();
  }

  static create(options: AppLoggerOptions): AppLogger {
    const settings = {
      level: options.level,
      base: options.instance ? { instance: options.instance } : {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      mixin: (): object => {
        const requestId = currentRequestId();
        return requestId === null ? {} : { requestId };
      },
      redact,
    };
    if (options.destination) return new AppLogger(pino(settings, options.destination));
    if (!options.pretty) return new AppLogger(pino(settings));
    const transport = {
      target: 'pino-pretty',
      options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname', errorLikeObjectKeys: ['error'] },
    };
    // pino refuses level formatters together with a transport: pino-pretty names the levels itself.
    return new AppLogger(pino({ ...settings, formatters: {}, transport }));
  }

  /** The same output under another instance's name, or with further fields on every line. */
  child(fields: LogFields): AppLogger {
    return new AppLogger(this.pino.child(fields));
  }

  /** Nest's own lines of its start: one for each module and route. */
  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  info(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  flush(): void {
    this.pino.flush();
  }

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const fields = fieldsOf(rest);
    if (message instanceof Error) this.pino[level]({ error: message, ...fields }, message.message);
    else this.pino[level](fields, typeof message === 'string' ? message : JSON.stringify(message));
  }
}

/** Ours: one object of fields. Nest's: an optional stack or error, then the context's name as the last string. */
function fieldsOf(rest: unknown[]): LogFields {
  const fields: LogFields = {};
  for (const [position, value] of rest.entries()) {
    if (value instanceof Error) fields.error = value;
    else if (typeof value === 'object' && value !== null) Object.assign(fields, value);
    else if (typeof value === 'string' && position === rest.length - 1 && !value.includes('\n'))
      fields.context = value;
    else if (typeof value === 'string') fields.stack = value;
  }
  return fields;
}
