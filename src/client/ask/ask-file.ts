import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { ChatClient } from '../chat-client.js';
import type { Connection } from '../connection.js';
import { KnowledgeClient } from '../knowledge-client.js';
import type { AddedDocument, Citation, Collection, Document, Message, Question } from '../types.js';
import { UsageError, type AskArguments } from './arguments.js';
import { printable, ProgressLine, type Output } from './terminal.js';

/** Where files go that are asked about alone. */
const defaultCollection = 'ask';
/** Metadata that makes one document of that collection the only source of an answer. */
const scopeKey = 'askId';

/** It ended otherwise than with an answer, and the reason is said in the message. */
export class AskFailure extends Error {}

export interface AskSession {
  out: Output;
  err: Output;
  /** Gives everything up. */
  signal: AbortSignal;
  /** Called once the answer runs: `cancel` ends it and keeps what it has said. */
  onAnswering: (cancel: () => Promise<void>) => void;
}

/** Uploads, waits, asks and prints. @returns the finished message. */
export async function askFile(
  connection: Connection,
  request: AskArguments,
  session: AskSession,
): Promise<Message> {
  const knowledge = new KnowledgeClient(connection);
  const chat = new ChatClient(connection);
  const collection = await knowledge.collectionNamed(request.collection ?? defaultCollection);
  const document = await ingest(knowledge, collection, request.file, session);
  const filter = request.collection === null ? await scopeOf(knowledge, document) : undefined;
  const conversation = await chat.createConversation({
    title: request.question.slice(0, 200),
    collectionIds: [collection.id],
  });
  const question = { content: request.question, ...(filter ? { filter } : {}) };
  const message = await printAnswer(chat, conversation.id, question, session);
  printCitations(message.citations, session.out);
  if (message.status === 'failed') throw new AskFailure(message.error?.detail ?? 'The answer failed.');
  if (message.model) session.err.write(`\nAnswered by ${printable(message.model)}.\n`);
  return message;
}

/** @throws UsageError when there is no such file. */
export async function sizeOfFile(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found.size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`There is no file ${path}.`);
    throw new UsageError(`${path} cannot be read (${code ?? 'unknown error'}).`);
  }
  throw new UsageError(`${path} is not a file.`);
}

async function ingest(
  knowledge: KnowledgeClient,
  collection: Collection,
  file: string,
  { err, signal }: AskSession,
): Promise<Document> {
  const size = await sizeOfFile(file);
  const progress = new ProgressLine(err);
  return progress.around(async () => {
    progress.show('uploading', 0);
    const added = await knowledge.addFile(collection.id, file, {
      metadata: { [scopeKey]: randomUUID() },
      onProgress: (bytes) => progress.show('uploading', Math.floor((bytes / size) * 100)),
      signal,
    });
    if (added.duplicate && added.status === 'ready') {
      progress.done(`${nameOf(added)} is there already.`);
      return added;
    }
    const document = await untilRead(knowledge, added, progress, signal);
    progress.done(`${nameOf(document)} is ready (${document.chunkCount} passages).`);
    return document;
  });
}

async function untilRead(
  knowledge: KnowledgeClient,
  added: AddedDocument,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<Document> {
  let document: Document = added;
  for await (document of knowledge.followDocument(added.id, signal)) {
    if (document.status !== 'ready' && document.status !== 'failed')
      progress.show(document.progress.stage, document.progress.percent, countsOf(document));
  }
  if (document.status === 'failed')
    throw new AskFailure(`${nameOf(added)}: ${document.error?.detail ?? 'it could not be read.'}`);
  return document;
}

/** A server may count what we do not know the name of. */
function countsOf({ progress: { done, total, unit } }: Document): string | undefined {
  if (done === null || total === null || unit === null) return undefined;
  return `${done} of ${total} ${unit === 'chunks' ? 'passages' : printable(unit)}`;
}

const nameOf = (document: Document | AddedDocument): string => printable(document.filename);

/** A document that came here by another way has no scope yet. */
async function scopeOf(knowledge: KnowledgeClient, document: Document): Promise<unknown> {
  const known = document.metadata[scopeKey];
  if (typeof known === 'string') return { type: 'eq', key: scopeKey, value: known };
  const value = randomUUID();
  await knowledge.changeMetadata(document.id, { [scopeKey]: value });
  return { type: 'eq', key: scopeKey, value };
}

async function printAnswer(
  chat: ChatClient,
  conversationId: string,
  question: Question,
  session: AskSession,
): Promise<Message> {
  const progress = new ProgressLine(session.err);
  return progress.around(() => followAnswer(chat, conversationId, question, session, progress));
}

async function followAnswer(
  chat: ChatClient,
  conversationId: string,
  question: Question,
  { out, err, signal, onAnswering }: AskSession,
  progress: ProgressLine,
): Promise<Message> {
  progress.show('searching', null);
  for await (const event of chat.ask(conversationId, question, signal)) {
    switch (event.type) {
      case 'message.started':
        onAnswering(async () => {
          await chat.cancel(event.data.message.id);
        });
        break;
      case 'message.retrieved':
        progress.show('answering', null);
        break;
      case 'message.delta':
        progress.clear();
        out.write(printable(event.data.text));
        break;
      case 'message.citation':
        break;
      case 'message.restarted':
        err.write('\n(The answer starts over.)\n');
        break;
      case 'message.completed':
      case 'message.cancelled':
      case 'message.failed':
        progress.clear();
        out.write('\n');
        return event.data.message;
    }
  }
  throw new AskFailure('The server ended the answer without saying how.');
}

function printCitations(citations: Citation[], out: Output): void {
  if (citations.length === 0) return;
  out.write('\n');
  for (const { index, documentTitle, page, quote } of citations.toSorted((a, b) => a.index - b.index)) {
    const where = [documentTitle ?? 'deleted document', ...(page === null ? [] : [`p. ${page}`])].join(', ');
    const words = quote === null ? '' : `: “${quote.replace(/\s+/g, ' ').trim()}”`;
    out.write(`[${index}] ${printable(where)}${printable(words)}\n`);
  }
}
