import { parseArgs } from 'node:util';

export interface AskArguments {
  file: string;
  question: string;
  url: string | null;
  token: string | null;
  /** Null: the file alone answers. */
  collection: string | null;
}

/** The command line is not as it should be. */
export class UsageError extends Error {}

export const usage = `Ask your own document.

  npm run ask -- <file> "<question>" [options]

Uploads the file to a running server, or starts one for the time it takes, and
prints the answer with its citations. A file that is there already is not
uploaded twice.

Options
  --url <url>          server to use (default: PROTOSTAR_URL, else HOST and PORT)
  --token <key>        API key, for AUTH_MODE=token (default: PROTOSTAR_TOKEN)
  --collection <name>  put the file into this collection and let the answer draw
                       on all of it; without it, only on this file, which is
                       kept in the collection "ask"
  --help               this text

Ctrl-C cancels the answer. Exit codes: 0 answered, 1 failed, 2 wrong usage,
130 cancelled.
`;

/**
 * @returns 'help' when it was asked for.
 * @throws UsageError
 */
export function parseAskArguments(words: string[]): AskArguments | 'help' {
  const { values, positionals } = read(words);
  if (values.help) return 'help';
  const [file, ...rest] = positionals;
  const question = rest.join(' ').trim();
  if (!file) throw new UsageError('Which file? Give its path and a question.');
  if (question === '') throw new UsageError('What is the question? Give it after the file, in quotes.');
  return {
    file,
    question,
    url: values.url === undefined ? null : urlOf(values.url),
    token: values.token ?? null,
    collection: values.collection ?? null,
  };
}

function read(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        collection: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function urlOf(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed.origin;
  throw new UsageError(`--url must be an address such as http://127.0.0.1:3000, not "${text}".`);
}
