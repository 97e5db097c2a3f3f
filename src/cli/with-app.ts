/** How commands come to the program's database, and to a program that serves nobody, for a look inside. */
import { createApp } from '../app.ts';
import type { App } from '../infrastructure/compose.ts';
import { type Config, readConfig } from '../infrastructure/config.ts';
import { AppError } from '../shared/errors.ts';
import { environmentFile, localEnvironment, postgresFolder } from './local/environment.ts';
import { startPostgres } from './local/postgres.ts';
import { lookAtDatabase } from './local/reach.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment, and where it says nothing, how `tributary run` was last started. */
export const environment = (): Environment => {
  const given = Object.entries(process.env).filter(([, value]) => value !== '');
  return { ...localEnvironment(), ...Object.fromEntries(given) };
};

/** Of a value that `environment` gives. */
export const originOf = (name: string): string => (process.env[name] ? 'environment' : environmentFile());

/** With the embedded PostgreSQL started for as long, if it is the one and nobody runs it. */
const withDatabase = async <Result>(work: (environment: Environment) => Promise<Result>): Promise<Result> => {
  const found = environment();
  if (process.env['DATABASE_URL'] || found['EMBEDDED_POSTGRES'] !== 'true') {
    await mustAnswer(found['DATABASE_URL']);
    return work(found);
  }
  const postgres = await startPostgres({ dir: postgresFolder() });
  try {
    return await work({ ...found, DATABASE_URL: postgres.url });
  } finally {
    if (!postgres.adopted) await postgres.stop();
  }
};

const mustAnswer = async (url: string | undefined): Promise<void> => {
  if (!url)
    throw new AppError(
      'unavailable',
      'local.no_database',
      'which database? Set DATABASE_URL, or start the program first: make run',
    );
  await lookAtDatabase(url);
};

export const withConfig = <Result>(work: (config: Config) => Promise<Result>): Promise<Result> =>
  withDatabase((found) => work(readConfig({ ...found, LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error' })));

export const withApp = <Result>(work: (app: App) => Promise<Result>): Promise<Result> =>
  withConfig((config) => lookInside(config, work));

/** A program that serves nobody and starts no work, in the deployment's time. */
export const lookInside = async <Result>(config: Config, work: (app: App) => Promise<Result>): Promise<Result> => {
  const app = createApp(config);
  try {
    await app.followClock();
    return await work(app);
  } finally {
    await app.release();
  }
};
