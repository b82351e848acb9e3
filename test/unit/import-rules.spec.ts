import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execFileSync } from 'node:child_process';

interface Violation {
  rule: { name: string };
  from: string;
}

const plant: [rule: string, path: string, text: string][] = [
  ['no-circular', 'src/shared/loop-a.ts', "import './loop-b.js';\nexport const a = 1;\n"],
  [
    'domain-is-plain',
    'src/chat/domain/planted-a.ts',
    "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
  ],
  [
    'domain-is-plain',
    'src/chat/domain/planted-b.ts',
    "import { Injectable } from '@nestjs/common';\nexport const x = Injectable;\n",
  ],
  [
    'application-knows-no-outer-layer',
    'src/chat/application/planted-a.ts',
    "import '../infrastructure/target.js';\n",
  ],
  [
    'application-takes-only-ports-from-platform',
    'src/chat/application/planted-b.ts',
    "import '../../platform/http/target.js';\n",
  ],
  ['infrastructure-knows-no-entry', 'src/chat/infrastructure/planted.ts', "import '../http/target.js';\n"],
  ['entries-use-the-application', 'src/chat/http/planted-a.ts', "import '../infrastructure/target.js';\n"],
  ['entries-use-the-application', 'src/chat/worker/planted.ts', "import '../infrastructure/target.js';\n"],
  ['http-and-worker-are-apart', 'src/chat/http/planted-b.ts', "import '../worker/target.js';\n"],
  [
    'features-meet-in-application',
    'src/chat/application/planted-c.ts',
    "import '../../knowledge/domain/target.js';\n",
  ],
  [
    'never-back-to-chat',
    'src/summary/application/planted.ts',
    "import '../../chat/application/target.js';\n",
  ],
  [
    'knowledge-and-summary-are-apart',
    'src/knowledge/application/planted.ts',
    "import '../../summary/application/target.js';\n",
  ],
  [
    'webhooks-know-no-other-feature',
    'src/webhooks/application/planted.ts',
    "import '../../summary/application/target.js';\n",
  ],
  [
    'platform-and-shared-know-no-feature',
    'src/platform/http/planted.ts',
    "import '../../chat/application/target.js';\n",
  ],
  [
    'platform-and-shared-know-no-feature',
    'src/shared/planted.ts',
    "import '../chat/application/target.js';\n",
  ],
  ['only-main-composes', 'src/platform/http/planted-b.ts', "import '../../main/target.js';\n"],
  [
    'parsers-live-in-the-child',
    'src/knowledge/infrastructure/planted-a.ts',
    "import './extraction/planted.js';\n",
  ],
  ['no-orphans', 'src/shared/orphan.ts', 'export const alone = 1;\n'],
  ['not-to-unresolvable', 'src/shared/dangling.ts', "import './nowhere.js';\n"],
];

const targets = [
  'src/chat/application/target.ts',
  'src/chat/infrastructure/target.ts',
  'src/chat/http/target.ts',
  'src/chat/worker/target.ts',
  'src/knowledge/domain/target.ts',
  'src/summary/application/target.ts',
  'src/platform/http/target.ts',
  'src/main/target.ts',
];

/** A tree of planted files under the real rules, judged by the real tool. */
describe('import rules', () => {
  let folder: string;
  let violations: Violation[];
  let names: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'protostar-rules-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(file, join(folder, file));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const write = (path: string, text: string): void => {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const path of targets) write(path, 'export const target = 1;\n');
    write('src/shared/loop-b.ts', "import './loop-a.js';\nexport const b = 1;\n");
    write('src/knowledge/infrastructure/extraction/planted.ts', "import '@hyzyla/pdfium';\n");
    for (const [, path, text] of plant) write(path, text);
    const require = createRequire(import.meta.url);
    const config = require(resolve('.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };
    names = config.forbidden.map(({ name }) => name);
    violations = cruise(folder);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(plant)('%s is caught in %s', (rule, path) => {
    expect(violations.filter(({ from }) => from === path).map((violation) => violation.rule.name)).toContain(
      rule,
    );
  });

  it('has a planted import for each rule', () => {
    expect(new Set(plant.map(([rule]) => rule))).toEqual(new Set(names));
  });
});

/** Violations as data. */
function cruise(cwd: string): Violation[] {
  const tool = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [tool, 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const output = execFileSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}
