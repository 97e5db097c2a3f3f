/** What no tool checks, and what would slip: each a small look at the sources themselves. */
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { parseMigration } from '../../src/infrastructure/postgres/migration-file.ts';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { nameOf } from '../../src/shared/events.ts';
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

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
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
        .flatMap(({ path, text }) =>
          all(withoutComments(text), /\b(?:from|join|into|update|table|only|using)\s+([a-z_]+)\.[a-z_]+/gi)
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
      .filter(({ text }) => /\bplatform\.[a-z_]+/.test(withoutComments(text)))
      .map(({ path }) => path);
    expect(namers.filter((path) => !path.startsWith('src/infrastructure/'))).to.deep.equal([]);
  });
});

describe('a migration', () => {
  for (const name of migrations) {
    it(`${name} is named and headed as it should be, and touches one schema`, () => {
      const { sql } = parseMigration(name, migrationText(name));
      const owner = /^\d+_([a-z]+)_/.exec(name)?.[1] ?? '';
      expect([...modules, 'platform']).to.include(owner);
      const code = sql.replace(/--.*$/gm, '').replace(/'[^']*'/g, "''");
      const named = all(code, /\b([a-z_]+)\.[a-z_]+\b/g).filter((word) => modules.includes(word) && word !== owner);
      // An alias may be called like a module; what is created, altered, read or granted may not be its.
      const touched = all(
        code,
        /\b(?:table|view|index|on|from|join|into|update|references|function|trigger|sequence|schema)\s+(?:if\s+(?:not\s+)?exists\s+|only\s+)?([a-z_]+)\.[a-z_]+/gi,
      );
      expect(touched.filter((schema) => named.includes(schema))).to.deep.equal([]);
    });
  }
});

describe('an error code', () => {
  const documented = all(readFileSync(join(root, 'docs/errors.md'), 'utf8'), /^### `([a-z_]+\.[a-z_]+)`$/gm);
  const code = sources.map(({ text }) => withoutComments(text)).join('\n');

  it('is documented once', () => {
    expect(new Set(documented).size).to.equal(documented.length);
    expect(documented.length).to.be.greaterThan(50);
  });

  it('that the program uses is in docs/errors.md', () => {
    const used = new Set([
      ...all(code, /new AppError\(\s*'[a-z_]+',\s*'([a-z_]+\.[a-z_]+)'/g),
      ...all(
        code,
        /\b(?:invalid|refused|refusal|notFound|conflict|forbidden|unavailable|fault|mistake)\(\s*(?:'[^']*',\s*)?'([a-z_]+\.[a-z_]+)'/g,
      ),
      ...all(code, /\bcode: '([a-z_]+\.[a-z_]+)'/g),
      ...all(code, /\bmoved\(\s*'([a-z_]+)'/g).map((name) => `${name}.illegal_move`),
      ...all(code, /errors: \[([^\]]*)\]/g).flatMap((list) => all(list, /'([a-z_]+\.[a-z_]+)'/g)),
    ]);
    expect([...used].filter((each) => !documented.includes(each)).toSorted()).to.deep.equal([]);
  });

  it('in docs/errors.md is used by the program', () => {
    const dynamic = new Set(all(code, /\bmoved\(\s*'([a-z_]+)'/g).map((name) => `${name}.illegal_move`));
    const unused = documented.filter((each) => !code.includes(`'${each}'`) && !dynamic.has(each));
    expect(unused).to.deep.equal([]);
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

  /** Ratchets: they only go down. A function that must grow makes another one shrink. */
  const MOST_LONG_FUNCTIONS = 0;
  const MOST_LONG_FILES = 0;

  it('do not grow longer', () => {
    const longFunctions = sources.flatMap(({ path, text }) => functionsOver(45, path, text));
    const longFiles = sources.filter(({ text }) => text.split('\n').length > 300).map(({ path }) => path);
    expect(longFunctions.length, longFunctions.join('\n')).to.be.at.most(MOST_LONG_FUNCTIONS);
    expect(longFiles.length, longFiles.join('\n')).to.be.at.most(MOST_LONG_FILES);
  });
});

const functionsOver = (lines: number, path: string, text: string): readonly string[] => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = file.getLineAndCharacterOfPosition(node.getStart()).line;
      const last = file.getLineAndCharacterOfPosition(node.getEnd()).line;
      if (last - first + 1 > lines) found.push(`${path}:${first + 1} (${last - first + 1} lines)`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};
