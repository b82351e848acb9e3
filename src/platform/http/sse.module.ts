import { Module } from '@nestjs/common';
import { SseStreams } from './sse-streams.js';

/** Import it wherever a controller streams: all of them share one registry, and so one limit per owner. */
@Module({ providers: [SseStreams], exports: [SseStreams] })
export class SseModule {}
