/** What changed since one looked last. Hints that come while nobody waits are kept, without repeats. */
export class ChangeWatch {
  private readonly documentIds = new Set<string>();
  private everything = false;
  private closed = false;
  private wake: () => void = () => undefined;

  constructor(private readonly onClose: () => void) {}

  /** Null: anything may have changed. */
  note(documentId: string | null): void {
    if (documentId === null) this.everything = true;
    else this.documentIds.add(documentId);
    this.wake();
  }

  close(): void {
    this.closed = true;
    this.onClose();
    this.wake();
  }

  /**
   * Waits for a hint, at most `patienceMs`: hints can be lost, so silence too is a reason to look.
   * @returns null when the watch is closed.
   */
  async next(patienceMs: number): Promise<{ documentIds: string[]; everything: boolean } | null> {
    if (!this.closed && !this.everything && this.documentIds.size === 0) await this.hint(patienceMs);
    if (this.closed) return null;
    const silence = !this.everything && this.documentIds.size === 0;
    const changes = { documentIds: [...this.documentIds], everything: this.everything || silence };
    this.documentIds.clear();
    this.everything = false;
    return changes;
  }

  private async hint(patienceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, patienceMs);
    });
    clearTimeout(timer);
  }
}
