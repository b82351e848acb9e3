import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportedMessage } from '../src/chat/application/import-history.service.js';

export interface MemoryQuestion {
  text: string;
  category: string;
  /** Indexes of the turns that the answer rests on. */
  evidence: number[];
}

export interface MemoryConversation {
  name: string;
  /** What may be learned from, and what only confirms it. */
  split: 'tuned on' | 'confirmed on';
  turns: ImportedMessage[];
  questions: MemoryQuestion[];
}

/** LoCoMo (Maharana et al. 2024); category 5 asks for what was never said. */
const categories: Record<number, string> = {
  1: 'several places',
  2: 'time',
  3: 'with knowledge of the world',
  4: 'one place',
};
const tunedOn = 3;
const locomoFile = 'locomo/locomo-first5.json';

interface LocomoTurn {
  speaker: string;
  dia_id: string;
  text: string;
  blip_caption?: string;
}

interface Locomo {
  sample_id: string;
  conversation: Record<string, string | LocomoTurn[]>;
  qa: { question: string; category: number; evidence: string[] }[];
}

/** Empty, and says so, where `EVAL_DATA` does not have it. */
export function locomoConversations(folder: string): MemoryConversation[] {
  const path = join(folder, locomoFile);
  if (!existsSync(path)) {
    console.log(`Skipped LoCoMo: ${path} is not there.`);
    return [];
  }
  const samples = JSON.parse(readFileSync(path, 'utf8')) as Locomo[];
  return samples.map((sample, at) => readLocomo(sample, at < tunedOn ? 'tuned on' : 'confirmed on'));
}

const minute = 60_000;

function readLocomo(sample: Locomo, split: MemoryConversation['split']): MemoryConversation {
  const { conversation } = sample;
  const turns: ImportedMessage[] = [];
  const indexes = new Map<string, number>();
  const sessions = Object.keys(conversation)
    .filter((key) => /^session_\d+$/.test(key))
    .toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8)));
  for (const session of sessions) {
    const start = readTime(conversation[`${session}_date_time`] as string);
    for (const [at, turn] of (conversation[session] as LocomoTurn[]).entries()) {
      indexes.set(turn.dia_id, turns.length);
      turns.push({
        role: turn.speaker === conversation.speaker_a ? 'user' : 'assistant',
        name: turn.speaker,
        content: turn.blip_caption ? `${turn.text} [shares a photo: ${turn.blip_caption}]` : turn.text,
        createdAt: new Date(start + at * minute),
      });
    }
  }
  const questions = sample.qa.flatMap(({ question, category, evidence }) => {
    const name = categories[category];
    const found = evidence.flatMap((ids) => ids.split(/[;,\s]+/)).flatMap((id) => indexes.get(id) ?? []);
    return name && found.length > 0
      ? [{ text: question, category: name, evidence: [...new Set(found)] }]
      : [];
  });
  return { name: sample.sample_id, split, turns, questions };
}

/** `1:56 pm on 8 May, 2023` */
function readTime(text: string): number {
  const match = /^(\d{1,2}):(\d{2}) (am|pm) on (\d{1,2}) (\w+), (\d{4})$/.exec(text);
  if (!match) throw new Error(`No time that this reads: ${text}`);
  const [, hour, minutes, half, day, month, year] = match;
  const hours = (Number(hour) % 12) + (half === 'pm' ? 12 : 0);
  return Date.parse(`${day} ${month} ${year} ${hours}:${minutes} UTC`);
}
