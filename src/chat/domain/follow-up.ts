/** What is left of a question without punctuation, lower case. */
const wordsOf = (question: string): string[] =>
  question
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}'’]+/u)
    .filter((word) => word !== '');

const english = {
  opening: /^(?:and|but|or|so|then|also|what about|how about|what if|same for|why not|why\??$|how so)\b/i,
  pronouns: new Set(
    'it its they them their theirs he him his she her hers this that these those same'.split(' '),
  ),
  preposition: /^(?:on|in|for|with|at|from|without|after|before|during|by|under)\b/i,
  /** `Is it possible to …` refers to nothing. */
  expletive: /\b(?:is|was|does) it (?:not )?(?:possible|necessary|likely|true|take)\b|^it is\b/i,
  asking:
    /\b(?:what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|will)\b/i,
  empty: new Set(
    (
      'a an the is are was were be been do does did can could will would should may might has have had i you we my your ' +
      'our me us what which who whom whose where when why how many much long often far old and or but so then also of ' +
      'in on at to for from with by about as if not no any there please tell show give'
    ).split(' '),
  ),
};

const korean = {
  opening:
    /^(?:그럼|그러면|그런데|근데|그리고|그렇다면|그래서|또|또한|아니면|반대로|그건|그거|그게|그것|그때|그곳|거기|거긴|그중|그|이건|이거|이게|이것|저건|저것|같은|왜요?\??$)(?=$|[\s?은는이가을를의도에,])/u,
  pronouns:
    /^(?:그것|그거|그건|그게|이것|이거|이건|이게|거기|거긴|그곳|그때|그들|그녀|그분|그는|그의|그가|그를)/u,
  /** `금강산의 높이는?` names both. */
  ofSomething: /.의$/u,
  /** The sentence breaks off behind a particle: what was asked about it stands in the turn before. */
  open: /(?:은|는|도|에서|에는|이면|라면|의)요?\s*[?？]*$/u,
};

const mostOpenWords = 2;
/** A pronoun further on, among more words than these, most often refers to one of them. */
const mostWordsBesidePronoun = 2;

const refersBack = (
  words: string[],
  isPronoun: (word: string) => boolean,
  isEmpty: (word: string) => boolean,
): boolean => {
  const at = words.findIndex(isPronoun);
  if (at === -1) return false;
  const told = words.filter((word) => !isPronoun(word) && !isEmpty(word));
  const before = words.slice(0, at).some((word) => !isEmpty(word));
  return !before || told.length <= mostWordsBesidePronoun;
};

/**
 * Whether a question leaves out what it is about, as "And on Windows?" and "그럼 윈도우에서는?" do: it opens as a
 * continuation, refers by a pronoun to what it does not name, or is a few words without a predicate.
 */
export function isElliptical(question: string): boolean {
  const text = question.trim();
  const words = wordsOf(text);
  if (words.length === 0) return false;
  if (/\p{Script=Hangul}/u.test(text)) {
    if (korean.opening.test(text)) return true;
    const breaksOff = words.length <= mostOpenWords && korean.open.test(text);
    if (breaksOff && !korean.ofSomething.test(words[0]!)) return true;
    return refersBack(
      words,
      (word) => korean.pronouns.test(word),
      () => false,
    );
  }
  const told = words.filter((word) => !english.empty.has(word));
  if (english.opening.test(text)) return true;
  if (english.expletive.test(text)) return false;
  if (english.preposition.test(text) && told.length <= mostOpenWords && !english.asking.test(text))
    return true;
  return refersBack(
    words,
    (word) => english.pronouns.has(word),
    (word) => english.empty.has(word),
  );
}

/** Of questions further back than these nothing is carried over. */
const mostTurns = 4;

/**
 * The questions that say what an elliptical one is about, the latest first: back to the last that stands by itself.
 * @param earlier the user's questions before it, oldest first
 */
export function questionsMeant(earlier: readonly string[]): string[] {
  const latest = earlier.slice(-mostTurns).toReversed();
  const standing = latest.findIndex((question) => !isElliptical(question));
  return standing === -1 ? latest : latest.slice(0, standing + 1);
}
