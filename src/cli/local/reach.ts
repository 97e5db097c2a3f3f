/** Whether a database is there and will do, said in a line before anybody stumbles over it. */
import { openDatabase, rowsOf } from '../../infrastructure/postgres/database.ts';
import { AppError } from '../../shared/errors.ts';

const TIMEOUT_MS = 5_000;
const OLDEST = 150_000;

interface Found {
  readonly version: number;
  /** A program that has been started is at work on it. */
  readonly inUse: boolean;
}

/** Throws `local.no_database`. */
export const lookAtDatabase = async (url: string): Promise<Found> => {
  const database = openDatabase({ url, schema: 'owner', poolSize: 1, timeoutMs: TIMEOUT_MS });
  try {
    const rows = await rowsOf<Found>(
      database.knex,
      `select current_setting('server_version_num')::integer as version,
         exists (
           select from pg_stat_activity
           where application_name = :listener and datname = current_database()
         ) as "inUse"`,
      { listener: 'tributary:doorbell' },
    );
    const [found] = rows;
    if (found === undefined || found.version < OLDEST)
      throw new Error(`it is version ${Math.floor((found?.version ?? 0) / 10_000)}, and 15 or later is needed`);
    return found;
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'local.no_database',
      `cannot use the database ${placeOf(url)}: ${whyOf(cause)}; check DATABASE_URL, or leave it out for an embedded one`,
      { cause },
    );
  } finally {
    await database.knex.destroy();
  }
};

/** Host, port and name; never the password. */
const placeOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
};

/** Of several addresses that were tried, each has a reason of its own; knex puts the statement in front of it. */
const whyOf = (cause: unknown): string => {
  if (cause instanceof AggregateError) return cause.errors.map(whyOf).join(', ');
  return (cause instanceof Error ? cause.message : String(cause)).split(' - ').at(-1) ?? '';
};
