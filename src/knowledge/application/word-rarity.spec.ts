import { InMemoryPassageSearch } from '../../../test/fakes/in-memory-passage-search.js';
import { WhitespaceTokenizer } from '../../../test/fakes/whitespace-tokenizer.js';
import { WordRarityService } from './word-rarity.service.js';

describe('WordRarityService', () => {
  it('tells words apart by how few of the caller’s own passages have them', async () => {
    const index = new InMemoryPassageSearch();
    const add = (id: string, ownerId: string, text: string): void =>
      index.add({ id, ownerId, collectionId: `of ${ownerId}`, text });
    add('1', 'ann', 'the kestrel manual');
    add('2', 'ann', 'the manual');
    add('3', 'bob', 'penguin');
    const rarity = new WordRarityService(index, new WhitespaceTokenizer());
    const ann = { ownerId: 'ann', role: 'user' as const };
    const [kestrel, manual, penguin] = await rarity.of(ann, undefined, ['kestrel', 'manual', 'penguin']);
    expect(kestrel).toBeGreaterThan(manual!);
    expect(manual).toBeGreaterThan(0);
    expect(penguin).toBe(0);
    expect(await rarity.of(ann, ['of bob'], ['kestrel'])).toEqual([0]);
  });
});
