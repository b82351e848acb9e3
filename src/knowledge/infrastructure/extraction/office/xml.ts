import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { FileFault } from '../extraction-protocol.js';

export type Attributes = Readonly<Record<string, string>>;

/** Names come without their prefix: producers choose it, and the strict variants of a format have other namespaces. */
export interface XmlHandlers {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Deeper than any document; keeps what stacks the handlers hold small. */
const deepestElement = 2_000;

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const decoderOf = (start: Buffer): TextDecoder => {
  const [first, second] = start;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
  if (utf16) return new TextDecoder('utf-16le');
  return new TextDecoder(first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8');
};

/**
 * Reads XML as it comes, without a tree. Nothing is fetched, and no entity is known but the five of XML itself: what a
 * DTD declares stays unread, so that there is nothing to expand. Not well-formed: `document-damaged`.
 */
export const readXml = async (source: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> => {
  const parser = new SaxesParser();
  let depth = 0;
  parser.on('error', () => {
    throw new FileFault('document-damaged');
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++depth > deepestElement) throw new FileFault('document-damaged');
    handlers.open?.(localName(name), attributes);
  });
  parser.on('closetag', ({ name }) => {
    depth--;
    handlers.close?.(localName(name));
  });
  parser.on('text', (text) => handlers.text?.(text));
  parser.on('cdata', (text) => handlers.text?.(text));
  let decoder: TextDecoder | undefined;
  for await (const piece of source) {
    decoder ??= decoderOf(piece);
    parser.write(decoder.decode(piece, { stream: true }));
  }
  parser.close();
};

/** An attribute by its name without prefix. */
export const attribute = (attributes: Attributes, name: string): string | undefined => {
  const exact = attributes[name];
  if (exact !== undefined) return exact;
  const ending = `:${name}`;
  for (const key in attributes) if (key.endsWith(ending)) return attributes[key];
  return undefined;
};

/** An attribute that has to have a prefix, such as `r:id` beside `id`. */
export const prefixedAttribute = (attributes: Attributes, name: string): string | undefined => {
  const ending = `:${name}`;
  for (const key in attributes) if (key.endsWith(ending)) return attributes[key];
  return undefined;
};

/** OOXML's and ODF's notion of yes; an element without the attribute means yes, too. */
export const isOn = (value: string | undefined): boolean =>
  value === undefined || !/^(?:0|false|off|none)$/.test(value);
