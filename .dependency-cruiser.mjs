/** Who may ASK whom, synchronously, through index.ts. Must stay acyclic. Who HEARS whom (events.ts) is free. */
export const mayUse = {
  identity: [],
  partners: ['identity'],
  pipeline: [],
  orders: [],
  attribution: ['partners', 'orders'],
  fraud: ['attribution', 'orders', 'partners'],
  commission: ['attribution', 'orders', 'partners'],
  ledger: [],
  settlement: ['ledger', 'commission', 'partners'],
  webhooks: ['partners', 'attribution'],
  reporting: ['commission'],
};

const visit = (module, path = []) => {
  if (path.includes(module)) throw new Error(`the context map has a cycle: ${[...path, module].join(' -> ')}`);
  for (const next of mayUse[module]) visit(next, [...path, module]);
};
Object.keys(mayUse).forEach((module) => visit(module));

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const own = '^src/modules/$1/';
const npm = '(^|/)node_modules/';

/** A module's edge: where technology may appear. In a flat module it shows in the file's name. */
const EDGE = [
  '/adapters/',
  '/module[.]ts$',
  '/wiring/',
  '/routes[.]ts$',
  '-routes[.]ts$',
  '/views[.]ts$',
  '/consumers[.]ts$',
  '/jobs[.]ts$',
  ...['postgres', 'ajv', 'jose', 'isbot', 'undici', 'xml'].map((technology) => `/${technology}-[a-z-]+[.]ts$`),
];
const MESSAGING = ['/adapters/messaging/', '/consumers[.]ts$'];

/** Each package has a home, and is imported nowhere else. */
const homes = {
  inversify: [
    '^src/app[.]ts$',
    '^src/infrastructure/(module|compose|ground)[.]ts$',
    '^src/modules/[^/]+/(module[.]ts$|wiring/)',
  ],
  knex: [
    '^src/infrastructure/postgres/',
    '^src/infrastructure/http/(claim|idempotency)[.]ts$',
    '^src/modules/[^/]+/adapters/postgres/',
    '^src/modules/[^/]+/postgres-[a-z-]+[.]ts$',
  ],
  pg: '^src/infrastructure/postgres/',
  express: '^src/infrastructure/http/',
  '@grpc/grpc-js': '^src/infrastructure/grpc/',
  '@grpc/proto-loader': '^src/infrastructure/grpc/',
  amqplib: '^src/infrastructure/rabbit/',
  ioredis: '^src/infrastructure/redis/',
  'rate-limiter-flexible': '^src/infrastructure/(cache|redis)/',
  winston: '^src/infrastructure/telemetry/',
  '@opentelemetry': '^src/infrastructure/telemetry/',
  'class-validator': '^src/shared/(fields|shape|parse|remember-metadata|sound)[.]ts$',
  ajv: ['^src/modules/[^/]+/ajv-[a-z-]+[.]ts$', '^src/modules/[^/]+/adapters/'],
  jose: '^src/modules/identity/',
  isbot: '^src/modules/(fraud|attribution)/',
  undici: '^src/(modules/(webhooks|identity|pipeline/adapters/archive|settlement/adapters/http-rail)/|cli/)',
  qrcode: '^src/modules/attribution/adapters/qr/',
  'ipaddr.js': '^src/modules/webhooks/',
  'fast-xml-parser': '^src/modules/pipeline/adapters/archive/',
  hyparquet: '^src/modules/pipeline/adapters/archive/',
  'hyparquet-writer': '^src/modules/pipeline/adapters/archive/',
  commander: '^src/cli/',
  'cli-progress': '^src/cli/',
  'csv-parse': '^src/(cli|modules/settlement/adapters/csv)/',
};

export default {
  forbidden: [
    forbid('no-circular', 'A cycle means two things are one thing.', {}, { circular: true }),
    forbid(
      'domain-is-pure',
      'The domain knows itself, its words (index, events) and src/shared: no npm, no node.',
      { path: '^src/modules/([^/]+)/domain/' },
      { pathNot: [`${own}domain/`, `${own}(index|events)[.]ts$`, '^src/modules/[^/]+/index[.]ts$', '^src/shared/'] },
    ),
    forbid(
      'ports-speak-domain',
      'A port mentions domain and shared types only.',
      { path: '^src/modules/([^/]+)/ports/' },
      {
        pathNot: [
          `${own}(domain|ports)/`,
          `${own}(index|events)[.]ts$`,
          '^src/modules/[^/]+/index[.]ts$',
          '^src/shared/',
        ],
      },
    ),
    forbid(
      'application-has-no-technology',
      'Domain, ports, own contract, other modules’ faces.',
      { path: '^src/modules/([^/]+)/application/' },
      {
        pathNot: [
          `${own}(domain|ports|application)/`,
          `${own}(index|events)[.]ts$`,
          '^src/modules/[^/]+/index[.]ts$',
          '^src/shared/',
        ],
      },
    ),
    forbid(
      'technology-stays-at-the-edge',
      'In a module, infrastructure and packages are for adapters; in a flat one, for routes, consumers, jobs and files named after a technology.',
      { path: '^src/modules/', pathNot: EDGE },
      { path: ['^src/infrastructure/', '^(?!src/)'] },
    ),
    forbid(
      'face-is-a-contract',
      'index.ts and events.ts are what we would publish as a package.',
      { path: '^src/modules/([^/]+)/(index|events)[.]ts$' },
      { pathNot: [`${own}index[.]ts$`, '^src/shared/'] },
    ),
    forbid(
      'modules-meet-at-the-face',
      'Another module is its index.ts (ask) and its events.ts (hear).',
      { path: '^src/modules/([^/]+)/' },
      { path: '^src/modules/([^/]+)/', pathNot: [own, '^src/modules/[^/]+/(index|events)[.]ts$'] },
    ),
    forbid(
      'listening-is-an-adapter',
      'Only adapters/messaging (or consumers.ts) hears other modules’ events.',
      { path: '^src/modules/([^/]+)/', pathNot: MESSAGING },
      { path: '^src/modules/[^/]+/events[.]ts$', pathNot: own },
    ),
    forbid(
      'only-the-app-composes',
      'module.ts is for src/app.ts, and the parts of one that are wired apart for it alone.',
      { path: '^src/', pathNot: ['^src/app[.]ts$', '^src/modules/[^/]+/(module[.]ts$|wiring/)'] },
      { path: '^src/modules/[^/]+/(module[.]ts$|wiring/)' },
    ),
    forbid(
      'shared-is-the-bottom',
      'src/shared knows nobody.',
      { path: '^src/shared/' },
      { path: '^src/', pathNot: '^src/shared/' },
    ),
    forbid(
      'infrastructure-knows-no-module',
      'It serves every module and names none.',
      { path: '^src/infrastructure/' },
      { path: '^src/(modules|cli)/' },
    ),
    forbid(
      'the-command-line-is-on-top',
      'Nobody below imports it.',
      { path: '^src/(modules|shared|infrastructure|app[.]ts)' },
      { path: '^src/cli/' },
    ),
    ...Object.entries(homes).map(([name, home]) =>
      forbid(
        `${name.replace(/\W/g, '')}-stays-home`,
        `Only its home imports ${name}.`,
        { path: '^src/', pathNot: home },
        { path: `${npm}(@types/)?${name}/` },
      ),
    ),
    ...Object.entries(mayUse).map(([module, others]) =>
      forbid(
        `context-map-${module}`,
        'Draw the arrow in mayUse and say why.',
        { path: `^src/modules/${module}/`, pathNot: MESSAGING },
        { path: '^src/modules/[^/]+/index[.]ts$', pathNot: [module, ...others].map((name) => `^src/modules/${name}/`) },
      ),
    ),
    forbid(
      'production-code-only',
      'src never imports tests or benchmarks.',
      { path: '^src/' },
      { path: '^(test|bench)/' },
    ),
    forbid(
      'no-dev-dependency-in-src',
      'Missing in production.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    ),
    forbid(
      'no-unknown-package',
      'Declare it.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'no-orphans',
      'Nobody imports it.',
      { orphan: true, path: '^src/', pathNot: ['^src/main[.]ts$', '^src/modules/[^/]+/(index|events)[.]ts$'] },
      {},
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
