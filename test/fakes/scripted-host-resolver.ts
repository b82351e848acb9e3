import { HostResolver, HostUnknown } from '../../src/platform/outgoing-http/host-resolver.js';

/** Answers as told, by turns when told several answers: a name server that changes its mind. */
export class ScriptedHostResolver extends HostResolver {
  readonly asked: string[] = [];
  private readonly answers = new Map<string, string[][]>();

  /** @param answers one list of addresses for each time it is asked; the last one stays */
  answer(host: string, ...answers: string[][]): this {
    this.answers.set(host, answers);
    return this;
  }

  async resolve(host: string): Promise<string[]> {
    this.asked.push(host);
    const answers = this.answers.get(host);
    if (!answers) throw new HostUnknown();
    return (answers.length > 1 ? answers.shift() : answers[0])!;
  }
}
