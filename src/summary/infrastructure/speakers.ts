import { languageOf } from '../../shared/language.js';
import type { Turn } from '../application/transcript-source.port.js';

const labels = {
  ko: { user: '사용자', assistant: '도우미' },
  en: { user: 'User', assistant: 'Assistant' },
} as const;

/** How lines of a summary name who spoke; an imported name is kept, on one line and without a colon. */
export const speakerOf = (turn: Turn, language: 'ko' | 'en'): string => {
  const name = turn.name
    ?.replace(/[\s:]+/g, ' ')
    .trim()
    .slice(0, 60);
  return name || labels[language][turn.role];
};

export const languageOfTurns = (turns: Turn[]): 'ko' | 'en' =>
  languageOf(turns.map(({ content }) => content.slice(0, 400)).join('\n'));
