// node docker/healthcheck.mjs [live|ready]: exit code 0 when the process in this container answers that it is.
// A worker answers on HEALTH_PORT, the API on PORT. `live` asks the process alone; `ready` also what it depends on,
// and must not be what restarts a container: a restart does not bring a lost database back.
import { env } from 'node:process';

const [, , question = 'live'] = process.argv;
const port = env.HEALTH_PORT || env.PORT || '3000';
const everyAddress = ['', '0.0.0.0', '::'];
const host = everyAddress.includes(env.HOST ?? '') ? '127.0.0.1' : env.HOST;
const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/health/${question}`;

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  const text = await response.text();
  process.stdout.write(`${response.status} ${text.slice(0, 1_000)}\n`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${url}: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
