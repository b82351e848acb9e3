import Sequencer from '@jest/test-sequencer';

/**
 * Jest's own order, the longest first, but with end-to-end suites spread evenly: they wait for most of their time, and the
 * others compute.
 */
export default class MixingSequencer extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const isEndToEnd = ({ context }) => context.config.displayName.name.startsWith('e2e');
    const placed = [sorted.filter(isEndToEnd), sorted.filter((test) => !isEndToEnd(test))].flatMap((kind) =>
      kind.map((test, at) => ({ test, place: at / kind.length })),
    );
    return placed.toSorted((a, b) => a.place - b.place).map(({ test }) => test);
  }
}
