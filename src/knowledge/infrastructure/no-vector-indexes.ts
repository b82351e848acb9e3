import { VectorIndexes } from '../application/vector-indexes.port.js';

/** The embedded database scans: fast enough at its size, and a build would hold its only session for as long as it takes. */
export class NoVectorIndexes extends VectorIndexes {
  async keep(): Promise<undefined> {
    return undefined;
  }
}
