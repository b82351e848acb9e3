import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { PeekedStream } from './peeked-stream.js';

describe('PeekedStream', () => {
  const from = (...pieces: string[]) =>
    Readable.from(
      pieces.map((piece) => Buffer.from(piece)),
      { objectMode: false },
    );

  it('shows the head and still gives the whole', async () => {
    const stream = new PeekedStream(from('ab', 'cd', 'ef'));
    expect((await stream.head(3)).toString()).toBe('abcd');
    expect(await text(stream.whole())).toBe('abcdef');
  });

  it('shows all of a source that is shorter than the head', async () => {
    const stream = new PeekedStream(from('ab'));
    expect((await stream.head(100)).toString()).toBe('ab');
    expect(await text(stream.whole())).toBe('ab');
    expect((await new PeekedStream(from()).head(1)).length).toBe(0);
  });

  it('reads the rest after the whole was given up, and leaves the source undestroyed', async () => {
    const source = from('ab', 'cd', 'ef');
    const stream = new PeekedStream(source);
    await stream.head(1);
    const whole = stream.whole();
    whole.destroy();
    await stream.drain();
    expect([source.readableEnded, source.errored]).toEqual([true, null]);
  });

  it('passes the failure of the source on', async () => {
    const source = Readable.from(
      (async function* () {
        yield Buffer.from('ab');
        throw new Error('the client left');
      })(),
      { objectMode: false },
    );
    const stream = new PeekedStream(source);
    await stream.head(1);
    await expect(text(stream.whole())).rejects.toThrow('the client left');
  });
});
