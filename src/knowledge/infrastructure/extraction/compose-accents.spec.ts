import { composeAccents } from './compose-accents.js';

describe('composeAccents', () => {
  it.each([
    ['distribuci´on estad´ıstica, peque˜na', 'distribución estadística, pequeña'],
    ['Universit¨at f¨ur ˇCe, hoˇcete', 'Universität für Če, hočete'],
    ['V´aclav Dvoˇr´ak', 'Václav Dvořák'],
  ])('puts an accent on the letter that it stands before: %s', (printed, meant) => {
    expect(composeAccents(printed)).toBe(meant);
  });

  it.each(['ˆθ and ˆβ', 'the mark ´', '30˚C', '100˚ and 5´ a', 'a`b` 5´ 6¨', '˜ 한글', 'plain text'])(
    'leaves what is no such letter: %s',
    (text) => {
      expect(composeAccents(text)).toBe(text);
    },
  );
});
