import { once } from 'node:events';
import { createServer } from 'node:net';

/** Binds the address and lets it go. @throws EADDRINUSE, EACCES, EADDRNOTAVAIL. */
export async function assertPortFree(port: number, host: string): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
