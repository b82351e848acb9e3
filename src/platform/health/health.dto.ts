import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class LivenessView {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

class StoreView {
  @ApiProperty({ enum: ['up', 'down'] })
  status: string;

  @ApiProperty({ type: 'integer' })
  latencyMs: number;
}

class StoresView {
  @ApiProperty()
  database: StoreView;

  @ApiProperty()
  objectStore: StoreView;

  @ApiPropertyOptional({ description: 'On the services profile.' })
  redis?: StoreView;
}

class QueueView {
  @ApiProperty({ description: 'Whether a worker that makes progress takes its jobs.' })
  served: boolean;

  @ApiProperty({ type: 'integer' })
  liveWorkers: number;
}

class QueuesView {
  @ApiProperty()
  chat: QueueView;

  @ApiProperty()
  knowledge: QueueView;

  @ApiProperty()
  summary: QueueView;
}

class ModelView {
  @ApiProperty({ example: 'extractive' })
  name: string;

  @ApiProperty({ description: 'False for the built-in one that only quotes.' })
  generative: boolean;

  @ApiProperty({
    description:
      'Whether it writes `generated` of documents: with GENERATE_METADATA, and if it is generative.',
  })
  generatesMetadata: boolean;
}

class EmbedderView {
  @ApiProperty({ example: 'hashed-v1' })
  model: string;
}

class RerankerView {
  @ApiProperty({ example: 'BAAI/bge-reranker-v2-m3' })
  model: string;
}

export class ReadinessView {
  @ApiProperty({ enum: ['ok', 'degraded', 'unavailable'] })
  status: string;

  @ApiProperty()
  stores: StoresView;

  @ApiProperty({ type: QueuesView, nullable: true, description: 'Null while the database is down.' })
  queues: QueuesView | null;

  @ApiProperty()
  model: ModelView;

  @ApiProperty()
  embedder: EmbedderView;

  @ApiProperty({ type: RerankerView, nullable: true, description: 'Null unless RERANK_MODEL names one.' })
  reranker: RerankerView | null;
}
