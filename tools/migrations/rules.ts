/**
 * What a migration must be so that nobody notices it: old and new code run while it does. squawk knows the statements
 * that lock too long (.squawk.toml); these rules know our phases, our migrator and our schemas. docs/migrations.md says
 * what to do instead.
 */
import type { MigrationFile } from '../../src/infrastructure/postgres/migration-file.ts';
import { type Statement, statementsOf } from './statements.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

type Found = Pick<Finding, 'line' | 'message'>;

interface Rule {
  readonly name: string;
  readonly check: (migration: MigrationFile, statements: readonly Statement[]) => readonly Found[];
}

/** A rule about single statements, in some phases. */
const refuses = (name: string, pattern: RegExp, message: string, phases?: readonly string[]): Rule => ({
  name,
  check: ({ phase }, statements) =>
    phases !== undefined && !phases.includes(phase)
      ? []
      : statements.filter(({ text }) => pattern.test(text)).map(({ line }) => ({ line, message })),
});

const AT_A_NAME =
  /\b(?:table|view|index|on|from|join|into|update|references|function|trigger|sequence|schema)\s+(?:concurrently\s+)?(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?([a-z_]+)\./g;

const ownerOf = ({ name }: MigrationFile): string => /^\d+_([a-z]+)_/.exec(name)?.[1] ?? '';

const ownSchema = (schemas: readonly string[]): Rule => ({
  name: 'own-schema',
  check: (migration, statements) => {
    const owner = ownerOf(migration);
    if (!schemas.includes(owner)) return [{ line: 1, message: `its name says ${owner}, which is no schema of ours` }];
    return statements.flatMap(({ line, text }) =>
      [...text.matchAll(AT_A_NAME)]
        .map(([, schema = '']) => schema)
        .filter((schema) => schema !== owner && schemas.includes(schema))
        .map((schema) => ({ line, message: `touches ${schema}: a migration is of one schema, ${owner} by its name` })),
    );
  },
});

/** `create index concurrently x` leaves an invalid x behind when it is cut off, which `if not exists` would keep. */
const leftovers: Rule = {
  name: 'leftover-index',
  check: (_, statements) =>
    statements.flatMap(({ line, text }, index) => {
      const [, name] = /^create (?:unique )?index concurrently (?:if not exists )?(\S+) on /.exec(text) ?? [];
      if (name === undefined) return [];
      const dropped = statements
        .slice(0, index)
        .some((before) => new RegExp(`^drop index concurrently if exists (\\w+\\.)?${name}$`).test(before.text));
      return dropped
        ? []
        : [{ line, message: `a try before this one may have left an invalid ${name}: drop it first, if it exists` }];
    }),
};

const REPEATABLE =
  /^(?:create (?:unique )?index concurrently |drop index concurrently if exists |reindex .*concurrently |refresh materialized view concurrently |analyze |vacuum |alter table .* (?:validate constraint|detach partition .* concurrently|detach partition .* finalize)|alter type .* add value if not exists )/;

const withoutTransaction: Rule = {
  name: 'without-transaction',
  check: ({ transactional }, statements) => {
    if (transactional)
      return statements
        .filter(({ text }) => /\bconcurrently\b|^vacuum\b/.test(text))
        .map(({ line }) => ({ line, message: 'refuses a transaction: say `-- transaction: none` in the header' }));
    return statements.flatMap(({ line, text, holdsSemicolon }) => [
      ...(REPEATABLE.test(text)
        ? []
        : [{ line, message: 'cannot be repeated when it was cut off: give it a transaction' }]),
      ...(holdsSemicolon ? [{ line, message: 'holds a semicolon, where the migrator would cut it in two' }] : []),
    ]);
  },
};

const backfill: Rule = {
  name: 'backfill',
  check: ({ phase }, statements) => {
    if (phase !== 'backfill') return [];
    const [first, second] = statements;
    if (first === undefined) return [{ line: 1, message: 'has no statement' }];
    if (second !== undefined)
      return [{ line: second.line, message: 'a backfill is one statement, run until it changes nothing' }];
    const wants = [
      [/^(?:with|update|insert|delete)\b/, 'changes rows, and nothing else'],
      [/\blimit \d+\b/, 'takes a bounded batch: `limit`'],
      [/\breturning\b/, 'returns the rows it changed: that tells the migrator when it is done'],
    ] as const;
    return wants
      .filter(([pattern]) => !pattern.test(first.text))
      .map(([, what]) => ({ line: first.line, message: `a backfill ${what}` }));
  },
};

/** Every lock is held until the end of the transaction; two tables' locks are waited for one within the other. */
const oneTable: Rule = {
  name: 'one-table',
  check: (_, statements) => {
    const made = new Set(
      statements.map(({ text }) => /^create table (?:if not exists )?(\S+?)(?: |\(|$)/.exec(text)?.[1] ?? ''),
    );
    const locked = new Map<string, number>();
    for (const { line, text } of statements) {
      const [, table] =
        /^(?:(?:alter|lock) table|create trigger .* on) (?:if exists )?(?:only )?([\w.]+)/.exec(text) ?? [];
      if (table !== undefined && !made.has(table) && !locked.has(table)) locked.set(table, line);
    }
    return [...locked]
      .slice(1)
      .map(([table, line]) => ({ line, message: `locks ${table} while it holds another table: write two migrations` }));
  },
};

/** Dropping a constraint, or an index that is about to be made, takes nothing from code that runs. */
const keepsOldCode: Rule = {
  name: 'expand-keeps',
  check: ({ phase }, statements) => {
    if (phase !== 'expand') return [];
    return statements
      .filter(({ text }) => takesAway(text) && !makesWay(text, statements))
      .map(({ line }) => ({ line, message: 'takes something from code that still runs: that is for `contract`' }));
  },
};

const takesAway = (text: string): boolean =>
  /^(?:drop|revoke)\b/.test(text) ||
  (text.startsWith('alter ') &&
    /\b(?:drop (?!constraint)\w+|rename|set not null|set schema|alter (?:column )?\w+ (?:set data )?type)\b/.test(
      text,
    ));

const makesWay = (text: string, statements: readonly Statement[]): boolean => {
  const [, name] = /^drop index concurrently if exists (?:\w+\.)?(\S+)$/.exec(text) ?? [];
  return (
    name !== undefined &&
    statements.some((other) => new RegExp(`^create .*index concurrently .*\\b${name} on `).test(other.text))
  );
};

const rulesFor = (schemas: readonly string[]): readonly Rule[] => [
  ownSchema(schemas),
  refuses(
    'timeouts',
    /^set\b.*\b(?:lock|statement|idle_in_transaction_session)_timeout\b/,
    'the migrator sets the time-outs: see its ladder',
  ),
  refuses(
    'transactions',
    /^(?:begin|start transaction|commit|end|rollback|savepoint)\b/,
    'the migrator begins and commits',
  ),
  withoutTransaction,
  leftovers,
  backfill,
  oneTable,
  keepsOldCode,
  refuses('data', /^(?:update|delete)\b/, 'changes rows under a lock held for all of them: write a backfill', [
    'expand',
    'contract',
  ]),
  refuses('truncate', /^truncate\b/, 'empties a table: nothing of ours is thrown away like that'),
  refuses('cascade', /^(?:drop|alter)\b.*\bcascade\b/, 'takes along what nobody named: name it'),
  refuses('enum', /^create type .* as enum\b/, 'an enum cannot lose a word: take text and a check'),
  refuses(
    'small-keys',
    /\b(?:small|big)?serial\b|\b(?:id|position|\w+_id) (?:int|integer|int4|smallint)\b/,
    'a key is a uuid or a bigint from an identity or a sequence',
  ),
];

/** What is wrong with the migrations, in their order; nothing when all is well. */
export const findingsIn = (migrations: readonly MigrationFile[], schemas: readonly string[]): readonly Finding[] => {
  const rules = rulesFor(schemas);
  return migrations.flatMap((migration) => {
    const statements = statementsOf(migration.sql);
    return rules
      .flatMap(({ name, check }) =>
        check(migration, statements).map((found) => ({ file: migration.name, rule: name, ...found })),
      )
      .toSorted((a, b) => a.line - b.line);
  });
};
