interface SpokenTurn {
  id: string;
  role: 'user' | 'assistant';
  name: string | null;
  content: string;
  createdAt: Date;
}

const labels = {
  ko: { user: '사용자', assistant: '도우미' },
  en: { user: 'User', assistant: 'Assistant' },
} as const;

/** Turns as lines with their speakers, in the order of the conversation (ids rise along a path), under their dates. */
export function recalledLines(turns: SpokenTurn[], language: 'ko' | 'en'): string {
  const lines: string[] = [];
  let lastDate = '';
  for (const turn of turns.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const date = turn.createdAt.toISOString().slice(0, 10);
    if (date !== lastDate) lines.push(`[${date}]`);
    lastDate = date;
    lines.push(`${turn.name || labels[language][turn.role]}: ${turn.content}`);
  }
  return lines.join('\n');
}
