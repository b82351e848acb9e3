import { anExtractionRequest } from '../../../../../test/builders/an-extraction-request.js';
import { aZip } from '../../../../../test/builders/archive-fixture.js';
import { Archive } from './archive.js';
import { readXml } from './xml.js';

const faultOf = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'read',
    (error: { fault?: string; message: string }) => error.fault ?? error.message,
  );

const consume = async (bytes: Buffer, limits = {}, names = ['a']): Promise<number> => {
  const archive = await Archive.open(bytes, anExtractionRequest(limits));
  let size = 0;
  for (const name of names) for await (const piece of archive.read(name)) size += piece.length;
  return size;
};

describe('Archive', () => {
  it('unpacks parts, compressed, stored and with their sizes behind them', async () => {
    for (const options of [{}, { stored: true }, { streamed: true }])
      expect(await consume(aZip([['a', '한글 text']], options))).toBe(Buffer.byteLength('한글 text'));
  });

  it('has no more entries than it may', async () => {
    const bytes = aZip(Array.from({ length: 12 }, (_, at) => [`part${at}`, '']));
    expect(await faultOf(consume(bytes, { maxArchiveEntries: 11 }))).toBe('too-many-entries');
  });

  it('unpacks no more than it may in all, whatever sizes are claimed', async () => {
    const parts: [string, Buffer][] = ['a', 'b', 'c'].map((name) => [name, Buffer.alloc(1_000_000, name)]);
    const all = ['a', 'b', 'c'];
    expect(await consume(aZip(parts), { maxArchiveBytes: 3_000_000 }, all)).toBe(3_000_000);
    expect(await faultOf(consume(aZip(parts), { maxArchiveBytes: 2_500_000 }, all))).toBe(
      'archive-too-large',
    );
    const lying = aZip([['a', Buffer.alloc(1_000_000)]], { claimedBytes: 10 });
    expect(await faultOf(consume(lying, { maxArchiveBytes: 500_000 }))).toMatch(
      /archive-too-large|document-damaged/,
    );
  });

  it('stops a bomb soon after its ratio shows', async () => {
    const bomb = aZip([['a', Buffer.alloc(100_000_000)]]);
    expect(bomb.length).toBeLessThan(200_000);
    const archive = await Archive.open(bomb, anExtractionRequest({ maxCompressionRatio: 50 }));
    let unpacked = 0;
    const reading = (async () => {
      for await (const piece of archive.read('a')) unpacked += piece.length;
    })();
    expect(await faultOf(reading)).toBe('compression-ratio-too-high');
    expect(unpacked).toBeLessThan(20_000_000);
  });

  it('calls damage what is not whole', async () => {
    const bytes = aZip([['a', 'some text']]);
    for (let cut = 0; cut < bytes.length; cut += 5)
      expect(await faultOf(consume(bytes.subarray(0, cut)))).toBe('document-damaged');
    const flipped = Buffer.from(bytes);
    flipped[31 + 4]! ^= 0xff;
    expect(await faultOf(consume(flipped))).toBe('document-damaged');
    expect(await faultOf(consume(aZip([['../../etc/passwd', 'x']])))).toBe('document-damaged');
  });
});

describe('readXml', () => {
  const textOf = async (xml: string | Buffer): Promise<string> => {
    let text = '';
    const source = (async function* () {
      for (let at = 0; at < Buffer.from(xml).length; at += 7) yield Buffer.from(xml).subarray(at, at + 7);
    })();
    await readXml(source, { text: (part) => (text += part) });
    return text;
  };

  it('reads the five entities and references to characters, and UTF-16', async () => {
    expect(await textOf('<a>&lt;&amp;&#xac00;<![CDATA[<b>]]>한글</a>')).toBe('<&가<b>한글');
    expect(await textOf(Buffer.from('\ufeff<a>한글</a>', 'utf16le'))).toBe('한글');
  });

  it.each([
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['entities of entities', '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><a>&z;</a>'],
    ['tags that do not match', '<a><b></a></b>'],
    ['an end that is missing', '<a>'],
    ['nothing', ''],
    ['too deep a nesting', '<a>'.repeat(3_000)],
  ])('refuses %s', async (_, xml) => {
    expect(await faultOf(textOf(xml))).toBe('document-damaged');
  });

  it('keeps what a DTD declares unread', async () => {
    expect(await textOf('<!DOCTYPE a [<!ENTITY x "ha">]><a>plain</a>')).toBe('plain');
  });
});
