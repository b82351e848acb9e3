/** A pause of this length ends a sitting. */
const longestPauseMs = 60 * 60 * 1_000;
/** A sitting without pauses, or a history without times, is cut here. */
const mostTurns = 32;

export interface SeatedTurn {
  /** Place in the path, from 0. */
  position: number;
  /** The position of the first turn of its sitting. */
  sitting: number;
  saidAt: Date;
}

/**
 * Which sitting each turn belongs to: turns that follow each other without a long pause are about the same things.
 *
 * @param last the turn before these; undefined at the root
 * @param times when each was said, in the order of the path
 */
export function seat(last: SeatedTurn | undefined, times: Date[]): SeatedTurn[] {
  const seated: SeatedTurn[] = [];
  let before = last;
  for (const saidAt of times) {
    const position = before ? before.position + 1 : 0;
    const goesOn =
      before &&
      Math.abs(saidAt.getTime() - before.saidAt.getTime()) < longestPauseMs &&
      position - before.sitting < mostTurns;
    before = { position, sitting: goesOn ? before!.sitting : position, saidAt };
    seated.push(before);
  }
  return seated;
}
