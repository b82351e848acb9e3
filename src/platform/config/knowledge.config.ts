import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { FromEnv } from './from-env.js';

/** Uploads and their ingestion. */
export class KnowledgeConfig {
  @FromEnv('FILE_LIMIT_BYTES', 'Largest file that can be uploaded, in bytes.')
  @IsInt()
  @Min(1)
  @Max(4_294_967_296)
  fileLimitBytes: number = 104_857_600;

  @FromEnv('FILES_PER_UPLOAD', 'Most files in one upload request.')
  @IsInt()
  @Min(1)
  @Max(1_000)
  filesPerUpload: number = 50;

  @FromEnv(
    'DOCUMENTS_PER_OWNER',
    'Most documents that one owner may have; 0 for no limit. Those that failed do not count.',
  )
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  documentsPerOwner: number = 0;

  @FromEnv(
    'BYTES_PER_OWNER',
    'Most bytes that the files of one owner may take, earlier versions included; 0 for no limit. Files that failed do not count.',
  )
  @IsInt()
  @Min(0)
  @Max(1_000_000_000_000_000)
  bytesPerOwner: number = 0;

  @FromEnv(
    'CHUNKS_PER_DOCUMENT',
    'Most chunks that one document may make; a longer one fails with the reason.',
  )
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  chunksPerDocument: number = 20_000;

  @FromEnv(
    'EMBEDDING_BATCH',
    'Passages that are embedded and written at a time while a document is indexed, 1 to 1000.',
  )
  @IsInt()
  @Min(1)
  @Max(1_000)
  embeddingBatch: number = 64;

  @FromEnv(
    'RECONCILE_INTERVAL_MS',
    'Milliseconds between two looks for documents that their worker left behind.',
  )
  @IsInt()
  @Min(100)
  @Max(600_000)
  reconcileIntervalMs: number = 500;

  @FromEnv('SWEEP_INTERVAL_MS', 'Milliseconds between two sweeps for what deletions and broken uploads left.')
  @IsInt()
  @Min(1_000)
  @Max(86_400_000)
  sweepIntervalMs: number = 600_000;

  @FromEnv(
    'REEMBED_ON_MODEL_CHANGE',
    'true: after EMBEDDING_MODEL has changed, a knowledge worker that starts has every document read and embedded anew. Until its turn a document is found by its words alone. false: that is said in the log, and POST /collections/{id}/reindex does it.',
  )
  @IsBoolean()
  reembedOnModelChange: boolean = false;

  @FromEnv(
    'VECTOR_INDEX_ROWS',
    'On a PostgreSQL server: vectors of the embedding model that searches scan, at least so many, before an approximate index is built over them.',
  )
  @IsInt()
  @Min(100)
  @Max(10_000_000)
  vectorIndexRows: number = 10_000;

  @FromEnv(
    'VECTOR_INDEX_MEMORY_MB',
    'Memory that PostgreSQL may take while it builds such an index. With more, fewer and larger indexes are built.',
  )
  @IsInt()
  @Min(16)
  @Max(1_000_000)
  vectorIndexMemoryMb: number = 256;

  @FromEnv(
    'VECTOR_INDEX_INTERVAL_MS',
    'Milliseconds between two looks whether such an index is due. One worker builds at a time.',
  )
  @IsInt()
  @Min(100)
  @Max(86_400_000)
  vectorIndexIntervalMs: number = 60_000;
}
