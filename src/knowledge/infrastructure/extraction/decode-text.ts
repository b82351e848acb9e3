import chardet from 'chardet';
import iconv from 'iconv-lite';

const boms: [number[], string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

const sampleBytes = 65_536;
/** A file cut or patched by some tool is UTF-8 still, with a broken character here and there. */
const toleratedDamage = 0.002;

const shareOf = (text: string, pattern: RegExp): number =>
  text === '' ? 0 : (text.match(pattern)?.length ?? 0) / text.length;

const strictUtf8 = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const damagedUtf8 = (bytes: Buffer): string | undefined => {
  const text = bytes.toString('utf8');
  return shareOf(text, /\ufffd/g) <= toleratedDamage ? text : undefined;
};

/** Node's own `euc-kr` gets some syllables wrong; iconv-lite's does not. */
const korean = (bytes: Buffer): string | undefined => {
  const text = iconv.decode(bytes, 'cp949');
  if (text.includes('\ufffd')) return undefined;
  // eslint-disable-next-line no-control-regex
  const beyondAscii = text.replace(/[\x00-\x7f]/g, '');
  return shareOf(beyondAscii, /[가-힣]/g) > 0.6 ? text : undefined;
};

/** By an encoding's label as HTML and XML use them. Undefined for one that nobody knows. */
const declaredAs = (bytes: Buffer, label: string): string | undefined => {
  if (/^(?:euc-?kr|ks_?c_?5601.*|cp949|uhc|(?:x-)?windows-949|korean)$/i.test(label))
    return iconv.decode(bytes, 'cp949');
  try {
    const { encoding } = new TextDecoder(label);
    // without a mark it is not: whoever wrote the label could be read as ASCII
    if (encoding.startsWith('utf-')) return undefined;
    // Node 20 takes windows-1252 for latin1
    return iconv.encodingExists(encoding)
      ? iconv.decode(bytes, encoding)
      : new TextDecoder(encoding).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/**
 * Bytes as text: by their byte order mark, as strict UTF-8, by what the file declares, as CP949 when that reads as
 * Korean, and otherwise by what the distribution of bytes looks like. UTF-8 goes before the declaration: text in
 * another encoding is hardly ever valid UTF-8, while declarations are left over from other times.
 */
export const decodeText = (bytes: Buffer, declared: string | null = null): string => {
  const bom = boms.find(([mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (bom) return new TextDecoder(bom[1]).decode(bytes);
  const known =
    strictUtf8(bytes) ??
    (declared ? declaredAs(bytes, declared) : undefined) ??
    damagedUtf8(bytes) ??
    korean(bytes);
  if (known !== undefined) return known;
  const guess = chardet.detect(bytes.subarray(0, sampleBytes));
  return iconv.decode(bytes, guess && iconv.encodingExists(guess) ? guess : 'windows-1252');
};
