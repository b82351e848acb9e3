import type { TransformFnParams } from 'class-transformer';
import { Matches } from 'class-validator';

/** Names and titles: NFC, no white space around. */
export const label = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? value.normalize('NFC').trim() : value;

export const IsLabel = (): PropertyDecorator =>
  Matches(/^\P{Cc}*$/u, { message: '$property must not contain control characters' });
