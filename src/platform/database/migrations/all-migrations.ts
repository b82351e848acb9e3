import { Core1764000000001 } from './0001-core.js';
import { Identity1764000000002 } from './0002-identity.js';
import { Knowledge1764000000003 } from './0003-knowledge.js';
import { Chat1764000000004 } from './0004-chat.js';
import { Summary1764000000005 } from './0005-summary.js';
import { FairIngestion1764000000006 } from './0006-fair-ingestion.js';
import { Webhooks1764000000007 } from './0007-webhooks.js';
import { DocumentSource1764000000008 } from './0008-document-source.js';
import { Reindex1764000000009 } from './0009-reindex.js';
import { GeneratedMetadata1764000000010 } from './0010-generated-metadata.js';
import { ProgressCounts1764000000011 } from './0011-progress-counts.js';
import { VectorIndex1764000000012 } from './0012-vector-index.js';
import { ChunkTokenizer1764000000013 } from './0013-chunk-tokenizer.js';
import { WorkerSpeed1764000000014 } from './0014-worker-speed.js';
import { TurnIndex1764000000015 } from './0015-turn-index.js';

/** In the order in which they run. Forward only. */
export const allMigrations = [
  Core1764000000001,
  Identity1764000000002,
  Knowledge1764000000003,
  Chat1764000000004,
  Summary1764000000005,
  FairIngestion1764000000006,
  Webhooks1764000000007,
  DocumentSource1764000000008,
  Reindex1764000000009,
  GeneratedMetadata1764000000010,
  ProgressCounts1764000000011,
  VectorIndex1764000000012,
  ChunkTokenizer1764000000013,
  WorkerSpeed1764000000014,
  TurnIndex1764000000015,
];
