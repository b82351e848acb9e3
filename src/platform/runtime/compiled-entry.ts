import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The file that a worker thread or child process starts from. Threads and children run plain Node, so when the
 * caller itself runs from TypeScript (tests), the entry is taken from the build beside it.
 *
 * @param from the caller's `import.meta.url`
 * @param entry relative to the caller, with its `.js` ending
 */
export function compiledEntry(from: string, entry: string): URL {
  const url = new URL(entry, from);
  if (!from.endsWith('.ts')) return url;
  const built = fileURLToPath(url).replace(/([\\/])src([\\/])/, '$1dist$2');
  if (!existsSync(built)) throw new Error(`${built} is not there: run "npm run build" first.`);
  return pathToFileURL(built);
}
