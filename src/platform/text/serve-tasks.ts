import { parentPort } from 'node:worker_threads';

/** The thread's side of `WorkerPool`: answers each message with what `handle` makes of it. */
export const serveTasks = <Request, Response>(
  handle: (request: Request) => Response,
  transfer: (response: Response) => ArrayBuffer[] = () => [],
): void => {
  parentPort?.on('message', (request: Request) => {
    try {
      const response = handle(request);
      parentPort?.postMessage({ ok: true, response }, transfer(response));
    } catch (error) {
      parentPort?.postMessage({ ok: false, message: error instanceof Error ? error.message : String(error) });
    }
  });
};
