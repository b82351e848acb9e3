import { TranscriptSource, type Turn } from '../../src/summary/application/transcript-source.port.js';
import { AppError } from '../../src/shared/app-error.js';
import { newId } from '../../src/shared/ids.js';

interface Node {
  turn: Turn;
  parentId: string | null;
}

/** Conversations as trees of finished messages; the last one said is the active leaf. */
export class InMemoryTranscript extends TranscriptSource {
  private readonly conversations = new Map<
    string,
    { ownerId: string; nodes: Map<string, Node>; active: string | null }
  >();

  start(ownerId: string): string {
    const id = newId();
    this.conversations.set(id, { ownerId, nodes: new Map(), active: null });
    return id;
  }

  /** @returns the new message's id. */
  say(conversationId: string, role: Turn['role'], content: string, parentId?: string | null): string {
    const conversation = this.conversations.get(conversationId)!;
    const turn: Turn = { messageId: newId(), role, content, name: null, createdAt: new Date() };
    const parent = parentId === undefined ? conversation.active : parentId;
    conversation.nodes.set(turn.messageId, { turn, parentId: parent });
    conversation.active = turn.messageId;
    return turn.messageId;
  }

  /** Removes the message; the active leaf moves to its parent. */
  remove(conversationId: string, messageId: string): void {
    const conversation = this.conversations.get(conversationId)!;
    conversation.active = conversation.nodes.get(messageId)!.parentId;
    conversation.nodes.delete(messageId);
  }

  async path(
    ownerId: string,
    conversationId: string,
    leafId: string | null,
  ): Promise<{ leafId: string | null; turns: Turn[] }> {
    const conversation = this.conversations.get(conversationId);
    if (conversation?.ownerId !== ownerId) throw notFound('chat.conversation-not-found');
    const leaf = leafId ?? conversation.active;
    if (leaf !== null && !conversation.nodes.has(leaf)) throw notFound('chat.message-not-found');
    const turns: Turn[] = [];
    for (let at = leaf; at !== null; at = conversation.nodes.get(at)!.parentId) {
      turns.unshift(conversation.nodes.get(at)!.turn);
    }
    return { leafId: leaf, turns };
  }

  async tail(
    ownerId: string,
    leafId: string,
    { messageIds, upTo }: { messageIds: string[]; upTo: string | null },
  ): Promise<Turn[]> {
    const found = [...this.conversations].find(([, { nodes }]) => nodes.has(leafId));
    if (!found) return [];
    const { turns } = await this.path(ownerId, found[0], leafId);
    const isStop = ({ messageId }: Turn): boolean =>
      messageIds.includes(messageId) || (upTo !== null && messageId <= upTo);
    return turns.slice(turns.findLastIndex(isStop) + 1);
  }
}

const notFound = (code: string): AppError =>
  new AppError({ code, kind: 'not-found', message: 'There is no such thing.' });
