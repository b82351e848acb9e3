import { readSpanSets } from './answer-spans.js';
import { supportPairs, supportedKinds, unsupportedKinds } from './support-pairs.js';
import { Random } from '../test/random.js';
import { findQuote } from '../src/chat/domain/quote.js';
import { lexicalTerms } from '../src/platform/text/lexical-terms.js';
import { meaningfulTerms, shareWithin } from '../src/shared/term-overlap.js';
for (const set of readSpanSets(process.env.EVAL_DATA!)) {
  const pairs = supportPairs(set, new Random(5), 400);
  for (const kind of [...supportedKinds, ...unsupportedKinds]) {
    const of = pairs.filter((p) => p.kind === kind);
    const kept = of.filter((p) => findQuote(p.claim, p.passage, lexicalTerms));
    const miss = of.map((p) => {
      const held = new Set(lexicalTerms(p.passage));
      return meaningfulTerms(p.claim, lexicalTerms).filter((w) => shareWithin(w, held) < 0.5).length;
    });
    const hist = [0, 1, 2, 3].map((n) => (miss.filter((m) => m === n).length / of.length).toFixed(2));
    console.log(
      set.name,
      kind,
      of.length,
      'accepted',
      (kept.length / of.length).toFixed(3),
      'absent words 0,1,2,3:',
      hist.join(' '),
    );
    if (process.env.SHOW)
      for (const p of (supportedKinds.includes(kind) ? of.filter((p) => !kept.includes(p)) : kept).slice(
        0,
        3,
      ))
        console.log('    ', p.claim.slice(0, 200));
  }
}
