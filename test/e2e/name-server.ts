import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

const headerBytes = 12;
const typeA = 1;

/**
 * Answers questions for addresses (RFC 1035) as Docker's name server does: with every replica's. Over UDP, and over TCP,
 * which a resolver uses where the machine's resolv.conf says so.
 */
export class NameServer {
  private readonly datagrams = createSocket('udp4');
  private readonly streams = createServer((socket) => this.converse(socket));
  private readonly names = new Map<string, string[]>();

  get address(): string {
    return `127.0.0.1:${(this.streams.address() as AddressInfo).port}`;
  }

  set(name: string, addresses: string[]): void {
    this.names.set(name, addresses);
  }

  async start(): Promise<void> {
    this.streams.listen(0, '127.0.0.1');
    await once(this.streams, 'listening');
    this.datagrams.on('message', (question, { port, address }) =>
      this.datagrams.send(this.answer(question), port, address),
    );
    this.datagrams.bind((this.streams.address() as AddressInfo).port, '127.0.0.1');
    await once(this.datagrams, 'listening');
  }

  stop(): void {
    this.datagrams.close();
    this.streams.close();
  }

  /** Every message after its length in two bytes. */
  private converse(socket: Socket): void {
    let read = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (part: Buffer) => {
      read = Buffer.concat([read, part]);
      while (read.length >= 2 && read.length >= 2 + read.readUInt16BE(0)) {
        const end = 2 + read.readUInt16BE(0);
        const answer = this.answer(read.subarray(2, end));
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
        read = read.subarray(end);
      }
    });
  }

  private answer(question: Buffer): Buffer {
    const { name, end, type } = readQuestion(question);
    const known = this.names.get(name);
    const addresses = type === typeA ? (known ?? []) : [];
    const header = Buffer.from(question.subarray(0, headerBytes));
    // An answer, recursion available; 3: there is no such name.
    header.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    header.writeUInt32BE(0, 8);
    const records = addresses.map((address) =>
      // Name (as in the question), type A, class IN, 0 seconds, 4 bytes.
      Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
    );
    return Buffer.concat([header, question.subarray(headerBytes, end), ...records]);
  }
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}
