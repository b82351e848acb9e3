import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { parseEnv } from 'node:util';

/** Whether the servers of `npm run services:up` are up; then their addresses are in the environment. */
async function servicesAreUp() {
  if (existsSync('.services/env')) {
    for (const [name, value] of Object.entries(parseEnv(readFileSync('.services/env', 'utf8'))))
      process.env[name] ??= value;
  }
  if (!process.env.DATABASE_URL || !process.env.REDIS_URL || !process.env.S3_ENDPOINT) return false;
  const { hostname, port } = new URL(process.env.DATABASE_URL);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 5432) });
    socket.on('connect', () => resolve(true) || socket.destroy());
    socket.on('error', () => resolve(false));
  });
}

const services = await servicesAreUp();
if (!services) {
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'S3_ENDPOINT']) delete process.env[name];
  console.error(
    'The servers of production are not up (npm run services:up): tests that need them are left out.',
  );
}

if (services && !process.env.CADDY)
  console.error('There is no Caddy (CADDY names its program): the test of docker/compose.yaml is left out.');
const ofTheProxy = process.env.CADDY ? [] : ['/e2e/compose\\.services\\.spec\\.ts$'];

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      },
      module: { type: 'es6' },
    },
  ],
};

const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  transform,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^cookie$': '<rootDir>/test/fakes/cookie.cjs' },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  setupFiles: ['reflect-metadata'],
  ...more,
});

/** Suites of what stands on SQL; on a server they run a second time. Not the plans: a server gathers statistics unasked. */
const onEitherDatabase = [
  '<rootDir>/test/contracts/{answer-log,chunk-index}.spec.ts',
  '<rootDir>/test/integration/{chat-http,generate-answer,key-command,knowledge-*,retrieval,retrieval-filter,retrieval-vectors,summary,webhooks}.spec.ts',
];

/** @type {import('jest').Config} */
export default {
  projects: [
    project('unit', ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/unit/**/*.spec.ts']),
    project('contracts', ['<rootDir>/test/contracts/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.spec.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.spec.ts'], {
      testPathIgnorePatterns: ['\\.services\\.spec\\.ts$'],
    }),
    // The same suite on the other profile; what is left out is about the data folder and the process that holds it.
    ...(services
      ? [
          project('stores-services', onEitherDatabase, { globals: { protostarProfile: 'services' } }),
          project('e2e-services', ['<rootDir>/test/e2e/**/*.spec.ts'], {
            testPathIgnorePatterns: ['/e2e/(?:restart|reembed|openapi)\\.spec\\.ts$', ...ofTheProxy],
            globals: { protostarProfile: 'services' },
          }),
        ]
      : []),
  ],
  testSequencer: './test/mixing-sequencer.js',
  testTimeout: 60_000,
  maxWorkers: 2,
};
