const uniqueViolation = '23505';

/** PostgreSQL's refusal of a second row under a unique index, as the driver or TypeORM hands it on. */
export const isUniqueViolation = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === uniqueViolation;
