import { EvaluationError } from './evaluation-data.js';

/** Ends with 2 and the usage where the caller is wrong; other errors are ours and surface. */
export const runCommand = (main: () => Promise<void>, usage: string): Promise<void> =>
  main().catch((error: unknown) => {
    const isOfTheCaller =
      error instanceof EvaluationError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    if (!isOfTheCaller) throw error;
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
  });
