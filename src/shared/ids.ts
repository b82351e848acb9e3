import { v7, validate } from 'uuid';

/** A UUIDv7: unique, and in the order of creation. */
export const newId = (): string => v7();

export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value);
