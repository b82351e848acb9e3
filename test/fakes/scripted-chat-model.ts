import { ChatModel, type ChatChunk, type ChatRequest } from '../../src/platform/models/chat-model.port.js';

/** Answers with what the test prepared, in order, and fails loudly when nothing is left. */
export class ScriptedChatModel extends ChatModel {
  readonly name = 'scripted';
  readonly generative = true;
  readonly requests: ChatRequest[] = [];
  private readonly answers: string[];

  constructor(...answers: string[]) {
    super();
    this.answers = answers;
  }

  async *stream(request: ChatRequest): AsyncIterable<ChatChunk> {
    this.requests.push(request);
    const answer = this.answers.shift();
    if (answer === undefined) throw new Error('The test has prepared no further answer.');
    for (const text of answer.match(/[\s\S]{1,7}/g) ?? []) yield { type: 'text', text };
    yield { type: 'usage', usage: { inputTokens: null, outputTokens: null } };
  }
}
