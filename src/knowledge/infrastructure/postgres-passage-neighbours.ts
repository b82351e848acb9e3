import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { PassageNeighbours, type NeighbourPassage } from '../application/passage-neighbours.port.js';
import { neighboursOfPassages } from './passage-neighbours.sql.js';

interface NeighbourRow {
  id: string;
  of_id: string;
  distance: number;
  text: string;
  page: number | null;
  char_start: number;
}

@Injectable()
export class PostgresPassageNeighbours extends PassageNeighbours {
  constructor(private readonly database: Database) {
    super();
  }

  async around(ownerId: string, passageIds: string[], radius: number): Promise<NeighbourPassage[]> {
    if (passageIds.length === 0 || radius === 0) return [];
    const rows = await this.database.query<NeighbourRow>(neighboursOfPassages, [ownerId, passageIds, radius]);
    return rows.map(({ id, of_id: ofId, distance, text, page, char_start: charStart }) => ({
      id,
      ofId,
      distance,
      text,
      page,
      charStart,
    }));
  }
}
