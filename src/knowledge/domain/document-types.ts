/** What a document may be, by the MIME type that it is stored under. Which of them can be read, `extract-text.ts` says. */
interface KnownType {
  /** As a refusal names it. */
  name: string;
  extensions: string[];
  /** Other types that clients declare for it; one may stand for several formats. */
  declaredAs?: string[];
  /** How its bytes are packed: what a look at the first of them can tell without doubt is the packing alone. */
  packing: 'pdf' | 'zip' | 'ole' | 'rtf' | 'text';
}

const office = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';
const anyZip = ['application/zip', 'application/x-zip', 'application/x-zip-compressed'];

export const documentTypes = {
  'application/pdf': {
    name: 'PDF',
    extensions: ['pdf'],
    declaredAs: ['application/x-pdf'],
    packing: 'pdf',
  },
  [`${office}.wordprocessingml.document`]: {
    name: 'Word',
    extensions: ['docx', 'docm', 'dotx'],
    declaredAs: [
      ...anyZip,
      'application/vnd.ms-word.document.macroenabled.12',
      `${office}.wordprocessingml.template`,
    ],
    packing: 'zip',
  },
  [`${office}.presentationml.presentation`]: {
    name: 'PowerPoint',
    extensions: ['pptx', 'pptm', 'ppsx', 'potx'],
    declaredAs: [
      ...anyZip,
      'application/vnd.ms-powerpoint.presentation.macroenabled.12',
      `${office}.presentationml.slideshow`,
      `${office}.presentationml.template`,
    ],
    packing: 'zip',
  },
  [`${office}.spreadsheetml.sheet`]: {
    name: 'Excel',
    extensions: ['xlsx', 'xlsm', 'xltx'],
    declaredAs: [
      ...anyZip,
      'application/vnd.ms-excel.sheet.macroenabled.12',
      `${office}.spreadsheetml.template`,
    ],
    packing: 'zip',
  },
  [`${openDocument}.text`]: {
    name: 'OpenDocument text',
    extensions: ['odt', 'ott'],
    declaredAs: [...anyZip, `${openDocument}.text-template`],
    packing: 'zip',
  },
  [`${openDocument}.presentation`]: {
    name: 'OpenDocument presentation',
    extensions: ['odp', 'otp'],
    declaredAs: [...anyZip, `${openDocument}.presentation-template`],
    packing: 'zip',
  },
  [`${openDocument}.spreadsheet`]: {
    name: 'OpenDocument spreadsheet',
    extensions: ['ods', 'ots'],
    declaredAs: [...anyZip, `${openDocument}.spreadsheet-template`],
    packing: 'zip',
  },
  'application/epub+zip': { name: 'EPUB', extensions: ['epub'], declaredAs: anyZip, packing: 'zip' },
  'application/hwp+zip': {
    name: 'HWPX',
    extensions: ['hwpx'],
    declaredAs: [
      ...anyZip,
      'application/x-hwpx',
      'application/vnd.hancom.hwpx',
      'application/haansofthwpx',
      'application/x-hwp+zip',
    ],
    packing: 'zip',
  },
  'application/x-hwp': {
    name: 'HWP',
    extensions: ['hwp'],
    declaredAs: ['application/vnd.hancom.hwp', 'application/haansofthwp', 'application/hwp'],
    packing: 'ole',
  },
  'application/msword': {
    name: 'Word 97 to 2003',
    extensions: ['doc', 'dot'],
    declaredAs: ['application/x-msword'],
    packing: 'ole',
  },
  'application/rtf': {
    name: 'RTF',
    extensions: ['rtf'],
    declaredAs: ['text/rtf', 'application/x-rtf', 'text/richtext', 'application/msword'],
    packing: 'rtf',
  },
  'text/plain': {
    name: 'plain text',
    extensions: ['txt', 'text', 'log'],
    packing: 'text',
  },
  'text/html': {
    name: 'HTML',
    extensions: ['html', 'htm', 'xhtml'],
    declaredAs: ['application/xhtml+xml'],
    packing: 'text',
  },
  'text/markdown': {
    name: 'Markdown',
    extensions: ['md', 'markdown', 'mdown'],
    declaredAs: ['text/x-markdown', 'text/x-web-markdown'],
    packing: 'text',
  },
  'text/csv': {
    name: 'CSV',
    extensions: ['csv'],
    // browsers on Windows call it what the program is called that opens it
    declaredAs: ['application/csv', 'text/x-csv', 'text/comma-separated-values', 'application/vnd.ms-excel'],
    packing: 'text',
  },
  'text/tab-separated-values': {
    name: 'TSV',
    extensions: ['tsv', 'tab'],
    declaredAs: ['text/tsv', 'application/vnd.ms-excel'],
    packing: 'text',
  },
  'application/json': {
    name: 'JSON',
    extensions: ['json', 'jsonl', 'ndjson', 'geojson'],
    declaredAs: ['text/json', 'application/x-ndjson', 'application/jsonl', 'application/geo+json'],
    packing: 'text',
  },
  'text/x-source-code': {
    name: 'source code',
    extensions: (
      'c h cc cpp cxx hpp hh cs java kt kts scala groovy go rs swift m mm py pyi rb php pl pm lua r jl dart ex exs erl hs ' +
      'clj ml fs vb js jsx mjs cjs ts tsx mts cts vue svelte css scss less sh bash zsh ps1 bat sql graphql proto tf xml ' +
      'xsd xsl yaml yml toml ini cfg conf properties gradle cmake mk asm s diff patch'
    ).split(' '),
    declaredAs: [
      'application/javascript',
      'application/x-javascript',
      'application/typescript',
      'application/xml',
      'application/yaml',
      'application/x-yaml',
      'application/toml',
      'application/sql',
      'application/x-sh',
      'application/x-httpd-php',
      // what the extension .ts means to a web server
      'video/mp2t',
      'video/vnd.dlna.mpeg-tts',
    ],
    packing: 'text',
  },
} as const satisfies Record<string, KnownType>;

export type DocumentType = keyof typeof documentTypes;

const entries = Object.entries(documentTypes) as [DocumentType, KnownType][];

/** All types that are packed so, in the order of the table. */
export const packedAs = (packing: KnownType['packing']): DocumentType[] =>
  entries.filter(([, known]) => known.packing === packing).map(([type]) => type);

/** `.txt` and `text/plain` say no more than that it is text: any kind of it fits, plain text first. */
const widened = (types: DocumentType[]): DocumentType[] =>
  types[0] === 'text/plain' ? packedAs('text') : types;

/** The types that have this extension (lower case, without the dot). Empty when none does. */
export const typesNamed = (extension: string): DocumentType[] =>
  widened(entries.filter(([, known]) => known.extensions.includes(extension)).map(([type]) => type));

/** The types that this declaration (lower case, without parameters) may stand for. Empty when it stands for none. */
export const typesDeclared = (declared: string): DocumentType[] => {
  const exact = entries.filter(([type, known]) => type === declared || known.declaredAs?.includes(declared));
  if (exact.length > 0) return widened(exact.map(([type]) => type));
  // `text/x-python` and the like: text, at any rate
  return declared.startsWith('text/') ? packedAs('text') : [];
};

/** `PDF (.pdf), Word (.docx) and …`, of the given types. */
export const namesOf = (types: Iterable<DocumentType>): string => {
  const names = [...types].map((type) => {
    const { name, extensions } = documentTypes[type] as KnownType;
    return extensions.length > 8 ? name : `${name} (.${extensions[0]})`;
  });
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};
