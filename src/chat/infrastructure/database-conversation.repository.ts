import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Page, PageRequest } from '../../shared/page.js';
import { ConversationRepository, type ConversationChange } from '../application/conversation.repository.js';
import type { Conversation } from '../domain/conversation.js';
import { pageOfRows } from './page-of-rows.js';

const columns = `
  id, owner_id AS "ownerId", title, collection_ids AS "collectionIds", system_prompt AS "systemPrompt",
  active_message_id AS "activeMessageId", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** $1 owner, $2 conversation, $3 the columns that change, $4 their values as JSON. */
const updateConversation = `
  UPDATE conversation
  SET title = CASE WHEN 'title' = ANY ($3::text[]) THEN $4::jsonb ->> 'title' ELSE title END,
      system_prompt =
        CASE WHEN 'systemPrompt' = ANY ($3::text[]) THEN $4::jsonb ->> 'systemPrompt' ELSE system_prompt END,
      active_message_id = CASE WHEN 'activeMessageId' = ANY ($3::text[])
        THEN ($4::jsonb ->> 'activeMessageId')::uuid ELSE active_message_id END,
      collection_ids = CASE
        WHEN NOT 'collectionIds' = ANY ($3::text[]) THEN collection_ids
        WHEN jsonb_typeof($4::jsonb -> 'collectionIds') = 'array'
          THEN ARRAY(SELECT jsonb_array_elements_text($4::jsonb -> 'collectionIds')::uuid)
      END,
      updated_at = now()
  WHERE owner_id = $1 AND id = $2
  RETURNING ${columns}`;

@Injectable()
export class DatabaseConversationRepository extends ConversationRepository {
  constructor(private readonly database: Database) {
    super();
  }

  async insert(
    given: Pick<Conversation, 'id' | 'ownerId' | 'title' | 'collectionIds' | 'systemPrompt'>,
  ): Promise<Conversation> {
    const [conversation] = await this.database.query<Conversation>(
      `INSERT INTO conversation (id, owner_id, title, collection_ids, system_prompt)
       VALUES ($1, $2, $3, $4::uuid[], $5) RETURNING ${columns}`,
      [given.id, given.ownerId, given.title, given.collectionIds, given.systemPrompt],
    );
    return conversation!;
  }

  findById(ownerId: string, id: string): Promise<Conversation | undefined> {
    return this.find(ownerId, id, '');
  }

  /** NO KEY: a worker that finishes an answer inserts rows that reference the conversation meanwhile. */
  findForChange(ownerId: string, id: string): Promise<Conversation | undefined> {
    return this.find(ownerId, id, 'FOR NO KEY UPDATE');
  }

  async page(ownerId: string, { limit, afterId }: PageRequest): Promise<Page<Conversation>> {
    const rows = await this.database.query<Conversation>(
      `SELECT ${columns} FROM conversation WHERE owner_id = $1 AND ($2::uuid IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [ownerId, afterId ?? null, limit + 1],
    );
    return pageOfRows(rows, limit);
  }

  async update(ownerId: string, id: string, change: ConversationChange): Promise<Conversation> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    const [conversation] = await this.database.query<Conversation>(updateConversation, [
      ownerId,
      id,
      given.map(([field]) => field),
      JSON.stringify(Object.fromEntries(given)),
    ]);
    return conversation!;
  }

  async remove(ownerId: string, id: string): Promise<void> {
    await this.database.execute('DELETE FROM conversation WHERE owner_id = $1 AND id = $2', [ownerId, id]);
  }

  private async find(
    ownerId: string,
    id: string,
    lock: '' | 'FOR NO KEY UPDATE',
  ): Promise<Conversation | undefined> {
    const [conversation] = await this.database.query<Conversation>(
      `SELECT ${columns} FROM conversation WHERE owner_id = $1 AND id = $2 ${lock}`,
      [ownerId, id],
    );
    return conversation;
  }
}
