/** An answer as a whole takes less. Bytes. */
const longestLine = 262_144;

/**
 * `fetch` for the OpenAI client, whose reading of a line takes time by the square of its length: ten megabytes without
 * an end of line would keep the whole process from everything else for many seconds.
 */
export const fetchShortLines: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { body } = response;
  // The client iterates over whatever is there; a stream in between would cost more than all the reading.
  if (response.ok && body) Object.defineProperty(response, 'body', { value: shortLines(body) });
  return response;
};

/** @throws SyntaxError for a line that is too long. */
async function* shortLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const part of body) {
    const lineEnd = part.lastIndexOf(0x0a);
    length = lineEnd === -1 ? length + part.length : part.length - lineEnd - 1;
    if (length > longestLine) throw new SyntaxError('A line of the language model server is too long.');
    yield part;
  }
}
