import { parentPort } from 'node:worker_threads';

/** The thread's side of `WorkerPool`: answers each message with what `handle` makes of it. */
export const serveTasks = <Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
  transfer: (response: Response) => ArrayBuffer[] = () => [],
): void => {
  const answer = async (request: Request): Promise<void> => {
    try {
      const response = await handle(request);
      parentPort?.postMessage({ ok: true, response }, transfer(response));
    } catch (error) {
      parentPort?.postMessage({ ok: false, message: error instanceof Error ? error.message : String(error) });
    }
  };
  parentPort?.on('message', (request: Request) => void answer(request));
};
