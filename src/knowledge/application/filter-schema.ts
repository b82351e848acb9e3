import { filterLimits } from '../domain/metadata-filter.js';

const filter = { $ref: '#/components/schemas/Filter' };
const key = { type: 'string', minLength: 1, maxLength: filterLimits.keyLength };
const value = { type: ['string', 'number', 'boolean'], maxLength: filterLimits.stringLength };

const node = (types: string[], fields: Record<string, object>) => ({
  type: 'object',
  required: ['type', ...Object.keys(fields)],
  properties: { type: { type: 'string', enum: types }, ...fields },
  additionalProperties: false,
});

/** What `parseFilter` takes, as JSON Schema for the documentation. */
export const filterSchema = {
  description:
    'A condition on the `metadata` of documents. `eq` and `ne` compare type and value; the orderings compare ' +
    'numbers with numbers and strings with strings. ' +
    `At most ${filterLimits.depth} levels and ${filterLimits.nodes} conditions.`,
  oneOf: [
    node(['eq', 'ne'], { key, value }),
    node(['gt', 'gte', 'lt', 'lte'], { key, value: { ...value, type: ['string', 'number'] } }),
    node(['in', 'nin'], {
      key,
      value: { type: 'array', items: value, minItems: 1, maxItems: filterLimits.listLength },
    }),
    node(['and', 'or'], { filters: { type: 'array', items: filter, minItems: 1 } }),
    node(['not'], { filter }),
  ],
  example: { type: 'eq', key: 'year', value: 2025 },
};
