import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { sentencesOf } from '../../../test/configuration-sentences.js';
import { AuthConfig } from './auth.config.js';
import { FromEnv } from './from-env.js';
import { loadConfiguration } from './load-configuration.js';
import type { ReadSections } from './section.js';
import { ServerConfig } from './server.config.js';

class SampleConfig {
  @FromEnv('SAMPLE_LIMIT', 'How many, 1 to 10.')
  @IsInt()
  @Min(1)
  @Max(10)
  limit: number = 5;

  @FromEnv('SAMPLE_ON', 'true or false.')
  on: boolean = false;

  @FromEnv('SAMPLE_NAMES', 'Comma-separated.')
  names: string[] = ['a'];

  @FromEnv('SAMPLE_SECRET', 'A secret.', { secret: true })
  @IsOptional()
  @IsString()
  secret?: string;

  @FromEnv('SAMPLE_COUNT', 'A number without a default.')
  @IsOptional()
  @IsInt()
  count?: number;

  requirements(_read: ReadSections): string[] {
    return this.on && !this.secret ? ['SAMPLE_ON=true needs SAMPLE_SECRET.'] : [];
  }
}

class RequiredConfig {
  @FromEnv('SAMPLE_REQUIRED', 'Must be given.')
  @IsString()
  required: string;
}

const noFile = '/nonexistent/.env';

function envFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'protostar-env-')), '.env');
  writeFileSync(path, text);
  return path;
}

describe('loadConfiguration', () => {
  it('keeps defaults and reads text as the type of the property', () => {
    const env = {
      SAMPLE_LIMIT: '7',
      SAMPLE_ON: 'true',
      SAMPLE_NAMES: 'x, y,x',
      SAMPLE_SECRET: 's',
      SAMPLE_COUNT: '3',
    };
    const sample = loadConfiguration([SampleConfig], env, noFile).get(SampleConfig);
    expect(sample).toEqual({ limit: 7, on: true, names: ['x', 'y'], secret: 's', count: 3 });
    expect(loadConfiguration([SampleConfig], {}, noFile).get(SampleConfig).limit).toBe(5);
  });

  it('freezes what it gives', () => {
    const sample = loadConfiguration([SampleConfig], {}, noFile).get(SampleConfig);
    expect(() => Object.assign(sample, { limit: 1 })).toThrow(TypeError);
    expect(() => sample.names.push('b')).toThrow(TypeError);
  });

  it('lets the process win over .env, and counts an empty variable as unset', () => {
    const file = envFile('SAMPLE_LIMIT=3\nSAMPLE_NAMES="p,q"\n');
    const sample = loadConfiguration([SampleConfig], { SAMPLE_LIMIT: '4', SAMPLE_NAMES: '' }, file).get(
      SampleConfig,
    );
    expect(sample).toMatchObject({ limit: 4, names: ['p', 'q'] });
  });

  it.each([
    ['SAMPLE_LIMIT', '11', 'SAMPLE_LIMIT is "11", but must not be greater than 10. How many, 1 to 10.'],
    [
      'SAMPLE_LIMIT',
      'ten',
      'SAMPLE_LIMIT is "ten", but must be a number in plain digits. How many, 1 to 10.',
    ],
    [
      'SAMPLE_LIMIT',
      '1e1',
      'SAMPLE_LIMIT is "1e1", but must be a number in plain digits. How many, 1 to 10.',
    ],
    ['SAMPLE_LIMIT', '1.5', 'SAMPLE_LIMIT is "1.5", but must be an integer number. How many, 1 to 10.'],
    ['SAMPLE_ON', 'yes', 'SAMPLE_ON is "yes", but must be true or false. true or false.'],
  ])('says what is wrong with %s=%s', (name, value, sentence) => {
    expect(sentencesOf(() => loadConfiguration([SampleConfig], { [name]: value }, noFile))).toEqual([
      sentence,
    ]);
  });

  it('names a variable that is missing', () => {
    expect(sentencesOf(() => loadConfiguration([RequiredConfig], {}, noFile))).toEqual([
      'SAMPLE_REQUIRED is not set, but must be a string. Must be given.',
    ]);
  });

  it('never shows a secret', () => {
    class SecretConfig {
      @FromEnv('SAMPLE_PIN', 'A secret number.', { secret: true })
      @IsInt()
      pin: number = 1;
    }
    const sentences = sentencesOf(() => loadConfiguration([SecretConfig], { SAMPLE_PIN: 'hush' }, noFile));
    expect(sentences).toEqual([
      'SAMPLE_PIN is (hidden), but must be a number in plain digits. A secret number.',
    ]);
  });

  it('refuses an unknown key in .env, with the name that was probably meant', () => {
    const file = envFile('SAMPLE_LIMTI=3\nWHATEVER_ELSE_THIS_IS=1\nSAMPLE_ON=maybe\n');
    expect(sentencesOf(() => loadConfiguration([SampleConfig], {}, file))).toEqual([
      'SAMPLE_LIMTI in .env is not a setting. Did you mean SAMPLE_LIMIT?',
      'WHATEVER_ELSE_THIS_IS in .env is not a setting. .env.example lists every setting.',
      'SAMPLE_ON is "maybe", but must be true or false. true or false.',
    ]);
  });

  it('states what one setting demands of another', () => {
    expect(sentencesOf(() => loadConfiguration([SampleConfig], { SAMPLE_ON: 'true' }, noFile))).toEqual([
      'SAMPLE_ON=true needs SAMPLE_SECRET.',
    ]);
  });
});

describe('the loopback rule', () => {
  const load = (env: Record<string, string>) => () =>
    loadConfiguration([ServerConfig, AuthConfig], env, noFile);

  it.each(['0.0.0.0', '192.168.1.5', '::', 'example.com', '127.0.0.1.example.com', '[::]'])(
    'refuses AUTH_MODE=none on %s',
    (host) => {
      const [sentence] = sentencesOf(load({ HOST: host }));
      expect(sentence).toContain('AUTH_MODE=none');
      expect(sentence).toContain(`HOST is "${host}"`);
      expect(sentencesOf(load({ HOST: host, AUTH_MODE: 'token' }))).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost'])('allows it on %s', (host) => {
    expect(sentencesOf(load({ HOST: host }))).toEqual([]);
  });

  it.each(['https://app.example.com/', 'app.example.com', '*', 'https://a.example/path', 'null'])(
    'refuses the CORS origin %s',
    (origin) => {
      expect(sentencesOf(load({ CORS_ORIGINS: origin }))[0]).toContain('CORS_ORIGINS');
    },
  );

  it('takes origins with and without a port', () => {
    const env = { CORS_ORIGINS: 'https://app.example.com,http://localhost:5173' };
    expect(load(env)().get(ServerConfig).corsOrigins).toEqual([
      'https://app.example.com',
      'http://localhost:5173',
    ]);
  });
});
