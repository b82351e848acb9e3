import { recalledLines } from './recalled-lines.js';

const turn = (
  id: string,
  role: 'user' | 'assistant',
  content: string,
  at: string,
  name: string | null = null,
) => ({
  id,
  role,
  name,
  content,
  createdAt: new Date(at),
});

describe('recalledLines', () => {
  it('keeps dates and speakers, in the order of the conversation', () => {
    const turns = [
      turn('3', 'user', 'I ran 5 km.', '2026-03-02T09:00:00Z', 'Mina'),
      turn('1', 'user', 'Hello', '2026-03-01T09:00:00Z'),
      turn('2', 'assistant', 'Hi', '2026-03-01T09:00:05Z'),
    ];
    expect(recalledLines(turns, 'en')).toBe(
      '[2026-03-01]\nUser: Hello\nAssistant: Hi\n[2026-03-02]\nMina: I ran 5 km.',
    );
    expect(recalledLines(turns.slice(1, 2), 'ko')).toBe('[2026-03-01]\n사용자: Hello');
  });
});
