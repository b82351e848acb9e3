import { parentPort } from 'node:worker_threads';
import { reducePage, type ReducedPage } from './reduce-page.js';

export type PageReply = { ok: true; page: ReducedPage } | { ok: false; message: string };

parentPort?.on('message', (html: string) => {
  let reply: PageReply;
  try {
    reply = { ok: true, page: reducePage(html) };
  } catch (error) {
    reply = { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply);
});
