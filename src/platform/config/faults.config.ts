import { IsOptional, Matches } from 'class-validator';
import { crashPoints } from '../../shared/crash-point.js';
import { FromEnv } from './from-env.js';

const pattern = new RegExp(`^(${crashPoints.join('|').replaceAll('.', '\\.')})(:[1-9]\\d{0,5})?$`);

/** Faults that tests order. */
export class FaultsConfig {
  @FromEnv(
    'CRASH_POINT',
    'For tests only: the process kills itself when it comes to this point, e.g. chat.after-claim, or for the third time with chat.after-claim:3. Never set it on a server that people use.',
  )
  @IsOptional()
  @Matches(pattern, {
    message: `CRASH_POINT must be one of ${crashPoints.join(', ')}, or one of them and :n`,
  })
  crashPoint?: string;
}
