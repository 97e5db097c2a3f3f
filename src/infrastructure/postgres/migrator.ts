/**
 * Applies migrations while the program runs on: one file at a time, each in its own transaction, never waiting long
 * for a lock, so that a slow reader delays the migration and not everybody behind it.
 *
 * A session advisory lock makes a second migrator wait and goes away with its process, also after SIGKILL; a file that
 * was cut off has left nothing behind, so running again is always right.
 */
import type { Knex } from 'knex';
import { AppError } from '../../shared/errors.ts';
import { faultPoint } from '../fault.ts';
import { rawClient, rowsOf } from './database.ts';
import { translated } from './errors.ts';
import { type MigrationFile, type Phase, PHASES } from './migration-file.ts';

/** `[lock_timeout, pause]` in ms: short tries first, then rarer and longer ones, about ten minutes in all. */
const LADDER: readonly (readonly [number, number])[] = [
  ...Array.from({ length: 2 }, () => [100, 50] as const),
  [200, 50],
  [300, 100],
  [400, 150],
  ...Array.from({ length: 4 }, () => [500, 2_000] as const),
  ...Array.from({ length: 100 }, () => [1_000, 5_000] as const),
];
const ADVISORY_KEY = 727_401_001;
const BACKFILL_PAUSE_MS = 20;
const STATEMENT_TIMEOUT_MS = 15 * 60_000;
/** How long to wait for another migrator, and how often to look. */
const PATIENCE_MS = 15 * 60_000;
const TURN_POLL_MS = 100;

export interface MigrationStatus {
  readonly name: string;
  readonly phase: Phase;
  readonly state: 'applied' | 'pending' | 'changed';
  readonly appliedAt?: string;
}

export interface Applied {
  readonly name: string;
  readonly durationMs: number;
  readonly lockRetries: number;
}

type Session = <Row = unknown>(sql: string, values?: Readonly<Record<string, unknown>>) => Promise<Row[]>;

export class Migrator {
  constructor(
    private readonly db: Knex,
    private readonly files: readonly MigrationFile[],
    private readonly say: (line: string) => void = () => undefined,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  async status(): Promise<readonly MigrationStatus[]> {
    const applied = await this.applied((sql, values) => rowsOf(this.db, sql, values));
    return this.files.map((file) => {
      const known = applied.get(file.name);
      if (known === undefined) return { name: file.name, phase: file.phase, state: 'pending' };
      const state = known.checksum === file.checksum ? 'applied' : 'changed';
      return { name: file.name, phase: file.phase, state, appliedAt: known.applied_at };
    });
  }

  /**
   * Throws `migration.changed`, `migration.out_of_order`, `migration.running`, `migration.locked_out`,
   * `migration.failed`; what was applied before stays applied.
   */
  async apply(phases: ReadonlySet<Phase>): Promise<readonly Applied[]> {
    return this.inSession(async (session) => {
      await this.prepare(session);
      const applied = await this.applied(session);
      this.refuseChanged(applied);
      this.refuseOutOfOrder(applied, phases);
      const done: Applied[] = [];
      for (const file of this.files) {
        if (applied.has(file.name) || !phases.has(file.phase)) continue;
        done.push(await this.applyOne(session, file));
      }
      return done;
    });
  }

  private async inSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const connection: unknown = await rawClient(this.db).acquireConnection();
    const session: Session = async <Row>(sql: string, values: Readonly<Record<string, unknown>> = {}) => {
      const result = await this.db
        .raw<{ rows: Row[] } | readonly { rows: Row[] }[]>(sql, values as Record<string, Knex.RawBinding>)
        // The server watches over the time; the pool's own patience is made for requests.
        .options({ query_timeout: STATEMENT_TIMEOUT_MS + 1_000 })
        .connection(connection);
      return 'rows' in result ? result.rows : [];
    };
    try {
      await this.myTurn(session);
      return await work(session);
    } finally {
      await session(`select pg_advisory_unlock(${ADVISORY_KEY})`).catch(() => undefined); // a dead session holds no lock
      await rawClient(this.db).releaseConnection(connection);
    }
  }

  /** Asks again and again: who waits within `pg_advisory_lock` is waited for by `create index concurrently`. */
  private async myTurn(session: Session): Promise<void> {
    for (const until = performance.now() + this.patienceMs; ;) {
      const [lock] = await session<{ taken: boolean }>(`select pg_try_advisory_lock(${ADVISORY_KEY}) as taken`);
      if (lock?.taken === true) return;
      if (performance.now() > until)
        throw new AppError('conflict', 'migration.running', 'another migrator is at work; wait for it and run again');
      await pause(TURN_POLL_MS);
    }
  }

  private async prepare(session: Session): Promise<void> {
    await session(`set application_name = 'tributary:migrator'`);
    await session(`set statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    await session(`set idle_in_transaction_session_timeout = '10s'`);
    await session(`create schema if not exists migrations`);
    await session(`
      create table if not exists migrations.applied (
        name text primary key,
        phase text not null,
        checksum text not null,
        applied_at timestamptz not null default now(),
        duration_ms integer not null,
        lock_retries integer not null
      )`);
    // Every process asks, by whatever role, whether migrations are pending.
    await session(`grant usage on schema migrations to public`);
    await session(`grant select on migrations.applied to public`);
  }

  private async applied(session: Session): Promise<ReadonlyMap<string, { checksum: string; applied_at: string }>> {
    const [table] = await session<{ found: boolean }>(`select to_regclass('migrations.applied') is not null as found`);
    if (table?.found !== true) return new Map();
    const rows = await session<{ name: string; checksum: string; applied_at: string }>(
      `select name, checksum, applied_at from migrations.applied`,
    );
    return new Map(rows.map((row) => [row.name, row]));
  }

  private refuseChanged(applied: ReadonlyMap<string, { checksum: string }>): void {
    const changed = this.files.filter(({ name, checksum }) => (applied.get(name)?.checksum ?? checksum) !== checksum);
    if (changed.length === 0) return;
    const names = changed.map(({ name }) => name).join(', ');
    throw new AppError(
      'conflict',
      'migration.changed',
      `changed after it was applied: ${names}; write a new migration`,
    );
  }

  /** Contracting throws away what a backfill has yet to read, and a backfill fills what an expansion has yet to make. */
  private refuseOutOfOrder(applied: ReadonlyMap<string, unknown>, phases: ReadonlySet<Phase>): void {
    const pending = this.files.filter(({ name }) => !applied.has(name));
    const left = pending.filter(({ phase }) => !phases.has(phase));
    for (const next of pending.filter(({ phase }) => phases.has(phase))) {
      const before = left.find(({ name, phase }) => name < next.name && isBefore(phase, next.phase));
      if (before === undefined) continue;
      throw new AppError(
        'conflict',
        'migration.out_of_order',
        `${next.name} comes after ${before.name}, which is pending: run migrate ${before.phase} first`,
      );
    }
  }

  private async applyOne(session: Session, file: MigrationFile): Promise<Applied> {
    const started = performance.now();
    for (const [attempt, [lockTimeoutMs, pauseMs]] of LADDER.entries()) {
      try {
        await session(`set lock_timeout = ${lockTimeoutMs}`);
        await this.run(session, file, () => ({
          durationMs: Math.round(performance.now() - started),
          lockRetries: attempt,
        }));
        const durationMs = Math.round(performance.now() - started);
        this.say(`applied ${file.name} in ${durationMs} ms${attempt > 0 ? ` after ${attempt} waits for a lock` : ''}`);
        return { name: file.name, durationMs, lockRetries: attempt };
      } catch (error) {
        await session('rollback').catch(() => undefined); // there may be nothing to roll back
        if (!isLockTimeout(error)) throw failed(file, error);
        await pause(pauseMs);
      }
    }
    const blockers = await session<{ pid: number; query: string }>(
      `select pid, left(query, 120) as query from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid()`,
    );
    const who = blockers.map(({ pid, query }) => `${pid}: ${query}`).join('\n');
    throw new AppError(
      'unavailable',
      'migration.locked_out',
      `${file.name} never got its lock; in the way may be:\n${who}`,
    );
  }

  private async run(session: Session, file: MigrationFile, took: () => Omit<Applied, 'name'>): Promise<void> {
    if (file.phase === 'backfill') return this.backfill(session, file, took);
    if (!file.transactional) {
      for (const statement of statementsOf(file.sql)) await session(statement);
      faultPoint('migration.before_record');
      return this.record(session, file, took());
    }
    await session('begin');
    await session(file.sql.replaceAll('?', '\\?'));
    await this.record(session, file, took());
    faultPoint('migration.before_commit');
    await session('commit');
  }

  /** The statement returns the rows it changed; none means it is done. Each batch commits, so locks are short. */
  private async backfill(session: Session, file: MigrationFile, took: () => Omit<Applied, 'name'>): Promise<void> {
    for (;;) {
      const changed = await session(file.sql.replaceAll('?', '\\?'));
      if (changed.length === 0) break;
      faultPoint('migration.between_batches');
      await pause(BACKFILL_PAUSE_MS);
    }
    await this.record(session, file, took());
  }

  private async record(session: Session, file: MigrationFile, took: Omit<Applied, 'name'>): Promise<void> {
    await session(
      `insert into migrations.applied (name, phase, checksum, duration_ms, lock_retries)
       values (:name, :phase, :checksum, :durationMs, :lockRetries)`,
      { name: file.name, phase: file.phase, checksum: file.checksum, ...took },
    );
  }
}

/** Statements that may not share a transaction are sent one by one; such files hold no semicolon within a statement. */
const statementsOf = (sql: string): string[] =>
  sql
    .replace(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/** One line that names the file; the server's own words come behind the whole statement. */
const failed = ({ name, phase, transactional }: MigrationFile, thrown: unknown): unknown => {
  const error = translated(thrown);
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const words = error.message.slice(error.message.lastIndexOf(' - ') + 1).replace(/^- /, '');
  const kept = transactional && phase !== 'backfill' ? '; nothing of it was kept' : '';
  return new AppError('refused', 'migration.failed', `${name}: ${words}${kept}`, { cause: error });
};

const isBefore = (a: Phase, b: Phase): boolean => PHASES.indexOf(a) < PHASES.indexOf(b);

const isLockTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '55P03';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
