import { fileURLToPath } from 'node:url';
import { runAsk } from '../client/ask/run-ask.js';
import { ClientConfig } from '../platform/config/client.config.js';
import { ConfigurationError } from '../platform/config/configuration.js';
import { loadConfiguration } from '../platform/config/load-configuration.js';
import { ServerConfig } from '../platform/config/server.config.js';

/** A server that listens on every address is reached on the loopback one. */
const reachable = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
};

try {
  const configuration = loadConfiguration([ServerConfig, ClientConfig]);
  const { host, port } = configuration.get(ServerConfig);
  const { url, token } = configuration.get(ClientConfig);
  process.exitCode = await runAsk(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    url: url ?? null,
    localUrl: `http://${reachable(host)}:${port}`,
    token: token ?? null,
    serverEntry: fileURLToPath(new URL('./standalone.js', import.meta.url)),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
    },
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.sentences.join('\n')}\n`);
  process.exitCode = 78;
}
