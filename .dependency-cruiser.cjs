/** The import rules of the code base; `test/unit/import-rules.spec.ts` plants bad imports and sees each caught. */
const features = 'chat|knowledge|summary|identity|webhooks';
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-is-plain',
      comment: 'domain: plain TypeScript, no framework, no I/O, no outer layer',
      severity: 'error',
      from: { path: `^src/(${features})/domain/`, pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: ['^src/[^/]+/domain/', '^src/shared/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'application-knows-no-outer-layer',
      severity: 'error',
      from: { path: `^src/(${features})/application/` },
      to: { path: `^src/(${features})/(infrastructure|http|worker)/` },
    },
    {
      name: 'application-takes-only-ports-from-platform',
      severity: 'error',
      from: { path: `^src/(${features})/application/`, pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/platform/',
        pathNot: ['\\.port\\.ts$', '^src/platform/config/', '^src/platform/queue/define-job\\.ts$'],
      },
    },
    {
      name: 'infrastructure-knows-no-entry',
      severity: 'error',
      from: { path: `^src/(${features})/infrastructure/` },
      to: { path: `^src/(${features})/(http|worker)/` },
    },
    {
      name: 'entries-use-the-application',
      comment: 'http and worker call application services; they never reach into infrastructure',
      severity: 'error',
      from: { path: `^src/(${features})/(http|worker)/` },
      to: { path: `^src/(${features})/infrastructure/` },
    },
    {
      name: 'http-and-worker-are-apart',
      severity: 'error',
      from: { path: `^src/(${features})/http/` },
      to: { path: `^src/(${features})/worker/` },
    },
    {
      name: 'features-meet-in-application',
      severity: 'error',
      from: { path: `^src/(${features})/(?!.*\\.module\\.ts)` },
      to: { path: `^src/(${features})/`, pathNot: [`^src/$1/`, `^src/(${features})/application/`] },
    },
    {
      name: 'never-back-to-chat',
      severity: 'error',
      from: { path: '^src/(knowledge|summary|identity)/' },
      to: { path: '^src/chat/' },
    },
    {
      name: 'knowledge-and-summary-are-apart',
      severity: 'error',
      from: { path: '^src/(knowledge|summary)/' },
      to: { path: '^src/(knowledge|summary)/', pathNot: '^src/$1/' },
    },
    {
      name: 'webhooks-know-no-other-feature',
      comment: 'features tell it what happened; what that means to them it need not know',
      severity: 'error',
      from: { path: '^src/webhooks/' },
      to: { path: '^src/(chat|knowledge|summary|identity)/' },
    },
    {
      name: 'platform-and-shared-know-no-feature',
      severity: 'error',
      from: { path: '^src/(platform|shared)/' },
      to: { path: `^src/(${features}|main)/` },
    },
    {
      name: 'only-main-composes',
      severity: 'error',
      from: { pathNot: '^src/main/' },
      to: { path: '^src/main/' },
    },
    {
      name: 'parsers-live-in-the-child',
      comment:
        'what reads the bytes of strangers is loaded by the process that is killed for it, and by no other',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/knowledge/infrastructure/extraction/' },
      to: {
        path: 'node_modules/(@hyzyla/pdfium|chardet|iconv-lite|kordoc|numfmt|saxes|yauzl)/',
        reachable: true,
      },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['^src/main/', '\\.d\\.ts$'] },
      to: {},
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
