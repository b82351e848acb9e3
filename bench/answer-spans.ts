import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PromptLanguage } from '../src/platform/models/prompt-library.port.js';
import { splitSentences } from '../src/shared/sentences.js';

/** A question whose answer stands word for word in its passage. */
export interface AnsweredQuestion {
  question: string;
  answer: string;
  /** The sentence of the passage that holds the answer. */
  sentence: string;
  passage: number;
}

/** Passages of one language with the questions asked about them. */
export interface SpanSet {
  name: string;
  language: PromptLanguage;
  /** `article`: passages of the same one are of the same subject. */
  passages: { text: string; article: number }[];
  questions: AnsweredQuestion[];
}

const files: { name: string; file: string; language: PromptLanguage }[] = [
  { name: 'korquad1-dev', file: 'KorQuAD_v1.0_dev.json', language: 'ko' },
  { name: 'xquad-en', file: 'xquad.en.json', language: 'en' },
];

interface Squad {
  data: {
    paragraphs: {
      context: string;
      qas: { question: string; answers: { text: string; answer_start: number }[] }[];
    }[];
  }[];
}

/** The sets with answer spans that are in the folder of `EVAL_DATA`. */
export function readSpanSets(folder: string): SpanSet[] {
  return files.flatMap(({ name, file, language }) => {
    const path = join(folder, name, file);
    if (existsSync(path)) return [readSpans(name, language, JSON.parse(readFileSync(path, 'utf8')) as Squad)];
    console.log(`Skipped ${name}: ${path} is not there.`);
    return [];
  });
}

function readSpans(name: string, language: PromptLanguage, { data }: Squad): SpanSet {
  const set: SpanSet = { name, language, passages: [], questions: [] };
  data.forEach(({ paragraphs }, article) => {
    for (const { context, qas } of paragraphs) {
      const passage = set.passages.push({ text: context, article }) - 1;
      const sentences = splitSentences(context);
      for (const { question, answers } of qas) {
        const answer = answers[0];
        const range = sentences.find(
          ({ start, end }) =>
            answer && start <= answer.answer_start && answer.answer_start + answer.text.length <= end,
        );
        if (!answer || !range) continue;
        const sentence = context.slice(range.start, range.end);
        set.questions.push({ question: question.trim(), answer: answer.text, sentence, passage });
      }
    }
  });
  return set;
}
