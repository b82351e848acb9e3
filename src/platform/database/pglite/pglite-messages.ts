/** Handed to the worker thread at its start. */
export interface PgliteWorkerData {
  /** Folder of the cluster, or `memory://`. */
  dataDir: string;
  /** A dump of a data folder (tar) to start from. */
  loadDataDir?: ArrayBuffer;
}

export type PgliteRequest =
  | { id: number; kind: 'protocol'; bytes: Uint8Array }
  | { id: number; kind: 'dump' }
  | { id: number; kind: 'close' };

/** Reply 0 says that the database is open. */
export type PgliteReply = { id: number; bytes: Uint8Array } | { id: number; error: string };
