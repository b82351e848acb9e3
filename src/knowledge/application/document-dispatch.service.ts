import { Injectable } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.port.js';
import { JobDispatcher } from '../../platform/queue/job-dispatcher.port.js';
import { WebhookEvents } from '../../webhooks/application/webhook-events.port.js';
import { IngestDocument, ingestDocumentJobId } from './ingest-document.job.js';

export interface Dispatched {
  documentId: string;
  collectionId: string;
  version: number;
  dispatch: number;
}

export interface EndedVersion {
  ownerId: string;
  documentId: string;
  collectionId: string;
  version: number;
}

/** Sends a queued version to the workers and tells those who watch. Joins the transaction that queued it. */
@Injectable()
export class DocumentDispatch {
  constructor(
    private readonly dispatcher: JobDispatcher,
    private readonly notifications: Notifications,
    private readonly webhooks: WebhookEvents,
  ) {}

  async send(work: Dispatched, requestId: string | null, delayMs = 0): Promise<void> {
    const { documentId, collectionId, version, dispatch } = work;
    await this.dispatcher.dispatch(
      IngestDocument,
      { documentId, version, requestId },
      { jobId: ingestDocumentJobId(documentId, version, dispatch), ...(delayMs > 0 ? { delayMs } : {}) },
    );
    await this.notify(documentId, collectionId);
  }

  /** Tells those who watch, and those who wanted to be told. Joins the transaction in which it came to its end. */
  async announceEnd(ended: EndedVersion, status: 'ready' | 'failed'): Promise<void> {
    const { ownerId, documentId, collectionId, version } = ended;
    await this.notify(documentId, collectionId);
    const data = { documentId, collectionId, version, status };
    await this.webhooks.announce(ownerId, { type: `document.${status}`, data });
  }

  async notify(documentId: string | null, collectionId: string): Promise<void> {
    await this.notifications.notify('document_changed', JSON.stringify({ documentId, collectionId }));
  }
}
