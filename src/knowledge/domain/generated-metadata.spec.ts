import { metadataBounds, readGeneratedMetadata } from './generated-metadata.js';

const good = { summary: 'A lease of a flat in Busan.', keywords: ['lease', 'Busan'], category: 'contract' };
const read = (more: object) => readGeneratedMetadata(JSON.stringify({ ...good, ...more }));

describe('readGeneratedMetadata', () => {
  it('takes the object alone, in a fence, and in a fence with talk around it', () => {
    const json = JSON.stringify(good, null, 2);
    for (const answer of [
      json,
      `\n${json}\n`,
      '```json\n' + json + '\n```',
      '```\n' + json + '\n```',
      `Here it is:\n\`\`\`json\n${json}\n\`\`\`\nAnything else?`,
    ])
      expect(readGeneratedMetadata(answer)).toEqual(good);
  });

  it('keeps Korean as it is, composed', () => {
    const korean = {
      summary: '부산의 임대차 계약서이다.',
      keywords: ['임대차', '보증금'],
      category: '계약서',
    };
    expect(readGeneratedMetadata(JSON.stringify(korean).normalize('NFD'))).toEqual(korean);
  });

  it.each([
    ['nothing', ''],
    ['prose', 'This document is a lease.'],
    ['a piece of JSON', '{"summary": "A lease'],
    ['a list', JSON.stringify([good])],
    ['null', 'null'],
    ['a fence without JSON', '```json\nsummary: lease\n```'],
    ['a missing summary', JSON.stringify({ keywords: ['a'], category: 'b' })],
    ['a summary that is no text', JSON.stringify({ ...good, summary: { text: 'a' } })],
    ['an empty summary', JSON.stringify({ ...good, summary: ' \u0000\n ' })],
    ['keywords in one text', JSON.stringify({ ...good, keywords: 'lease, Busan' })],
    ['keywords that are no texts', JSON.stringify({ ...good, keywords: ['lease', 7] })],
    ['no keywords', JSON.stringify({ ...good, keywords: [] })],
    ['only keywords that are too long', JSON.stringify({ ...good, keywords: ['x'.repeat(61)] })],
    ['no category', JSON.stringify({ ...good, category: '' })],
    ['a category that is an essay', JSON.stringify({ ...good, category: 'x'.repeat(61) })],
  ])('refuses %s', (_, answer) => {
    expect(readGeneratedMetadata(answer)).toBeNull();
  });

  it('leaves out what was not asked for', () => {
    expect(read({ owner: 'me', __proto__: { admin: true } })).toEqual(good);
  });

  it('makes lines one, and removes control characters, halves of pairs and reversals of direction', () => {
    expect(
      read({
        summary: 'One\n\ttwo\u0000 \u001b[31mthree\ud800 \u202efour\u202c 🙂',
        keywords: ['a\u0007b', ' a  b '],
        category: 'con\u0000tract\n',
      }),
    ).toEqual({ summary: 'One two [31mthree four 🙂', keywords: ['ab', 'a b'], category: 'contract' });
  });

  it('ends a summary that is too long behind a sentence', () => {
    const sentence = 'The tenant pays the rent on the first day of the month. ';
    const summary = read({ summary: sentence.repeat(40) })!.summary;
    expect(summary.length).toBeLessThanOrEqual(metadataBounds.summary);
    expect(summary.length).toBeGreaterThan(metadataBounds.summary - sentence.length);
    expect(summary.endsWith('month.')).toBe(true);
  });

  it('cuts a summary without sentences, never inside a pair', () => {
    for (const summary of ['x'.repeat(5_000), `x${'🙂'.repeat(2_000)}`, '🙂'.repeat(2_000)]) {
      const cut = read({ summary })!.summary;
      expect(cut.length).toBeLessThanOrEqual(metadataBounds.summary);
      expect(cut).toMatch(/^\P{Cs}+…$/u);
    }
  });

  it('keeps the first ten keywords that fit, each once', () => {
    const many = Array.from({ length: 30 }, (_, number) => `word ${number}`);
    const { keywords } = read({ keywords: ['Word 1', 'x'.repeat(61), '', ...many] })!;
    expect(keywords).toEqual(['Word 1', 'word 0', ...many.slice(2, 10)]);
  });
});
