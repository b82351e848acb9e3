/** The package's entry point reads a file of its own when it is imported as an ES module; this one does not. */
declare module 'pdf-parse/lib/pdf-parse.js' {
  const parse: (bytes: Buffer) => Promise<{ text: string; numpages: number }>;
  export default parse;
}
