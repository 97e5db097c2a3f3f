/**
 * A wall that was never seen to hold is a drawing of one. Every rule (dependencies, lint, dead code) is broken here on
 * purpose, in a scratch copy of the sources, and must be seen red.
 */
import { expect } from 'chai';
import { ESLint } from 'eslint';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { temporaryFolder } from '../support/folder.ts';

const root = projectRoot();

interface Rule {
  readonly name: string;
  readonly to: { readonly path?: string | readonly string[] };
}
interface Cruised {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** A copy of what the tools read, with files of ours planted in it. */
const scratch = temporaryFolder();
const plant = (path: string, text: string): void => {
  mkdirSync(dirname(join(scratch.path, path)), { recursive: true });
  writeFileSync(join(scratch.path, path), text);
};
const append = (path: string, text: string): void => {
  plant(path, `${readFileSync(join(scratch.path, path), 'utf8')}\n${text}`);
};

const tool = (name: string, ...args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const options = { cwd: scratch.path, maxBuffer: 200_000_000 };
    execFile(join(root, 'node_modules/.bin', name), args, options, (_, stdout) => {
      resolve(stdout);
    });
  });

const imports = (what: string): string => `import * as planted from '${what}';\nexport const used = planted;\n`;

describe('the walls', () => {
  before(() => {
    for (const path of [
      'src',
      '.dependency-cruiser.mjs',
      'eslint.config.js',
      'knip.jsonc',
      'package.json',
      'tsconfig.json',
    ])
      cpSync(join(root, path), join(scratch.path, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(scratch.path, 'node_modules'));
  });
  after(() => {
    scratch.remove();
  });

  describe('between what depends on what', () => {
    let seen: ReadonlyMap<string, ReadonlySet<string>>;
    let rules: readonly Rule[];
    let mayUse: Readonly<Record<string, readonly string[]>>;
    /** Which file breaks which rule. */
    const plants = new Map<string, string>();

    const breaks = (rule: string, path: string, text: string): void => {
      plants.set(path, rule);
      plant(path, text);
    };

    before(async () => {
      const config = (await import(pathToFileURL(join(root, '.dependency-cruiser.mjs')).href)) as {
        default: { forbidden: readonly Rule[] };
        mayUse: Readonly<Record<string, readonly string[]>>;
      };
      rules = config.default.forbidden;
      ({ mayUse } = config);
      plantAll();
      const cruised = JSON.parse(
        await tool('depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src'),
      ) as Cruised;
      const byFile = new Map<string, Set<string>>();
      for (const { from, rule } of cruised.summary.violations)
        byFile.set(from, (byFile.get(from) ?? new Set()).add(rule.name));
      seen = byFile;
    });

    const plantAll = (): void => {
      const orders = 'src/modules/orders';
      breaks('no-circular', 'src/shared/planted-a.ts', imports('./planted-b.ts'));
      plant('src/shared/planted-b.ts', imports('./planted-a.ts'));
      breaks('domain-is-pure', `${orders}/domain/planted-node.ts`, imports('node:fs'));
      breaks('domain-is-pure', `${orders}/domain/planted-npm.ts`, imports('uuid'));
      breaks('domain-is-pure', `${orders}/domain/planted-application.ts`, imports('../application/order-queries.ts'));
      breaks('domain-is-pure', `${orders}/domain/planted-port.ts`, imports('../ports/orders.ts'));
      breaks('ports-speak-domain', `${orders}/ports/planted.ts`, imports('../application/order-queries.ts'));
      breaks(
        'ports-speak-domain',
        `${orders}/ports/planted-technology.ts`,
        imports('../../../infrastructure/pause.ts'),
      );
      breaks(
        'application-has-no-technology',
        `${orders}/application/planted.ts`,
        imports('../../../infrastructure/pause.ts'),
      );
      breaks(
        'application-has-no-technology',
        `${orders}/application/planted-adapter.ts`,
        imports('../adapters/http/routes.ts'),
      );
      breaks('technology-stays-at-the-edge', `${orders}/planted.ts`, imports('node:fs'));
      breaks(
        'technology-stays-at-the-edge',
        'src/modules/pipeline/planted.ts',
        imports('../../infrastructure/pause.ts'),
      );
      breaks(
        'modules-meet-at-the-face',
        `${orders}/adapters/planted.ts`,
        imports('../../pipeline/application/accept-events.ts'),
      );
      breaks('listening-is-an-adapter', `${orders}/application/planted-events.ts`, imports('../../pipeline/events.ts'));
      breaks('only-the-app-composes', 'src/cli/planted.ts', imports('../modules/orders/module.ts'));
      breaks('shared-is-the-bottom', 'src/shared/planted-up.ts', imports('../infrastructure/pause.ts'));
      breaks('infrastructure-knows-no-module', 'src/infrastructure/planted.ts', imports('../modules/orders/index.ts'));
      breaks('the-command-line-is-on-top', 'src/infrastructure/planted-cli.ts', imports('../cli/run.ts'));
      plant('test/support/planted.ts', 'export const planted = 1;\n');
      breaks('production-code-only', 'src/planted.ts', imports('../test/support/planted.ts'));
      breaks('no-dev-dependency-in-src', 'src/shared/planted-dev.ts', imports('chai'));
      breaks('no-unknown-package', 'src/shared/planted-unknown.ts', imports('depd'));
      breaks('no-orphans', 'src/shared/planted-orphan.ts', 'export const alone = 1;\n');
      plants.set(`${orders}/index.ts`, 'face-is-a-contract');
      append(`${orders}/index.ts`, `import './domain/life-cycle.ts';\n`);
      for (const { name, to } of rules) {
        if (!name.endsWith('-stays-home')) continue;
        const [, pkg = ''] = /[/]\(@types[/]\)[?](.+)[/]$/.exec(String(to.path)) ?? [];
        breaks(name, `src/shared/planted-${name}.ts`, imports(pkg === '@opentelemetry' ? '@opentelemetry/api' : pkg));
      }
      for (const [module, others] of Object.entries(mayUse)) {
        const stranger = Object.keys(mayUse).find((other) => other !== module && !others.includes(other)) ?? '';
        breaks(
          `context-map-${module}`,
          `src/modules/${module}/adapters/planted-${module}.ts`,
          imports(`../../${stranger}/index.ts`),
        );
      }
    };

    it('each hold: every rule is broken by a plant, and seen', () => {
      const unseen = [...plants].filter(([path, rule]) => seen.get(path)?.has(rule) !== true);
      expect(unseen, 'planted, and not seen').to.deep.equal([]);
      const untested = rules.map(({ name }) => name).filter((name) => ![...plants.values()].includes(name));
      expect(untested, 'rules that nothing breaks').to.deep.equal([]);
    });

    it('stand where they were: what is not planted breaks none', () => {
      const known = (path: string): boolean => plants.has(path) || path.includes('planted');
      expect([...seen].filter(([path]) => !known(path)).map(([path, broken]) => [path, ...broken])).to.deep.equal([]);
    });

    it('name every module, in a context map without a cycle', async () => {
      const text = readFileSync(join(root, '.dependency-cruiser.mjs'), 'utf8').replace(
        'ledger: []',
        `ledger: ['settlement']`,
      );
      plant('cyclic.mjs', text);
      const cyclic = import(pathToFileURL(join(scratch.path, 'cyclic.mjs')).href);
      expect(await cyclic.catch(String)).to.match(/the context map has a cycle: .*ledger -> settlement -> ledger/);
    });
  });

  describe('that the linter sees', () => {
    const module = (text: string): string => `${text}\nexport {};\n`;
    const snippets: readonly (readonly [rule: string, path: string, text: string])[] = [
      ['no-restricted-syntax', 'clock.ts', module(`export const now = () => new Date();`)],
      ['no-restricted-syntax', 'clock-ms.ts', module(`export const now = () => Date.now();`)],
      ['no-restricted-syntax', 'chance.ts', module(`export const chance = () => Math.random();`)],
      ['no-restricted-syntax', 'watch.ts', module(`export const watch = () => performance.now();`)],
      ['no-restricted-syntax', 'environment.ts', module(`export const port = () => process.env['PORT'];`)],
      ['no-restricted-syntax', 'float.ts', module(`export const money = (text: string) => parseFloat(text);`)],
      ['no-restricted-globals', 'web.ts', module(`export const get = () => fetch('http://x');`)],
      ['no-restricted-globals', 'timer.ts', module(`export const wait = (f: () => void) => setTimeout(f, 1);`)],
      [
        '@typescript-eslint/no-floating-promises',
        'floating.ts',
        module(`const f = async () => { await Promise.resolve(); };\nf();`),
      ],
      [
        '@typescript-eslint/no-misused-promises',
        'misused.ts',
        module(`[1].forEach(async () => { await Promise.resolve(); });`),
      ],
      ['@typescript-eslint/no-explicit-any', 'any.ts', module(`export const f = (x: any): unknown => x;`)],
      ['@typescript-eslint/no-non-null-assertion', 'bang.ts', module(`export const f = (x?: string) => x!;`)],
      [
        '@typescript-eslint/consistent-type-imports',
        'types.ts',
        module(`import { AppError } from '../errors.ts';\nexport type E = AppError;`),
      ],
      [
        '@typescript-eslint/switch-exhaustiveness-check',
        'exhaustive.ts',
        module(`export const f = (x: 'a' | 'b') => { switch (x) { case 'a': return 1; } return 2; };`),
      ],
      ['@typescript-eslint/no-unused-vars', 'unused.ts', module(`const unused = 1;`)],
      ['no-console', 'console.ts', module(`console.log('x');`)],
      ['no-empty', 'empty.ts', module(`export const f = () => { try { JSON.parse('x'); } catch {} };`)],
      [
        'complexity',
        'complex.ts',
        module(
          `export const f = (n: number) => { ${Array.from({ length: 11 }, (_, i) => `if (n === ${i}) return ${i};`).join(' ')} return n; };`,
        ),
      ],
      [
        'max-depth',
        'deep.ts',
        module(
          `export const f = (a: boolean) => { if (a) { for (;;) { while (a) { if (a) { return 1; } } } } return 2; };`,
        ),
      ],
      [
        'max-params',
        'params.ts',
        module(`export const f = (a: 1, b: 1, c: 1, d: 1, e: 1, g: 1, h: 1) => [a, b, c, d, e, g, h];`),
      ],
      ['max-lines-per-function', 'long.ts', module(`export const f = () => {\n${'f.name;\n'.repeat(61)}};`)],
      [
        'max-lines',
        'longer.ts',
        `export const f = 1;\n${'export const f$ = 1;\n'.replace('$', '0').repeat(1)}${Array.from({ length: 320 }, (_, i) => `export const x${i} = ${i};`).join('\n')}\n`,
      ],
    ];

    it('are each seen when they are broken', async () => {
      for (const [, path, text] of snippets) plant(`src/shared/lint/${path}`, text);
      plant(
        'tsconfig.json',
        readFileSync(join(root, 'tsconfig.json'), 'utf8').replace(/"include": .*/, '"include": ["src/shared"]'),
      );
      const eslint = new ESLint({ cwd: scratch.path });

      const results = await eslint.lintFiles(['src/shared/lint/*.ts']);

      const brokenIn = new Map(
        results.map(({ filePath, messages }) => [filePath.split('/').at(-1), messages.map(({ ruleId }) => ruleId)]),
      );
      const unseen = snippets.filter(([rule, path]) => brokenIn.get(path)?.includes(rule) !== true);
      expect(unseen.map(([rule, path]) => [rule, path, brokenIn.get(path)])).to.deep.equal([]);
    });
  });

  describe('around dead code', () => {
    it('keep it out: a file and an export that nobody uses are seen', async () => {
      plant('src/shared/lint/dead.ts', 'export const dead = 1;\n');
      append('src/shared/grouped.ts', 'export const plantedExport = 1;\n');

      const found = await tool('knip', '--reporter', 'json', '--no-progress');

      expect(found).to.contain('src/shared/lint/dead.ts').and.to.contain('plantedExport');
    });
  });
});
