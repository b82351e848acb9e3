import { AppError } from '../../shared/app-error.js';
import { namesOf, typesDeclared, typesNamed, type DocumentType } from './document-types.js';

/** What a file's bytes say. */
export interface Content {
  /** What it may be, likeliest first. Several for text, and where the packing shows and what is in it does not. */
  types: readonly DocumentType[];
  /** With its article, as a refusal names it. */
  description: string;
  /** Of a format that is not one of ours, where it is known. */
  foreignType?: string;
  isText?: boolean;
}

/** Says nothing about the file. */
const undeclared = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/unknown']);

const mismatch = (said: string, content: string): AppError =>
  new AppError({
    code: 'knowledge.type-mismatch',
    kind: 'unsupported',
    message: `The file is ${said}, but its content is ${content}. Give it the name and type of what it is.`,
  });

const extensionOf = (filename: string): string =>
  /\.([A-Za-z0-9]{1,16})$/.exec(filename)?.[1]?.toLowerCase() ?? '';

const declarationOf = (declared: string | null): string =>
  (declared ?? '').split(';')[0]!.trim().toLowerCase();

/** Printable, as an error may show it. */
const shown = (type: string): string => type.slice(0, 100).replace(/[^\x20-\x7e]/g, '');

interface Promised {
  named: readonly DocumentType[];
  stated: readonly DocumentType[];
  /** In words, the stronger of the two. */
  said: string;
}

const promiseOf = (extension: string, declared: string): Promised => {
  const named = typesNamed(extension);
  const stated = undeclared.has(declared) ? [] : typesDeclared(declared);
  const said = named.length > 0 ? `called .${shown(extension)}` : `declared as ${shown(declared)}`;
  if (named.length > 0 && stated.length > 0 && !named.some((type) => stated.includes(type)))
    throw mismatch(said, `declared as ${shown(declared)}`);
  return { named, stated, said };
};

/**
 * The type of a file by its content, kept to what its name and its declared type promise.
 * @param readable the types that there is a reader for
 * @throws AppError `knowledge.type-not-supported`, `knowledge.type-mismatch`
 */
export const detectType = (
  content: Content,
  filename: string,
  declaredType: string | null,
  readable: ReadonlySet<DocumentType>,
): DocumentType => {
  const notSupported = (what: string): AppError =>
    new AppError({
      code: 'knowledge.type-not-supported',
      kind: 'unsupported',
      message: `Files of the type ${what} are not supported; ${namesOf(readable)} are.`,
    });
  const declared = declarationOf(declaredType);
  const extension = extensionOf(filename);
  if (content.foreignType !== undefined && content.foreignType === declared)
    throw notSupported(shown(declared));
  const { named, stated, said } = promiseOf(extension, declared);
  if (!undeclared.has(declared) && stated.length === 0) throw notSupported(shown(declared));
  const promises = [named, stated].filter((types) => types.length > 0);
  // the one that says most decides; of its types the first that the others allow too
  const [narrowest = content.types, ...others] = [...promises, content.types].sort(
    (a, b) => a.length - b.length,
  );
  const possible = narrowest.filter((type) => others.every((types) => types.includes(type)));
  if (promises.length > 0 && possible.length === 0) throw mismatch(said, content.description);
  const isKnown = content.isText ? promises.length > 0 || extension === '' : possible.length === 1;
  const [found] = possible;
  if (found === undefined || !isKnown)
    throw notSupported(content.isText ? `.${shown(extension)}` : content.description);
  if (!readable.has(found)) throw notSupported(shown(namesOf([found])));
  return found;
};
