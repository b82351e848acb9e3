import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiProduces, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { component } from './schema-components.js';

/** The events that one kind of stream is made of, by their names: classes of what their `data` holds. */
export interface EventFamily {
  /** Of the schema in the document. */
  name: string;
  description: string;
  events: Record<string, Type>;
}

/** OpenAPI knows a stream only as text. This says what an event is once a client has parsed it. */
function eventSchema({ name, description, events }: EventFamily): object {
  const oneOf = Object.entries(events).map(([event, data]) => ({
    type: 'object',
    required: ['event', 'data'],
    properties: {
      id: { type: 'integer', minimum: 1, description: 'For `Last-Event-ID`.' },
      event: { const: event },
      data: { $ref: getSchemaPath(data) },
    },
  }));
  return component(name, { description, oneOf });
}

export const eventStreamContent = (family: EventFamily) => ({
  'text/event-stream': {
    schema: {
      type: 'string',
      contentMediaType: 'text/event-stream',
      contentSchema: { type: 'array', items: eventSchema(family) },
    },
  },
});

/** A GET that answers with a stream of these events. */
export const ApiEventStream = (family: EventFamily, description: string): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(...Object.values(family.events)),
    ApiProduces('text/event-stream'),
    ApiResponse({ status: 200, description, content: eventStreamContent(family) }),
  );
