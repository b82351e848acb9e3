import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/* A process of its own: what the model says goes on as it is, with nothing kept and nothing known. */

process.on('disconnect', () => process.exit());

const { hostname, port } = new URL(process.env.MODEL_URL!);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

const server = createServer((incoming, response) => {
  const outgoing = request(
    { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers, agent },
    (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    },
  );
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
});
server.listen(0, '127.0.0.1', 4_096, () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
