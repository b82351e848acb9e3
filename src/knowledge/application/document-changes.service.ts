import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.port.js';
import { ChangeWatch } from './change-watch.js';

export interface WatchedSubject {
  collectionId: string;
  /** Absent: every document of the collection. */
  documentId?: string;
}

/** Hands the hints of one listener on to however many watch. */
@Injectable()
export class DocumentChanges implements OnModuleDestroy {
  private readonly watches = new Map<ChangeWatch, WatchedSubject>();
  private listening?: Promise<() => void>;

  constructor(private readonly notifications: Notifications) {}

  /** Notes what changes from now on; close it. */
  async watch(subject: WatchedSubject): Promise<ChangeWatch> {
    const watch = new ChangeWatch(() => this.watches.delete(watch));
    this.watches.set(watch, subject);
    try {
      await this.listen();
      return watch;
    } catch (error) {
      watch.close();
      throw error;
    }
  }

  async onModuleDestroy(): Promise<void> {
    for (const watch of this.watches.keys()) watch.close();
    if (this.listening) (await this.listening)();
  }

  private async listen(): Promise<void> {
    this.listening ??= this.notifications.listen('document_changed', (payload) => this.pass(payload));
    try {
      await this.listening;
    } catch (error) {
      this.listening = undefined;
      throw error;
    }
  }

  /** A hint without payload says that some may have been missed: everyone looks again. */
  private pass(payload: string): void {
    const hint =
      payload === '' ? null : (JSON.parse(payload) as { documentId: string | null; collectionId: string });
    for (const [watch, subject] of this.watches) {
      if (hint === null) watch.note(null);
      else if (concerns(hint, subject)) watch.note(hint.documentId);
    }
  }
}

const concerns = (
  hint: { documentId: string | null; collectionId: string },
  subject: WatchedSubject,
): boolean =>
  hint.collectionId === subject.collectionId &&
  (subject.documentId === undefined || hint.documentId === null || hint.documentId === subject.documentId);
