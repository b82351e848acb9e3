import { basename, join, resolve } from 'node:path';
import type { LocalModelsConfig } from '../../config/local-models.config.js';

export interface LocalModelSpec {
  kind: 'embedding' | 'reranking';
  /** Absolute path of a folder, or a name at the hub. */
  model: string;
  /** Only what is on the disk. */
  isFolder: boolean;
  precision: string;
  /** Of the library, and of models from the hub. Absolute. */
  folder: string;
  pooling: 'mean' | 'cls';
}

export const specOf = (
  kind: LocalModelSpec['kind'],
  model: string,
  { precision, pooling, folder }: LocalModelsConfig,
  dataDir: string,
): LocalModelSpec => {
  const isFolder = /^\.{0,2}\//.test(model);
  return {
    kind,
    model: isFolder ? resolve(model) : model,
    isFolder,
    precision,
    folder: resolve(folder ?? join(dataDir, 'local-models')),
    pooling,
  };
};

/** Of a folder its own name: where it lies does not matter to what it computes. */
export const nameOf = ({ model, isFolder }: LocalModelSpec): string => (isFolder ? basename(model) : model);
