import { createServer, type Server, type ServerResponse } from 'node:http';
import type { MergedMetrics } from './merged-metrics.js';
import type { Readiness } from './readiness.js';

/** Health and metrics of a worker process, which has no controllers. Only GET, only three paths. */
export class WorkerHealthServer {
  private readonly server: Server;

  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: MergedMetrics,
  ) {
    this.server = createServer((request, response) => {
      const path = request.method === 'GET' ? (request.url ?? '').split('?', 1)[0] : '';
      this.answer(path ?? '', response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** @returns the port, which differs from the wanted one when that is 0. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private async answer(path: string, response: ServerResponse): Promise<void> {
    if (path === '/health/live') return json(response, 200, { status: 'ok' });
    if (path === '/health/ready') {
      const report = await this.readiness.report();
      return json(response, report.status === 'unavailable' ? 503 : 200, report);
    }
    if (path === '/metrics') {
      const text = await this.metrics.text();
      response.writeHead(200, { 'content-type': this.metrics.contentType }).end(text);
      return undefined;
    }
    return json(response, 404, { status: 'not-found' });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
