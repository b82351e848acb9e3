import { readSpanSets } from './answer-spans.js';
import { supportPairs } from './support-pairs.js';
import { Random } from '../test/random.js';
import { findQuote } from '../src/chat/domain/quote.js';
import { lexicalTerms } from '../src/platform/text/lexical-terms.js';
for (const set of readSpanSets(process.env.EVAL_DATA!)) {
  const pairs = supportPairs(set, new Random(5), 400);
  for (const p of pairs.filter((p) => p.kind === 'noun changed').slice(0, 60)) {
    const q = findQuote(p.claim, p.passage, lexicalTerms);
    if (q) console.log('C', p.claim, '\nS', p.passage.slice(q.start, q.end), '\n');
  }
}
