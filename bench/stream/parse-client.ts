import 'reflect-metadata';
import { BenchModel } from './model-client.js';
import { tokenLength } from './script.js';

/* A process of its own: the product's model client alone, which drops what it reads. */

process.on('disconnect', () => process.exit());

const model = new BenchModel(process.env.MODEL_URL!);
let characters = 0;

interface Asked {
  read?: string[];
  count?: true;
}

async function readAll(questions: string[]): Promise<void> {
  let begun = 0;
  await Promise.all(
    questions.map(async (question) => {
      let first = true;
      for await (const text of model.answer(question)) {
        characters += text.length;
        if (first && ++begun === questions.length) process.send!({ flowing: true });
        first = false;
      }
    }),
  );
  process.send!({ finished: [] });
}

process.on('message', ({ read, count }: Asked) => {
  if (count) process.send!({ tokens: characters / tokenLength });
  if (!read) return;
  characters = 0;
  void readAll(read);
});
process.send!({ url: '' });
