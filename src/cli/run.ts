/**
 * `make run`: the whole program in one process, on an embedded PostgreSQL, broker and cache, unless the environment
 * names better ones. Data stays under `.data`; Ctrl-C leaves nothing running.
 */
import { join } from 'node:path';
import { createApp } from '../app.ts';
import type { App } from '../infrastructure/compose.ts';
import { type Config, readConfig } from '../infrastructure/config.ts';
import { endWell } from '../infrastructure/system/process.ts';
import { AppError } from '../shared/errors.ts';
import { dataFolder, keepEnvironment, keepMasterKey, postgresFolder } from './local/environment.ts';
import { startPostgres } from './local/postgres.ts';
import { lookAtDatabase } from './local/reach.ts';
import { welcome } from './local/welcome.ts';
import { migrate } from './migrate.ts';

interface Running {
  readonly app: App;
  readonly url: string;
}

/** What was started, to be ended in the opposite order. */
class Undo {
  private readonly steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  async all(): Promise<void> {
    for (const step of this.steps.splice(0).toReversed()) await step();
  }
}

export const run = async (): Promise<void> => {
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(1);
  const stopping = new AbortController();
  const undo = new Undo();
  const starting = start(undo, stopping.signal);
  endWell(async () => {
    stopping.abort();
    await starting.catch(() => undefined); // whoever started it says why
    await undo.all();
    console.log('stopped.');
  });
  try {
    const { app, url } = await starting;
    if (stopping.signal.aborted) return;
    console.log(`Tributary is up after ${seconds()} s.`);
    const lines = await welcome(app, url);
    console.log(['', ...lines, '', `Ready after ${seconds()} s. Ctrl-C ends it.`].join('\n'));
  } catch (error) {
    if (stopping.signal.aborted) return; // it was cut off, and the signal's end is under way
    await undo.all();
    throw error;
  }
};

const LOCAL = { LOG_LEVEL: 'warn', SANDBOX: 'true' };

/** In the data folder, beside the database. Whoever chose a port of his own has another program at the usual ones. */
const beside = (): Readonly<Record<string, string>> => ({
  JOURNAL_DIR: join(dataFolder(), 'journal'),
  ARCHIVE_TO: join(dataFolder(), 'archive'),
  ...(!process.env['PORT'] && { GRPC_PORT: '50051' }),
});

/** Throws for whatever is in the way; what was started by then is in `undo`. */
const start = async (undo: Undo, stop: AbortSignal): Promise<Running> => {
  const key = keepMasterKey();
  const database = await findDatabase(undo);
  const given = { ...LOCAL, ...beside(), ...key, ...process.env, DATABASE_URL: database, ROLE: 'all' };
  const config = named(readConfig(given));
  stop.throwIfAborted();
  await migrate(config.DATABASE_URL, undefined, () => undefined);
  stop.throwIfAborted();
  const app = createApp(config);
  undo.add(() => app.stop());
  const port = await app.start();
  const embedded = process.env['DATABASE_URL'] ? '' : 'true';
  keepEnvironment(key, {
    ...given,
    PORT: String(port),
    PUBLIC_URL: config.PUBLIC_URL,
    EMBEDDED_POSTGRES: embedded,
  });
  return { app, url: `http://localhost:${port}` };
};

/** Under its own address where nobody says otherwise: links lead there, and tokens name it as their issuer. */
const named = (config: Config): Config =>
  config.PUBLIC_URL !== undefined || config.PORT === 0
    ? config
    : { ...config, PUBLIC_URL: `http://localhost:${config.PORT}` };

/** The given one, or one of our own. Throws `local.already_running` for one that another program uses. */
const findDatabase = async (undo: Undo): Promise<string> => {
  const given = process.env['DATABASE_URL'];
  if (given) {
    await lookAtDatabase(given);
    return given;
  }
  const postgres = await startPostgres({ dir: postgresFolder() });
  if (postgres.adopted && (await lookAtDatabase(postgres.url)).inUse)
    throw new AppError(
      'conflict',
      'local.already_running',
      `a program runs on ${dataFolder()} already; stop it, or set DATA_DIR=<another folder>`,
    );
  undo.add(() => postgres.stop());
  // Whoever cannot wait for the end of `stop` leaves nothing behind either.
  process.once('exit', () => {
    postgres.abandon();
  });
  return postgres.url;
};
