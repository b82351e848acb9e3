import { IsBoolean, IsOptional, IsString, IsUrl, Matches, MaxLength } from 'class-validator';
import { FromEnv } from './from-env.js';
import type { WithRequirements } from './section.js';

const httpAddress = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };
/** A request is signed for the host alone, so an address cannot have a path; keys have settings of their own. */
const originOnly = /^https?:\/\/[^/?#@]+\/?$/i;
const bucketName = /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The object store of the services profile: MinIO or any other server that speaks S3. */
export class S3Config implements WithRequirements {
  @FromEnv(
    'S3_ENDPOINT',
    'Address of the S3 server, e.g. http://minio:9000 or https://s3.eu-central-1.amazonaws.com. Needed when DATABASE_URL is set.',
  )
  @IsOptional()
  @IsUrl(httpAddress)
  @Matches(originOnly, { message: 'S3_ENDPOINT must be http(s)://host[:port], without a path' })
  endpoint?: string;

  @FromEnv('S3_REGION', 'Region that requests are signed for; servers of your own mostly take any.')
  @IsString()
  @Matches(/^[A-Za-z0-9-]{1,64}$/, { message: 'S3_REGION must be a name such as us-east-1' })
  region = 'us-east-1';

  @FromEnv('S3_ACCESS_KEY', 'Access key id of a user that may read, write, list and delete in the bucket.')
  @IsOptional()
  @IsString()
  @MaxLength(200)
  accessKey?: string;

  @FromEnv('S3_SECRET_KEY', 'Secret key of that user.', { secret: true })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  secretKey?: string;

  @FromEnv(
    'S3_BUCKET',
    'Bucket for the uploaded files and their texts. Made, private, when missing; nothing else should lie in it.',
  )
  @Matches(bucketName, {
    message: 'S3_BUCKET must be 3 to 63 lower-case letters, digits, dots and hyphens, and no IP address',
  })
  bucket = 'protostar';

  @FromEnv(
    'S3_PRESIGN',
    'true: a download is redirected to a link into the store that expires after a minute. false: its bytes pass the API.',
  )
  @IsBoolean()
  presign = false;

  @FromEnv(
    'S3_PUBLIC_ENDPOINT',
    'Address under which browsers reach the S3 server, for those links. Unset: S3_ENDPOINT.',
  )
  @IsOptional()
  @IsUrl(httpAddress)
  @Matches(originOnly, { message: 'S3_PUBLIC_ENDPOINT must be http(s)://host[:port], without a path' })
  publicEndpoint?: string;

  @FromEnv(
    'S3_PATH_STYLE',
    'true: the bucket is named in the path (MinIO and most servers). false: in the host name, as AWS wants it.',
  )
  @IsBoolean()
  pathStyle = true;

  requirements(): string[] {
    if (this.endpoint === undefined)
      return this.presign
        ? [
            'S3_PRESIGN is true, but S3_ENDPOINT is missing: only an S3 server can be linked to. Set it, or unset S3_PRESIGN.',
          ]
        : [];
    const keys = { S3_ACCESS_KEY: this.accessKey, S3_SECRET_KEY: this.secretKey };
    return Object.entries(keys)
      .filter(([, key]) => key === undefined)
      .map(
        ([name]) => `S3_ENDPOINT is set, but ${name} is missing. Set it to the key of a user of that server.`,
      );
  }
}
