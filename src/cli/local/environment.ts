/**
 * What `tributary run` keeps in its data folder beside the database: the key that opens its secrets, and how it was
 * last started, so that other commands find it. `DATA_DIR` names another folder than `.data`.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { projectRoot } from '../../infrastructure/system/root.ts';
import { AppError } from '../../shared/errors.ts';

/** A variable that is set to nothing is as good as not set. */
const given = (name: string): string | undefined => (process.env[name] === '' ? undefined : process.env[name]);

export const dataFolder = (): string => resolve(projectRoot(), given('DATA_DIR') ?? '.data');
export const postgresFolder = (): string => join(dataFolder(), 'postgres');

const ENVIRONMENT = 'environment.json';
/** As one would name it from where one stands. */
export const environmentFile = (): string => {
  const path = join(dataFolder(), ENVIRONMENT);
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
};

/** What other commands must know to meet the same program. */
const SHARED = [
  'DATABASE_URL',
  'EMBEDDED_POSTGRES',
  'AMQP_URL',
  'BROKER_NAMESPACE',
  'BROKER_LANES',
  'BROKER_BUNDLE',
  'REDIS_URL',
  'SANDBOX',
  'PORT',
  'PUBLIC_URL',
  'AUDIENCE',
  'JOURNAL_DIR',
  'ARCHIVE_TO',
  'ARCHIVE_S3_ENDPOINT',
  'ARCHIVE_S3_REGION',
  'ARCHIVE_S3_KEY',
  'ARCHIVE_S3_SECRET',
] as const;

export type LocalEnvironment = Readonly<Record<string, string>>;

/** A file of the data folder, as it was kept; undefined when there is none. Throws `local.broken_data`. */
export const readKept = <Content>(name: string): Content | undefined => {
  const path = join(dataFolder(), name);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content;
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'local.broken_data',
      `${path} cannot be read; bring back a copy of it, or remove ${dataFolder()} to start anew`,
      { cause },
    );
  }
};

/** Whole or not at all, and for the owner's eyes alone. Throws `local.broken_data`. */
export const keep = (name: string, content: unknown): void => {
  const path = join(dataFolder(), name);
  try {
    mkdirSync(dataFolder(), { recursive: true });
    writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('unavailable', 'local.broken_data', `cannot write to ${dataFolder()}: ${why}`, { cause });
  }
};

export const localEnvironment = (): LocalEnvironment => readKept<LocalEnvironment>(ENVIRONMENT) ?? {};

/** The key that is kept; else the given one, or a new one. Throws `local.key_lost` when a database is there without it. */
export const keepMasterKey = (): LocalEnvironment => {
  const { MASTER_KEY: known } = localEnvironment();
  if (known !== undefined) return { MASTER_KEY: known };
  if (existsSync(postgresFolder()) && given('MASTER_KEY') === undefined)
    throw new AppError(
      'unavailable',
      'local.key_lost',
      `the key to ${postgresFolder()} is gone: bring back ${ENVIRONMENT}, or remove ${dataFolder()} to start anew`,
    );
  const made = { MASTER_KEY: given('MASTER_KEY') ?? randomBytes(32).toString('base64') };
  keep(ENVIRONMENT, made);
  return made;
};

/** How the program runs now: what it was given, and where its parts are. */
export const keepEnvironment = (
  key: LocalEnvironment,
  environment: Readonly<Record<string, string | undefined>>,
): void => {
  const shared = SHARED.flatMap((name) => {
    const value = environment[name];
    return value ? [[name, value] as const] : [];
  });
  keep(ENVIRONMENT, { ...key, ...Object.fromEntries(shared) });
};
