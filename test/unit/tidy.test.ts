/** What no tool checks, and what would slip: each a small look at the sources themselves. */
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { parseMigration } from '../../src/infrastructure/postgres/migration-file.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { SIGNALS } from '../../src/modules/attribution/domain/traffic/signals.ts';
import { TOUCH_KINDS } from '../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { nameOf } from '../../src/shared/events.ts';
import { findingsIn } from '../../tools/migrations/rules.ts';
import { allContracts, moduleNames } from '../support/event-contracts.ts';

const root = projectRoot();

interface Source {
  readonly path: string;
  readonly text: string;
}

const sourcesIn = (folder: string): readonly Source[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name))
    .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));

const sources = sourcesIn('src');
const modules = moduleNames();
const migrations = readdirSync(join(root, 'db/migrations')).toSorted();
const migrationText = (name: string): string => readFileSync(join(root, 'db/migrations', name), 'utf8');

const printer = ts.createPrinter({ removeComments: true });
const parsed = new Map(
  sources.map(({ path, text }) => [path, ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)]),
);
const codeOf = new Map([...parsed].map(([path, file]) => [path, printer.printFile(file)]));
const withoutComments = (path: string): string => codeOf.get(path) ?? '';
const nodesOf = (node: ts.Node): readonly ts.Node[] => {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return [node, ...children.flatMap(nodesOf)];
};
const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('a module', () => {
  for (const module of modules) {
    it(`${module} has its README with the six headings, its face and its wiring`, () => {
      const folder = join(root, 'src/modules', module);
      for (const file of ['README.md', 'index.ts', 'module.ts'])
        expect(existsSync(join(folder, file)), file).to.equal(true);
      const readme = readFileSync(join(folder, 'README.md'), 'utf8');
      expect(all(readme, /^## (.+)$/gm)).to.deep.equal([
        'Its job',
        'Its words',
        'Life cycle',
        'Asks, hears, says',
        'Tables',
        'Invariants',
      ]);
      expect(readme.startsWith(`# ${module}\n\n`)).to.equal(true);
    });

    it(`${module} names no table but those of its own schema`, () => {
      const schemas = new Set([...modules, 'platform', 'migrations', 'public']);
      const strangers = sources
        .filter(({ path }) => path.startsWith(`src/modules/${module}/`))
        .flatMap(({ path }) =>
          all(withoutComments(path), /\b(?:from|join|into|update|table|only|using)\s+([a-z_]+)\.[a-z_]+/gi)
            .filter((schema) => schemas.has(schema) && schema !== module)
            .map((schema) => `${path}: ${schema}`),
        );
      expect(strangers).to.deep.equal([]);
    });
  }

  it('that says something shows its events in its README', async () => {
    for (const { module, contract } of await allContracts()) {
      const readme = readFileSync(join(root, 'src/modules', module, 'README.md'), 'utf8');
      const fact = contract.type.slice(module.length + 1);
      expect(readme.includes(`\`${fact}\``), `${module}/README.md says nothing of ${nameOf(contract)}`).to.equal(true);
    }
  });
});

describe('the schema of the kernel', () => {
  it('is named by the infrastructure alone', () => {
    const namers = sources
      .filter(({ path }) => /\bplatform\.[a-z_]+/.test(withoutComments(path)))
      .map(({ path }) => path);
    expect(namers.filter((path) => !path.startsWith('src/infrastructure/'))).to.deep.equal([]);
  });
});

describe('a migration', () => {
  for (const name of migrations) {
    it(`${name} is named and headed as it should be, and keeps the rules`, () => {
      const migration = parseMigration(name, migrationText(name));
      expect(findingsIn([migration], [...modules, 'platform'])).to.deep.equal([]);
    });
  }
});

describe('an error code', () => {
  const documented = all(readFileSync(join(root, 'docs/errors.md'), 'utf8'), /^### `([a-z_]+\.[a-z_]+)`$/gm);
  const nodes = [...parsed.values()].flatMap(nodesOf);
  const literals = (within: readonly ts.Node[]): readonly string[] =>
    within
      .flatMap(nodesOf)
      .filter(ts.isStringLiteralLike)
      .map(({ text }) => text)
      .filter((text) => /^[a-z_]+\.[a-z_]+$/.test(text));

  it('is documented once', () => {
    expect(new Set(documented).size).to.equal(documented.length);
    expect(documented.length).to.be.greaterThan(50);
  });

  it('that the program uses is in docs/errors.md', () => {
    const used = new Set(nodes.flatMap(codesAt));
    expect(used.size).to.be.greaterThan(50);
    expect([...used].filter((each) => !documented.includes(each)).toSorted()).to.deep.equal([]);
  });

  it('in docs/errors.md is used by the program', () => {
    const known = new Set([...literals([...parsed.values()]), ...nodes.flatMap(codesAt)]);
    expect(documented.filter((each) => !known.has(each))).to.deep.equal([]);
  });

  /** Functions that make an error, a fault or a refusal of the code they are given. */
  const MAKERS =
    /^(invalid|refused|refusal|notFound|conflict|forbidden|unavailable|fault|mistake|refuse|fail|broken|park)$/;

  /** A code is what AppError is made with, what `code` and `errors` of an object are, what a maker is called with. */
  const codesAt = (node: ts.Node): readonly string[] => {
    if (ts.isNewExpression(node)) return node.expression.getText() === 'AppError' ? literals(node.arguments ?? []) : [];
    if (ts.isPropertyAssignment(node))
      return /^(code|errors)$/.test(node.name.getText()) ? literals([node.initializer]) : [];
    return ts.isCallExpression(node) ? codesOfCall(node) : [];
  };

  const codesOfCall = (call: ts.CallExpression): readonly string[] => {
    const name = call.expression.getText().split('.').at(-1) ?? '';
    if (MAKERS.test(name)) return literals(call.arguments);
    const [first] = call.arguments;
    return name === 'moved' && first && ts.isStringLiteral(first) ? [`${first.text}.illegal_move`] : [];
  };
});

describe('a reason of attribution', () => {
  const text = readFileSync(join(root, 'docs/attribution.md'), 'utf8');
  const explained = all(text, /^\| `([a-z_]+)` \| .+ \| .+ \|$/gm);
  const isOfPolicies = (path: string): boolean => /\/domain\/policy\/(read-)?policy\.ts$/.test(path);
  /** The words of policies, and kinds of touch, are no reasons. */
  const ofPolicies = new Set<string>([
    ...TOUCH_KINDS,
    ...[...parsed]
      .filter(([path]) => path.startsWith('src/modules/attribution/') && isOfPolicies(path))
      .flatMap(([, file]) => nodesOf(file))
      .filter(ts.isStringLiteralLike)
      .map((literal) => literal.text),
  ]);
  /** Of several words each. */
  const reasons = [...parsed]
    .filter(([path]) => path.startsWith('src/modules/attribution/domain/'))
    .filter(([path]) => !/\/(signals|landing)\.ts$/.test(path))
    .flatMap(([, file]) => nodesOf(file))
    .filter(ts.isStringLiteralLike)
    .map((literal) => literal.text)
    .filter((literal) => /^[a-z]+(_[a-z]+)+$/.test(literal) && !ofPolicies.has(literal));

  it('is explained once in docs/attribution.md, which explains no other', () => {
    expect(explained.length).to.be.greaterThan(8);
    expect(explained.toSorted()).to.deep.equal([...new Set(reasons)].toSorted());
  });
});

describe('a signal of a click', () => {
  const explained = [
    ...readFileSync(join(root, 'docs/signals.md'), 'utf8').matchAll(
      /^\| `([a-z_]+)` \| .+ \| .+ \| .+ \| ([a-z]+) \|$/gm,
    ),
  ].map(([, code = '', effect = '']) => ({ code, effect }));

  it('is explained once in docs/signals.md, with its effect, and no other is', () => {
    const ofLandings = { code: 'deep_link_refused', effect: 'note' };
    expect(withoutComments('src/modules/attribution/domain/traffic/landing.ts')).to.include(`'${ofLandings.code}'`);
    expect(explained).to.deep.equal([...SIGNALS.map(({ code, effect }) => ({ code, effect })), ofLandings]);
  });
});

describe('a catch that goes on as if nothing had happened', () => {
  it('says why', () => {
    const silent = sources.flatMap(({ path, text }) => {
      const lines = text.split('\n');
      return lines.flatMap((line, index) => {
        if (!/\.catch\(\(\) => (undefined|false|null|\[\]|\{\})\)/.test(line)) return [];
        const around = [lines[index - 1], line, lines[index + 1]].join('\n');
        return around.includes('//') ? [] : [`${path}:${index + 1}`];
      });
    });
    expect(silent).to.deep.equal([]);
  });

  it('is never empty', () => {
    const empty = sources.filter(({ text }) => /catch\s*(\([^)]*\))?\s*\{\s*\}/.test(text)).map(({ path }) => path);
    expect(empty).to.deep.equal([]);
  });
});

describe('the sources', () => {
  it('hold no unfinished business', () => {
    const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|\bas any\b|@ts-(ignore|nocheck|expect-error)|eslint-disable/;
    expect(sources.filter(({ text }) => unfinished.test(text)).map(({ path }) => path)).to.deep.equal([]);
  });

  it('are named after what they export', () => {
    const odd = sources.filter(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path.split('/').at(-1) ?? ''));
    expect(odd.map(({ path }) => path)).to.deep.equal([]);
    const banned = /(^|-)(utils?|helpers?|manager|impl|dto|common|misc)\.ts$/;
    expect(sources.filter(({ path }) => banned.test(path)).map(({ path }) => path)).to.deep.equal([]);
  });

  /**
   * Ratchets: they only go down. A function that must grow makes another one shrink. Most of the long ones are route
   * tables and wiring: long lists, not long thoughts.
   */
  const MOST_LONG_FUNCTIONS = 26;
  const MOST_LONG_FILES = 0;

  it('do not grow longer', () => {
    const longFunctions = sources.flatMap(({ path }) => functionsOver(45, path));
    const longFiles = sources.filter(({ text }) => text.trimEnd().split('\n').length > 300).map(({ path }) => path);
    expect(longFunctions.length, longFunctions.join('\n')).to.be.at.most(MOST_LONG_FUNCTIONS);
    expect(longFiles.length, longFiles.join('\n')).to.be.at.most(MOST_LONG_FILES);
  });
});

const functionsOver = (limit: number, path: string): readonly string[] => {
  const file = parsed.get(path);
  if (file === undefined) return [];
  return nodesOf(file)
    .filter((node) => ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
    .map((node) => {
      const first = file.getLineAndCharacterOfPosition(node.getStart()).line;
      return { first: first + 1, lines: file.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1 };
    })
    .filter(({ lines }) => lines > limit)
    .map(({ first, lines }) => `${path}:${first} (${lines} lines)`);
};
