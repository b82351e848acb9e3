import { oneLine } from './text-builder.js';

/** Titles that programs write by themselves. */
const useless =
  /^(?:untitled|microsoft word - |제목 없음|(?:document|presentation|slide|book)\s?\d*$|powerpoint (?:presentation|프레젠테이션)$|.*\.(?:docx?|hwpx?|pdf|pptx?|xlsx?|od[tps]|rtf|tex|dvi)$)/i;

/** The title that a file's properties state; null when none was given by a person. */
export const statedTitle = (raw: string | null): string | null => {
  const title = oneLine(raw ?? '');
  return title === '' || useless.test(title) ? null : title;
};
