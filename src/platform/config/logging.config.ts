import { IsIn } from 'class-validator';
import { FromEnv } from './from-env.js';

export class LoggingConfig {
  @FromEnv(
    'LOG_LEVEL',
    'Least important level that is logged: trace, debug, info, warn, error, fatal or silent.',
  )
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  level: string = 'info';
}
