import { promises as dns, ADDRCONFIG } from 'node:dns';

/** The addresses of a host, each time anew. */
export abstract class HostResolver {
  /**
   * @param operatorNamed the operator vouches for the name: their hosts file and search domains count too
   * @throws HostUnknown when the name has no address; anything else means that it could not be asked
   */
  abstract resolve(host: string, operatorNamed: boolean, signal: AbortSignal): Promise<string[]>;
}

export class HostUnknown extends Error {}

const noAnswer = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EAI_NONAME', 'EAI_NODATA']);
const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

/**
 * Strangers' names are asked of the name servers directly: the system's own look-up occupies a thread that files and
 * decompression need too, cannot be cancelled, and reads the hosts file.
 */
export class SystemHostResolver extends HostResolver {
  async resolve(host: string, operatorNamed: boolean, signal: AbortSignal): Promise<string[]> {
    const addresses = operatorNamed ? await this.lookUp(host) : await this.ask(host, signal);
    if (addresses.length === 0) throw new HostUnknown();
    return addresses;
  }

  private async lookUp(host: string): Promise<string[]> {
    try {
      const found = await dns.lookup(host, { all: true, verbatim: true, hints: ADDRCONFIG });
      return found.map(({ address }) => address);
    } catch (error) {
      if (noAnswer.has(codeOf(error))) return [];
      throw error;
    }
  }

  private async ask(host: string, signal: AbortSignal): Promise<string[]> {
    const resolver = new dns.Resolver({ timeout: 3_000, tries: 2 });
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      signal.throwIfAborted();
      const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      const failed = answers.find(
        (answer) => answer.status === 'rejected' && !noAnswer.has(codeOf(answer.reason)),
      );
      // One family may well be missing, but when it could not be asked, what it would have said is not known.
      if (found.length === 0 && failed?.status === 'rejected') throw failed.reason;
      return found;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}
