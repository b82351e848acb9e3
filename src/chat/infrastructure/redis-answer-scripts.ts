import type { Redis } from 'ioredis';

/**
 * KEYS writer, events; ARGV epoch, the sequence that it starts after, time to live in ms.
 * Events whose writer is not known are not to be trusted: they go. The writer notes how many events there are, so that
 * an append finds out when some were lost.
 * Nil for an older epoch, or after the end; else the predecessor of the first append, and whether there are events.
 */
const open = `
  local writer = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'ended')
  if writer[3] or (writer[1] and tonumber(writer[1]) > tonumber(ARGV[1])) then return false end
  if not writer[1] then redis.call('DEL', KEYS[2]) end
  local events = redis.call('XLEN', KEYS[2])
  local last = string.format('%d', math.max(tonumber(writer[2] or 0), tonumber(ARGV[2])))
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'last', last, 'events', events)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
  return { tonumber(last), events > 0 and 1 or 0 }`;

/**
 * KEYS writer, events; ARGV epoch, predecessor, token of this append, time to live in ms, whether it ends the answer,
 * channel, then type and data of each event.
 * Nil unless this epoch is the writer's, the predecessor is the last event, and all events are still there; else the
 * new last sequence. Everything is checked before anything is written. What was appended is published with the wake-up,
 * as the sequence before it and a JSON array of [type, data]: who has everything up to there need not read it.
 */
const append = `
  local writer = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'events', 'token', 'ended')
  if writer[4] == ARGV[3] and writer[1] == ARGV[1] then return tonumber(writer[2]) end
  if writer[1] ~= ARGV[1] or writer[2] ~= ARGV[2] or writer[5] then return false end
  if redis.call('XLEN', KEYS[2]) ~= tonumber(writer[3]) then return false end
  local last = tonumber(writer[2])
  local told = {}
  for i = 7, #ARGV, 2 do
    last = last + 1
    told[#told + 1] = '["' .. ARGV[i] .. '",' .. ARGV[i + 1] .. ']'
    redis.call('XADD', KEYS[2], string.format('%d-0', last), 'type', ARGV[i], 'data', ARGV[i + 1])
  end
  local events = tonumber(writer[3]) + (#ARGV - 6) / 2
  redis.call('HSET', KEYS[1], 'last', string.format('%d', last), 'events', events, 'token', ARGV[3])
  if ARGV[5] == '1' then redis.call('HSET', KEYS[1], 'ended', 1) end
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  redis.call('PUBLISH', ARGV[6], writer[2] .. ' [' .. table.concat(told, ',') .. ']')
  return last`;

/** KEYS events. The ids of the first and the last one, or nil. */
const bounds = `
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  return first and { first[1], last[1] }`;

/** KEYS writer, events; ARGV channel. */
const remove = `
  redis.call('UNLINK', KEYS[1], KEYS[2])
  redis.call('PUBLISH', ARGV[1], '')`;

/** The commands that `defineAnswerScripts` adds to a client; null where Redis answers nil. */
export interface AnswerScripts {
  openAnswer(
    writerKey: string,
    eventsKey: string,
    epoch: number,
    startsAfter: number,
    ttlMs: number,
  ): Promise<[lastSequence: number, hasEvents: 0 | 1] | null>;
  appendToAnswer(
    writerKey: string,
    eventsKey: string,
    epoch: number,
    afterSequence: number,
    ...tokenTtlEndsChannelEvents: (string | number)[]
  ): Promise<number | null>;
  boundsOfAnswer(eventsKey: string): Promise<[first: string, last: string] | null>;
  removeAnswer(writerKey: string, eventsKey: string, channel: string): Promise<void>;
}

/** Sent whole once, by their hash from then on. */
export function defineAnswerScripts(client: Redis): AnswerScripts {
  client.defineCommand('openAnswer', { numberOfKeys: 2, lua: open });
  client.defineCommand('appendToAnswer', { numberOfKeys: 2, lua: append });
  client.defineCommand('boundsOfAnswer', { numberOfKeys: 1, lua: bounds });
  client.defineCommand('removeAnswer', { numberOfKeys: 2, lua: remove });
  return client as unknown as AnswerScripts;
}
