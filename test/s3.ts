import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Client } from 'minio';
import { S3Config } from '../src/platform/config/s3.config.js';
import { openS3Bucket } from '../src/platform/object-storage/open-s3-bucket.js';
import type { S3Bucket } from '../src/platform/object-storage/s3-bucket.js';
import { SilentLogger } from './fakes/silent-logger.js';

const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } = process.env;

const isThere = Boolean(endpoint && accessKey && secretKey);

/** Runs on the server that `S3_ENDPOINT`, `S3_ACCESS_KEY` and `S3_SECRET_KEY` name; skipped, and seen to be, without. */
export function describeOnS3(name: string, tests: () => void): void {
  if (isThere) describe(name, tests);
  else
    describe.skip(`${name}: skipped, as S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY are not set`, () => {
      it('needs an S3 server', () => undefined);
    });
}

export const s3Config = (settings: Partial<S3Config> = {}): S3Config =>
  Object.assign(new S3Config(), {
    endpoint,
    accessKey,
    secretKey,
    bucket: `protostar-test-${randomBytes(6).toString('hex')}`,
    ...settings,
  });

/** A bucket of the test's own, with the plain client as the second pair of eyes. */
export class TestBucket {
  readonly client: Client;

  private constructor(
    readonly config: S3Config,
    readonly bucket: S3Bucket,
    readonly logger: SilentLogger,
  ) {
    const { hostname, port, protocol } = new URL(config.endpoint!);
    this.client = new Client({
      endPoint: hostname,
      port: Number(port) || undefined,
      useSSL: protocol === 'https:',
      accessKey: config.accessKey,
      secretKey: config.secretKey,
      region: config.region,
    });
  }

  static async open(settings: Partial<S3Config> = {}): Promise<TestBucket> {
    const config = s3Config(settings);
    const logger = new SilentLogger();
    return new TestBucket(config, await openS3Bucket(config, 10_000, logger), logger);
  }

  /** The same bucket by other settings. */
  configWith(settings: Partial<S3Config>): S3Config {
    return Object.assign(new S3Config(), this.config, settings);
  }

  get name(): string {
    return this.config.bucket;
  }

  /** Keys of what was begun in parts and neither completed nor aborted. */
  async unfinished(): Promise<string[]> {
    return (await this.uploads()).map(({ key }) => key);
  }

  async empty(): Promise<void> {
    const keys: string[] = [];
    for await (const { name } of this.client.listObjectsV2(this.name, '', true)) keys.push(name as string);
    while (keys.length > 0)
      await Promise.all(keys.splice(0, 16).map((key) => this.client.removeObject(this.name, key)));
    for (const { key, uploadId } of await this.uploads())
      await this.client.abortMultipartUpload(this.name, key, uploadId);
  }

  async remove(): Promise<void> {
    await this.bucket.close();
    await this.empty();
    await this.client.removeBucket(this.name);
  }

  /** The client's own listing sends an empty delimiter, which Swift takes for one that every key begins with. */
  private async uploads(): Promise<{ key: string; uploadId: string }[]> {
    const list = { method: 'GET', bucketName: this.name, query: 'uploads' };
    const xml = await text(await this.client.makeRequestAsync(list));
    return [...xml.matchAll(/<Key>(.*?)<\/Key><UploadId>(.*?)<\/UploadId>/g)].map(
      ([, key = '', uploadId = '']) => ({ key, uploadId }),
    );
  }
}
