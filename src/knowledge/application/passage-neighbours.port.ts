/** A chunk that stands near a passage in the same version of its document. */
export interface NeighbourPassage {
  id: string;
  /** The passage it stands near. */
  ofId: string;
  /** Chunks between them and one; negative before it. */
  distance: number;
  text: string;
  page: number | null;
  /** UTF-16 units into that version's text, as the passage's own; neighbours may overlap. */
  charStart: number;
}

/** What stands around passages: under the same headings, without a gap. Implemented by Knowledge; used by Chat. */
export abstract class PassageNeighbours {
  /**
   * Of passages that are visible, up to `radius` chunks on each side, in any order. Only those of the passage's own
   * section: every chunk between them has the same headings.
   */
  abstract around(ownerId: string, passageIds: string[], radius: number): Promise<NeighbourPassage[]>;
}
