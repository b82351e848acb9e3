import { sentencesOf } from '../../../test/configuration-sentences.js';
import { loadConfiguration } from './load-configuration.js';
import { S3Config } from './s3.config.js';

const load = (env: Record<string, string>): S3Config =>
  loadConfiguration([S3Config], env, '/nonexistent/.env').get(S3Config);

const keys = { S3_ACCESS_KEY: 'key', S3_SECRET_KEY: 'secret' };

describe('S3Config', () => {
  it('needs nothing as long as there is no server', () => {
    expect(load({})).toMatchObject({
      region: 'us-east-1',
      bucket: 'protostar',
      presign: false,
      pathStyle: true,
    });
    expect(load({}).endpoint).toBeUndefined();
  });

  it.each([
    'http://minio:9000',
    'http://127.0.0.1:8080/',
    'http://[::1]:8080',
    'https://s3.eu-central-1.amazonaws.com',
  ])('takes %s', (endpoint) => {
    expect(load({ ...keys, S3_ENDPOINT: endpoint, S3_PUBLIC_ENDPOINT: endpoint })).toMatchObject({
      endpoint,
      publicEndpoint: endpoint,
    });
  });

  it.each([
    [{ S3_ENDPOINT: 'minio:9000' }, 'S3_ENDPOINT'],
    [{ S3_ENDPOINT: 'http://minio:9000/bucket' }, 'S3_ENDPOINT'],
    [{ S3_ENDPOINT: 'http://key:secret@minio:9000' }, 'S3_ENDPOINT'],
    [{ S3_PUBLIC_ENDPOINT: 'https://files.example.com/s3' }, 'S3_PUBLIC_ENDPOINT'],
    [{ S3_BUCKET: 'Protostar' }, 'S3_BUCKET'],
    [{ S3_BUCKET: 'a..b' }, 'S3_BUCKET'],
    [{ S3_BUCKET: '10.0.0.1' }, 'S3_BUCKET'],
    [{ S3_REGION: 'eu central' }, 'S3_REGION'],
    [{ S3_PRESIGN: 'yes' }, 'S3_PRESIGN'],
  ])('refuses %j', (env, name) => {
    const sentences = sentencesOf(() => load({ ...keys, ...env }));
    expect(sentences).toEqual([expect.stringMatching(new RegExp(`^${name} is .*must be`))]);
  });

  it('names what a server lacks', () => {
    const endpoint = { S3_ENDPOINT: 'http://minio:9000' };
    expect(sentencesOf(() => load({ ...endpoint, ...keys }))).toEqual([]);
    expect(sentencesOf(() => load(endpoint))).toEqual([
      expect.stringMatching(/^S3_ENDPOINT is set, but S3_ACCESS_KEY is missing/),
      expect.stringMatching(/^S3_ENDPOINT is set, but S3_SECRET_KEY is missing/),
    ]);
    expect(sentencesOf(() => load({ S3_PRESIGN: 'true' }))).toEqual([
      expect.stringMatching(/^S3_PRESIGN is true, but S3_ENDPOINT is missing/),
    ]);
  });

  it('does not repeat the secret', () => {
    const secret = 's'.repeat(1_001);
    const [sentence] = sentencesOf(() => load({ S3_ACCESS_KEY: 'key', S3_SECRET_KEY: secret }));
    expect(sentence).toContain('S3_SECRET_KEY is (hidden)');
    expect(sentence).not.toContain(secret);
  });
});
