import { condense, type CondenseOptions, type SpokenText } from './condense.js';

/** One token per word. */
const countWords = (text: string): number => text.split(/\s+/).filter(Boolean).length;
const options = (maxTokens: number): CondenseOptions => ({
  maxTokens,
  terms: (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [],
  tokensOf: countWords,
  truncate: (text, most) => text.split(/\s+/).slice(0, most).join(' '),
});
const user = (content: string): SpokenText => ({ speaker: 'User', role: 'user', content });
const assistant = (content: string): SpokenText => ({ speaker: 'Assistant', role: 'assistant', content });

describe('condense', () => {
  it('keeps everything, in order and by speaker, when it fits', () => {
    const turns = [user('Where is the tank? It is big.'), assistant('The tank is in the yard [1].')];
    expect(condense('', turns, options(100))).toBe(
      'User: Where is the tank? It is big.\nAssistant: The tank is in the yard.',
    );
  });

  it('stays within its bound and prefers what the conversation is about', () => {
    const turns = [
      user('The tank holds water. By the way, nice shoes.'),
      assistant('The tank holds 500 litres of water.'),
      user('Who fills the water tank?'),
      assistant('Lunch was good. The water tank is filled by Kim.'),
    ];
    const summary = condense('', turns, options(20));
    expect(countWords(summary)).toBeLessThanOrEqual(20);
    expect(summary).toContain('500 litres');
    expect(summary).not.toContain('shoes');
    expect(summary).not.toContain('Lunch');
  });

  it('does not say the same thing twice, as built-in notices would', () => {
    const notice = 'No language model is configured.';
    const turns = [assistant(`${notice} A is B.`), assistant(`${notice} C is D.`)];
    expect(condense('', turns, options(100)).split(notice)).toHaveLength(2);
  });

  it('takes the earlier summary up, with its speakers', () => {
    const first = condense('', [user('My dog is Rex.'), assistant('Noted: Rex it is.')], options(100));
    const second = condense(first, [user('Rex eats fish.')], options(100));
    expect(second).toBe('User: My dog is Rex.\nAssistant: Noted: Rex it is.\nUser: Rex eats fish.');
  });

  it('cuts a sentence that would take all the room', () => {
    const summary = condense('', [user(`${'word '.repeat(500)}end.`), user('Short one.')], options(40));
    expect(countWords(summary)).toBeLessThanOrEqual(40);
    expect(summary).toContain('Short one.');
    expect(summary).toContain('…');
  });

  it('is empty when there are no words', () => {
    expect(condense('', [user('!!! ???'), assistant('')], options(40))).toBe('');
  });
});
