import { ModelsConfig } from '../../src/platform/config/models.config.js';
import { OpenAiChatModel } from '../../src/platform/models/openai-chat-model.js';
import type { AppError } from '../../src/shared/app-error.js';
import { RawModelServer, textOf } from '../raw-model-server.js';
import { aChatRequest } from './chat-model.contract.js';
import { faults, type Fault } from './model-faults.js';

/** Cuts, texts and lengths are other ones for each. `MODEL_FAULT_SEEDS=200` looks for longer. */
const seeds = Array.from({ length: Number(process.env.MODEL_FAULT_SEEDS ?? 20) }, (_, index) => index + 1);

let server: RawModelServer;
beforeAll(async () => {
  const scripts = Object.entries(faults).map(([name, { script }]) => [name, script] as const);
  server = await RawModelServer.start(new Map(scripts));
});
afterAll(() => server.close());

const modelFor = ({ stalls }: Fault): OpenAiChatModel => {
  const timeoutMs = stalls ? 250 : 30_000;
  const config = Object.assign(new ModelsConfig(), {
    baseUrl: server.baseUrl,
    apiKey: 'key',
    firstTokenTimeoutMs: timeoutMs,
    idleTimeoutMs: timeoutMs,
  });
  return new OpenAiChatModel('scripted-model', config);
};

async function outcomeOf(model: OpenAiChatModel, name: string, seed: number) {
  const request = aChatRequest({ messages: [{ role: 'user', content: `script ${name} ${seed} ` }] });
  let text = '';
  try {
    for await (const chunk of model.stream(request)) if (chunk.type === 'text') text += chunk.text;
    return { text };
  } catch (error) {
    return { text, error };
  }
}

const textMatches = (text: string, whole: string, { text: expected }: Fault): boolean => {
  if (expected === 'none') return text === '';
  return expected === 'all' ? text === whole : whole.startsWith(text);
};

describe.each(Object.entries(faults))('a model server: %s', (name, fault) => {
  it('ends as is defined, wherever its bytes are cut', async () => {
    const outcomes = await Promise.all(seeds.map((seed) => outcomeOf(modelFor(fault), name, seed)));
    const seen = outcomes.map(({ text, error }, index) => {
      const seed = seeds[index]!;
      const { code, retryable, retryAfterSeconds } = (error ?? {}) as AppError;
      const asDefined = textMatches(text, textOf(seed).join(''), fault);
      return { seed, code, retryable, retryAfterSeconds, text: asDefined ? 'as defined' : text };
    });
    const { code, retryAfterSeconds } = fault;
    const retryable = code && code === 'model.unavailable';
    expect(seen).toEqual(
      seeds.map((seed) => ({ seed, code, retryable, retryAfterSeconds, text: 'as defined' })),
    );
  });

  it(`${fault.code === 'model.unavailable' ? 'is' : 'is not'} given a rest after five in a row`, async () => {
    const model = modelFor(fault);
    for (let call = 1; call <= 5; call++) await outcomeOf(model, name, call);
    const before = server.asked;
    await outcomeOf(model, name, 6);
    expect(server.asked - before).toBe(fault.code === 'model.unavailable' ? 0 : 1);
  });
});

it('knows sixty ways in which a model server misbehaves', () => {
  expect(Object.values(faults).filter(({ code }) => code !== undefined).length).toBeGreaterThanOrEqual(60);
});
