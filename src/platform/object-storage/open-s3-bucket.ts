import type { Client } from 'minio';
import type { S3Config } from '../config/s3.config.js';
import type { Logger } from '../logging/logger.port.js';
import { connectPatiently, StoreRefusedError } from '../stores/connect-patiently.js';
import { S3Bucket, type ReachableS3 } from './s3-bucket.js';
import { S3Failure } from './s3-failure.js';

const attemptMs = 10_000;

/** Refusals that no waiting will change, and the settings that explain them. */
const settingsBehind: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'S3_ACCESS_KEY',
  SignatureDoesNotMatch: 'S3_ACCESS_KEY and S3_SECRET_KEY',
  AccessDenied: 'S3_ACCESS_KEY, S3_SECRET_KEY and what that user may do with the bucket',
  RequestTimeTooSkewed: "this machine's clock",
  AuthorizationHeaderMalformed: 'S3_REGION',
  PermanentRedirect: 'S3_ENDPOINT and S3_REGION',
  BucketAlreadyExists: 'S3_BUCKET: the name belongs to somebody else',
};

/**
 * The bucket of the settings, tried until the server answers or `connectTimeoutMs` have passed, and made when it is
 * not there. Warns when strangers can read it.
 * @throws StoreRefusedError
 */
export async function openS3Bucket(
  config: S3Config,
  connectTimeoutMs: number,
  logger: Logger,
): Promise<S3Bucket> {
  assertReachable(config);
  const bucket = new S3Bucket(config);
  const store = { name: 'The S3 server', setting: 'S3_ENDPOINT', address: bucket.address };
  try {
    let readable = false;
    await connectPatiently(store, connectTimeoutMs, logger, async (leftMs) => {
      const limitMs = Math.min(leftMs, attemptMs);
      await makeIfMissing(bucket, config.region, limitMs, logger);
      readable = await isPublic(bucket, limitMs);
    });
    if (readable)
      logger.warn('object-store.bucket-is-public', {
        bucket: bucket.name,
        address: bucket.address,
        advice: 'Anybody who reaches the server can read every file: remove the policy that allows it.',
      });
    logger.info('object-store.opened', { bucket: bucket.name, address: bucket.address });
    return bucket;
  } catch (error) {
    await bucket.close();
    throw error;
  }
}

function assertReachable(config: S3Config): asserts config is S3Config & ReachableS3 {
  const { endpoint, accessKey, secretKey } = config;
  if (endpoint === undefined || accessKey === undefined || secretKey === undefined)
    throw new StoreRefusedError('S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY must be set together.');
}

async function makeIfMissing(
  bucket: S3Bucket,
  region: string,
  limitMs: number,
  logger: Logger,
): Promise<void> {
  try {
    await bucket.once('open', limitMs, firstObject(bucket));
  } catch (error) {
    if (codeOf(error) !== 'NoSuchBucket') throw refusalOf(error, bucket);
    await make(bucket, region, limitMs);
    logger.info('object-store.bucket-made', { bucket: bucket.name, address: bucket.address });
  }
}

async function make(bucket: S3Bucket, region: string, limitMs: number): Promise<void> {
  try {
    await bucket.once('make bucket', limitMs, (client) => client.makeBucket(bucket.name, region));
  } catch (error) {
    if (!(await wasJustMade(error, bucket, limitMs))) throw refusalOf(error, bucket);
  }
}

/** Another process of the same start was faster; some servers then say what they say of a stranger's bucket. */
async function wasJustMade(error: unknown, bucket: S3Bucket, limitMs: number): Promise<boolean> {
  if (codeOf(error) === 'BucketAlreadyOwnedByYou') return true;
  if (codeOf(error) !== 'BucketAlreadyExists') return false;
  return bucket.once('open', limitMs, firstObject(bucket)).then(yes, no);
}

/** Some servers let strangers list, others let them read what they can name. */
async function isPublic(bucket: S3Bucket, limitMs: number): Promise<boolean> {
  const key = await bucket.once('open', limitMs, firstObject(bucket));
  const open = await bucket.onceAsStranger('list', limitMs, firstObject(bucket)).then(yes, no);
  if (open || key === undefined) return open;
  return bucket
    .onceAsStranger('stat', limitMs, (client) => client.statObject(bucket.name, key))
    .then(yes, no);
}

const yes = (): boolean => true;
const no = (): boolean => false;

const firstObject =
  (bucket: S3Bucket) =>
  async (client: Client): Promise<string | undefined> => {
    const { objects } = await client.listObjectsV2Query(bucket.name, '', '', '', 1, '');
    return objects[0]?.name;
  };

const codeOf = (error: unknown): string | undefined => (error instanceof S3Failure ? error.code : undefined);

function refusalOf(error: unknown, bucket: S3Bucket): unknown {
  const code = codeOf(error);
  const behind = code === undefined ? undefined : settingsBehind[code];
  if (behind === undefined) return error;
  return new StoreRefusedError(
    `The S3 server at ${bucket.address} (S3_ENDPOINT) refuses the bucket "${bucket.name}" (${code}). Check ${behind}.`,
    { cause: error },
  );
}
