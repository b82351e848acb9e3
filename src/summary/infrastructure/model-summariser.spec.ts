import { ScriptedChatModel } from '../../../test/fakes/scripted-chat-model.js';
import { WordTokenCounter } from '../../../test/fakes/word-token-counter.js';
import { SummaryConfig } from '../../platform/config/summary.config.js';
import { FilePromptLibrary } from '../../platform/models/file-prompt-library.js';
import type { SummaryRequest } from '../application/summariser.port.js';
import { ModelSummariser } from './model-summariser.js';

const prompts = new FilePromptLibrary();
const counter = new WordTokenCounter();
const request = (more: Partial<SummaryRequest> = {}): SummaryRequest => ({
  previous: null,
  turns: [
    { messageId: 'm1', role: 'user', content: 'The budget is 500.', name: null, createdAt: new Date(0) },
    { messageId: 'm2', role: 'assistant', content: 'Noted.', name: null, createdAt: new Date(0) },
  ],
  maxTokens: 50,
  signal: new AbortController().signal,
  ...more,
});
const summariserOf = (model: ScriptedChatModel): ModelSummariser =>
  new ModelSummariser(model, prompts, counter, new SummaryConfig());

describe('ModelSummariser', () => {
  it('takes prose and borne-out facts, and adds what the rules find', async () => {
    const model = new ScriptedChatModel(
      'The user has a budget.\n```json\n[{"kind":"decision","text":"budget is 500","turn":1},{"kind":"number","text":"900","turn":1}]\n```',
    );
    const draft = await summariserOf(model).summarise(request());
    expect(draft.summary).toBe('The user has a budget.');
    expect(draft.ledger.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'decision budget is 500',
      'number The budget is 500.',
    ]);
  });

  it('marks the fact that a later turn replaces', async () => {
    const model = new ScriptedChatModel(
      'Budget: 500 now.\n```json\n[{"kind":"number","text":"budget is 500","turn":1,"replaces":"budget is 300"}]\n```',
    );
    const known = {
      kind: 'number',
      text: 'Budget is 300',
      messageId: 'm0',
      role: 'user',
      supersededBy: null,
    } as const;
    const draft = await summariserOf(model).summarise(
      request({ previous: { summary: 'Budget: 300.', ledger: [known] } }),
    );
    expect(draft.ledger[0]).toEqual({ ...known, supersededBy: 'm1' });
  });

  it('gives the model the earlier summary and the turns as quoted material', async () => {
    const model = new ScriptedChatModel('Short.');
    await summariserOf(model).summarise(request({ previous: { summary: 'EARLIER', ledger: [] } }));
    const [system, user] = model.requests[0]!.messages;
    const nonce = /<data-([0-9a-f]{12})>/.exec(user!.content)![1]!;
    expect(system!.content).toContain(`<data-${nonce}>`);
    expect(user!.content.trimEnd().endsWith(`</data-${nonce}>`)).toBe(true);
    expect(user!.content).toContain('EARLIER');
    expect(user!.content).toContain('[1] User: The budget is 500.');
  });

  it('cuts an overlong summary behind a sentence', async () => {
    const model = new ScriptedChatModel('One two three four. Five six seven eight. Nine ten eleven twelve.');
    const { summary } = await summariserOf(model).summarise(request({ maxTokens: 9 }));
    expect(summary).toBe('One two three four. Five six seven eight.');
  });

  it('shortens an overlong turn from its middle', async () => {
    const model = new ScriptedChatModel('Short.');
    const content = `FIRST ${'word '.repeat(20_000)} LAST`;
    await summariserOf(model).summarise(
      request({ turns: [{ messageId: 'm1', role: 'user', content, name: null, createdAt: new Date(0) }] }),
    );
    const sent = model.requests[0]!.messages[1]!.content;
    expect(counter.count(sent)).toBeLessThan(4_200);
    expect(sent).toContain('FIRST');
    expect(sent).toContain('LAST');
  });

  it('fails, to be tried again, on an empty answer', async () => {
    const answer = summariserOf(new ScriptedChatModel(' \n```json\n[]\n```')).summarise(request());
    await expect(answer).rejects.toMatchObject({ code: 'summary.empty', retryable: true });
  });
});
