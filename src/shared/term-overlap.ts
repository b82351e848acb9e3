/** How text is split into lexical terms (`Tokenizer.terms`). */
export type Terms = (text: string) => string[];

/** Words and Korean endings that say nothing by themselves. */
export const functionWords = new Set(
  (
    'a an the this that these those it its they them their he she his her we our you your i my me us ' +
    'is are was were be been being am do does did have has had having can could may might will would shall ' +
    'should must of in on at to for from by with as and or but nor so than then there here into onto about ' +
    'over under between during which who whom whose what when where why how if also both each such per via ' +
    'according document documents passage passages states state stated says say said mentions mentioned page ' +
    '것 수 등 및 또 또한 그 이 저 때 더 이다 하다 되다 있다 있 하 되 이 은 는 가 을 를 에 의 도 로 와 과 다 ' +
    '니다 습니 합니 입니 됩니 있습 었습 았습 했습 있다 었다 았다 한다 된다 하고 하며 되고 되며'
  ).split(' '),
);

const isMeaningful = (term: string): boolean => !functionWords.has(term) && /\p{L}/u.test(term);

/**
 * The terms of each different word that carries meaning, numbers aside. By word, since one word of Korean gives up
 * to five terms and must not outweigh the others.
 */
export const meaningfulTerms = (text: string, terms: Terms): string[][] =>
  [...new Set(text.split(/\s+/))]
    .map((word) => [...new Set(terms(word).filter(isMeaningful))])
    .filter((wordTerms) => wordTerms.length > 0);

/** Which share of `wanted` (not empty) is held. */
export const shareWithin = (wanted: string[], held: ReadonlySet<string>): number =>
  wanted.filter((one) => held.has(one)).length / wanted.length;
