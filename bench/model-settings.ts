import { loadConfiguration } from '../src/platform/config/load-configuration.js';
import { LocalModelsConfig } from '../src/platform/config/local-models.config.js';
import { ModelsConfig } from '../src/platform/config/models.config.js';
import { RerankConfig } from '../src/platform/config/rerank.config.js';
import { StorageConfig } from '../src/platform/config/storage.config.js';
import type { ModelSettings } from '../src/platform/models/create-models.js';

/** The models that the environment names, as the product takes them. */
export function modelSettings(): ModelSettings {
  const configuration = loadConfiguration(
    [ModelsConfig, RerankConfig, LocalModelsConfig, StorageConfig],
    process.env,
  );
  return {
    models: configuration.get(ModelsConfig),
    local: configuration.get(LocalModelsConfig),
    dataDir: configuration.get(StorageConfig).dataDir,
  };
}
