import { SilentLogger } from '../../../test/fakes/silent-logger.js';
import { SteeredChatModel } from '../../../test/fakes/steered-chat-model.js';
import { waitFor } from '../../../test/wait-for.js';
import { MetadataConfig } from '../../platform/config/metadata.config.js';
import { MetricsRegistry } from '../../platform/health/metrics-registry.js';
import type { ChatModel } from '../../platform/models/chat-model.port.js';
import type { GenerateMetadata, MetadataStep } from '../application/generate-metadata.service.js';
import { MetadataGenerator } from './metadata-generator.js';

const written: MetadataStep = { outcome: 'written', failure: null };
const useless: MetadataStep = { outcome: 'postponed', failure: 'unusable-answer' };
const down: MetadataStep = { outcome: 'postponed', failure: 'model-unavailable' };

describe('MetadataGenerator', () => {
  let due: MetadataStep[];
  let asked: number;
  let logger: SilentLogger;
  let metrics: MetricsRegistry;
  let generator: MetadataGenerator;

  const service = {
    async generateNext() {
      asked++;
      return due.shift();
    },
  } as unknown as GenerateMetadata;
  const start = (settings: Partial<MetadataConfig>, model: ChatModel = new SteeredChatModel()): void => {
    const config = Object.assign(new MetadataConfig(), { concurrency: 1 }, settings);
    generator = new MetadataGenerator(service, model, config, logger, metrics);
    generator.onApplicationBootstrap();
  };
  const counted = async (): Promise<Record<string, number>> => {
    const metric = await metrics.registry.getSingleMetric('protostar_metadata_generated_total')!.get();
    return Object.fromEntries(metric.values.map(({ labels, value }) => [labels.outcome, value]));
  };

  beforeEach(() => {
    due = [];
    asked = 0;
    logger = new SilentLogger();
    metrics = new MetricsRegistry('test');
  });
  afterEach(() => generator.beforeApplicationShutdown());

  it('goes on from document to document until nothing is due, and counts what came of them', async () => {
    due = [written, useless, written, { outcome: 'given-up', failure: 'unusable-answer' }];
    start({ enabled: true });
    await waitFor(() => due.length === 0);
    await generator.beforeApplicationShutdown();
    expect(await counted()).toEqual({ written: 2, postponed: 1, 'given-up': 1 });
  });

  it('leaves a server that is down in peace, with whatever else is due', async () => {
    due = [down, written, written];
    start({ enabled: true });
    await waitFor(() => asked > 0);
    await generator.beforeApplicationShutdown();
    expect(due).toHaveLength(2);
  });

  it('asks nothing when it is off, nor of a model that only quotes, which it says', async () => {
    due = [written];
    start({ enabled: false });
    await generator.beforeApplicationShutdown();
    expect(logger.lines).toEqual([]);
    start({ enabled: true }, { name: 'extractive', generative: false } as ChatModel);
    expect(logger.lines).toMatchObject([{ level: 'warn', message: 'metadata.not-generated' }]);
    await generator.beforeApplicationShutdown();
    expect(asked).toBe(0);
  });
});
