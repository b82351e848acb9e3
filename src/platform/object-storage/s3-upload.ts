import { once } from 'node:events';
import type { Client } from 'minio';
import { PartBuffer } from './part-buffer.js';
import type { S3Bucket } from './s3-bucket.js';

const partBytes = 8 * 1024 * 1024;
/** What a browser makes of a link without further headers: nothing. */
const objectHeaders = { 'content-type': 'application/octet-stream' };

/**
 * One object on its way in, of a length that only its end tells: in one request when it fits a part, else in parts
 * that become an object together. The client's own `putObject` is not used, as it continues the unfinished upload of
 * another writer of the same key and leaves its own behind when it fails.
 */
export class S3Upload {
  private readonly part: PartBuffer;
  private readonly etags: string[] = [];
  private uploadId: string | null = null;

  constructor(
    private readonly bucket: S3Bucket,
    private readonly key: string,
  ) {
    this.part = new PartBuffer(partBytes, bucket.signsBodies);
  }

  async write(bytes: Buffer): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      if (this.part.isFull) await this.sendPart();
      rest = rest.subarray(this.part.take(rest));
    }
  }

  /** The object is there afterwards. When the server's answer is lost it may be there all the same: whole. */
  async finish(): Promise<void> {
    if (this.uploadId === null) {
      await this.send('');
      return;
    }
    await this.sendPart();
    const { uploadId } = this;
    const parts = this.etags.map((etag, index) => ({ part: index + 1, etag }));
    await this.bucket.transfer('complete upload', (client) =>
      client.completeMultipartUpload(this.bucket.name, this.key, uploadId, parts),
    );
  }

  /** Takes away the parts that were sent. */
  async abandon(): Promise<void> {
    const { uploadId } = this;
    if (uploadId === null) return;
    await this.bucket.call('abort upload', (client) =>
      client.abortMultipartUpload(this.bucket.name, this.key, uploadId),
    );
  }

  private async sendPart(): Promise<void> {
    this.uploadId ??= await this.bucket.call('begin upload', (client) =>
      client.initiateNewMultipartUpload(this.bucket.name, this.key, { ...objectHeaders }),
    );
    const number = this.etags.length + 1;
    this.etags.push(await this.send(`partNumber=${number}&uploadId=${encodeURIComponent(this.uploadId)}`));
    this.part.clear();
  }

  /** @returns the entity tag without its quotes. */
  private send(query: string): Promise<string> {
    const sha256 = this.part.sha256();
    return this.bucket.transfer('put', async (client) => {
      const response = await this.request(client, query, sha256);
      response.resume();
      await once(response, 'end');
      return String(response.headers.etag).replaceAll('"', '');
    });
  }

  /** Below what the client calls public, where a hash can be handed in. */
  private request(client: Client, query: string, sha256: string): ReturnType<Client['makeRequestAsync']> {
    const headers = {
      'content-length': String(this.part.length),
      ...(query === '' ? objectHeaders : {}),
    };
    const options = { method: 'PUT', bucketName: this.bucket.name, objectName: this.key, query, headers };
    return client.makeRequestStreamAsync(options, this.part.bytes, sha256, [200], '');
  }
}
