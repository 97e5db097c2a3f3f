/**
 * Configuration comes from the environment, once, at start: typed, checked, all errors at once. Nobody else reads
 * `process.env`.
 */
import { digest } from '../shared/digest.ts';
import { AppError } from '../shared/errors.ts';

export const ROLES = ['api', 'tracking', 'worker', 'relay', 'scheduler'] as const;
export type Role = (typeof ROLES)[number];

interface Setting<Value> {
  /** Throws an `Error` whose message ends the sentence "<NAME> …". */
  readonly parse: (text: string) => Value;
  readonly fallback?: string;
  readonly secret?: true;
  readonly about: string;
}

const setting = <Value>(about: string, parse: (text: string) => Value, fallback?: string): Setting<Value> => ({
  about,
  parse,
  ...(fallback !== undefined && { fallback }),
});
const secret = <Value>(of: Setting<Value>): Setting<Value> => ({ ...of, secret: true });

const text = (value: string): string => value;
const optional =
  <Value>(parse: (text: string) => Value) =>
  (value: string): Value | undefined =>
    value === '' ? undefined : parse(value);

const WORD = /^[a-z][a-z0-9_-]{0,40}$/;

/** A name that is part of other names. */
const word = (value: string): string => {
  if (!WORD.test(value)) throw new Error('must be a word of small letters, digits, - and _');
  return value;
};

const whole =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max)
      throw new Error(`must be a whole number from ${min} to ${max}`);
    return number;
  };

const flag = (value: string): boolean => {
  if (value !== 'true' && value !== 'false') throw new Error('must be true or false');
  return value === 'true';
};

const oneOf =
  <Value extends string>(...values: readonly Value[]) =>
  (value: string): Value => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new Error(`must be one of ${values.join(', ')}`);
    return found;
  };

const address =
  (...protocols: readonly string[]) =>
  (value: string): string => {
    const protocol = URL.canParse(value) ? new URL(value).protocol.slice(0, -1) : '';
    if (!protocols.includes(protocol)) throw new Error(`must be an address like ${protocols[0]}://host`);
    return value;
  };

const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const TYPES = /^[a-z0-9_.*]+(,[a-z0-9_.*]+)*$/;

/** Of a program that is none of ours. */
export interface AskedQueue {
  readonly name: string;
  /** `commission.accrued`; a star stands for anything. */
  readonly types: readonly string[];
}

/** `name=type,type;name=type` */
const queues = (value: string): readonly AskedQueue[] => {
  const asked = value.split(';').filter((each) => each.trim() !== '');
  const read = asked.map((each) => {
    const [name = '', types = ''] = each.split('=');
    return { name: name.trim(), types: list(types) };
  });
  const isSound = read.every(({ name, types }) => WORD.test(name) && TYPES.test(types.join()));
  if (!isSound || new Set(read.map(({ name }) => name)).size < read.length)
    throw new Error(
      'must be like warehouse=commission.*,pipeline.event_received;crm=attribution.conversion_attributed',
    );
  return read;
};

const roles = (value: string): ReadonlySet<Role> => {
  if (value === 'all') return new Set(ROLES);
  const named = list(value);
  const known = ROLES.filter((role) => named.includes(role));
  if (known.length === 0 || known.length < new Set(named).size)
    throw new Error(`must be all, or some of ${ROLES.join(', ')}`);
  return new Set(known);
};

const MASTER_KEY_RECIPE = '32 bytes in base64; make one with: openssl rand -base64 32';

/** The key that encrypts the other keys. */
const masterKey = (value: string): Uint8Array => {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 32) throw new Error(`must be ${MASTER_KEY_RECIPE}`);
  return bytes;
};

const settings = {
  ROLE: setting('what this process does: all, or some of api,tracking,worker,relay,scheduler', roles, 'all'),
  HOST: setting('the address to listen on', text, '0.0.0.0'),
  PORT: setting('the port to listen on; 0 takes a free one', whole(0, 65_535), '3000'),
  GRPC_PORT: setting('the port of gRPC; 0 takes a free one, nothing leaves it off', optional(whole(0, 65_535)), ''),
  PUBLIC_URL: setting('the address under which partners reach this API', optional(address('http', 'https')), ''),

  DATABASE_URL: secret(setting('PostgreSQL 15 or later', address('postgres', 'postgresql'))),
  DATABASE_POOL_SIZE: setting('connections each module may hold', whole(1, 50), '4'),
  DATABASE_TIMEOUT_MS: setting('how long a statement, a connection or a lock may take', whole(100, 600_000), '10000'),

  AMQP_URL: secret(setting('RabbitMQ; without it the embedded broker is used', optional(address('amqp', 'amqps')), '')),
  BROKER_NAMESPACE: setting(
    'the first word of every name at the broker; programs that share one differ',
    word,
    'tributary',
  ),
  BROKER_LANES: setting('queues a consumer; changing it needs empty queues', whole(1, 64), '4'),
  BROKER_BUNDLE: setting(
    'events of a message at most; 1 while workers run that were built before there was this setting',
    whole(1, 500),
    '64',
  ),
  BROKER_OUTSIDE: setting('queues for other programs, and the types each hears: crm=commission.*;…', queues, ''),
  REDIS_URL: secret(setting('Redis; without it memory is used', optional(address('redis', 'rediss')), '')),

  MASTER_KEY: secret(setting(`encrypts keys, secrets and payout profiles; ${MASTER_KEY_RECIPE}`, masterKey)),
  TOKEN_TTL_SECONDS: setting('how long an access token lives', whole(60, 86_400), '3600'),
  AUDIENCE: setting('the audience a token must name', text, 'tributary'),
  FOREIGN_ISSUER: setting('an OpenID provider whose tokens are accepted too', optional(address('https', 'http')), ''),

  PROXIES: setting('how many proxies of yours stand before it, each adding to X-Forwarded-For', whole(0, 10), '0'),
  RATE_LIMIT_PER_MINUTE: setting('requests a client may make in a minute', whole(1, 10_000_000), '60000'),
  BODY_LIMIT_BYTES: setting('the largest request body', whole(1_024, 50_000_000), '5000000'),
  SHUTDOWN_GRACE_MS: setting('how long a stop waits for work in progress', whole(0, 120_000), '10000'),

  JOURNAL_DIR: setting('where clicks wait while the database is away; a disk of this machine', text, '.data/journal'),
  JOURNAL_MAX_MB: setting('how much may wait there; about 500 bytes a click', whole(1, 1_000_000), '2048'),
  CLICK_ID_DAYS: setting('how long a signed click id is valid', whole(1, 1_000), '400'),

  SANDBOX: setting('a test clock and a simulated bank; never in production', flag, 'false'),
  FUTURE_TOLERANCE_SECONDS: setting('how far ahead of us an event may be', whole(0, 86_400), '300'),
  SEEN_EVENT_DAYS: setting('days for which ids of registered event types are remembered', whole(2, 4_000), '400'),
  QUARANTINE_DAYS: setting('days for which refused events are kept', whole(1, 400), '30'),
  QUARANTINE_MOST_A_DAY: setting('refused events kept of one source in a day', whole(0, 10_000_000), '100000'),
  WEBHOOK_PRIVATE_HOSTS: setting('host:port pairs exempt from the ban on private addresses', list, ''),
  WEBHOOK_TIMEOUT_MS: setting('how long an endpoint may take to answer', whole(100, 60_000), '15000'),
  WALLET_RAIL_URL: setting(
    'the provider that pays to wallets; a sandbox plays one',
    optional(address('https', 'http')),
    '',
  ),
  WALLET_RAIL_TOKEN: secret(setting('the token it knows us by', optional(text), '')),
  WALLET_RAIL_DIALECT: setting('in whose words it speaks', oneOf('paypal', 'wise'), 'paypal'),
  WALLET_RAIL_TIMEOUT_MS: setting('how long it may take to answer', whole(100, 120_000), '20000'),
  ACH_COMPANY_ID: setting('ten characters by which our bank knows us in ACH; a sandbox has one', optional(text), ''),
  NETWORK_LISTS: setting(
    'a folder with hosting.txt, proxies.txt and referers.txt; without it none is listed',
    optional(text),
    '',
  ),
  FORGET_NETWORK_AFTER_DAYS: setting("how long a click's network and user agent are kept", whole(1, 400), '7'),

  ARCHIVE_TO: setting(
    'a folder, or s3://bucket/prefix, for all events as Parquet; empty keeps none',
    optional(text),
    '',
  ),
  ARCHIVE_LATENESS_SECONDS: setting('how late an event may come and still be sorted in', whole(0, 86_400), '300'),
  ARCHIVE_FLUSH_SECONDS: setting('how long an archived event may wait for its file', whole(1, 86_400), '300'),
  ARCHIVE_S3_ENDPOINT: setting('where the bucket is; without it Amazon', optional(address('https', 'http')), ''),
  ARCHIVE_S3_REGION: setting('the region of the bucket', text, 'us-east-1'),
  ARCHIVE_S3_KEY: setting('the access key to the bucket', optional(text), ''),
  ARCHIVE_S3_SECRET: secret(setting('the secret of that key', optional(text), '')),

  LOG_LEVEL: setting('how much is logged', oneOf('error', 'warn', 'info', 'debug'), 'info'),
  OTLP_ENDPOINT: setting('where traces go; without it they only carry ids', optional(address('http', 'https')), ''),
  FAULT: setting('kills this process at a named point; for crash tests', optional(text), ''),
} as const;

type Table = typeof settings;
export type Config = { readonly [Name in keyof Table]: Table[Name] extends Setting<infer Value> ? Value : never };

/** The configuration as a port, for the modules that need a word of it. */
export abstract class Settings {}
export interface Settings extends Config {}

const names = Object.keys(settings) as (keyof Table)[];

/** A variable that is set to nothing is as good as not set: that is how compose files leave one out. */
const givenFor = (name: string, environment: Readonly<Record<string, string | undefined>>): string | undefined =>
  environment[name] === '' ? undefined : environment[name];

/** Throws `config.invalid` with every fault; unknown variables are somebody else's and are left alone. */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const faults: string[] = [];
  const values = names.map((name) => {
    const { parse, fallback }: Setting<unknown> = settings[name];
    const given = givenFor(name, environment) ?? fallback;
    if (given === undefined) {
      faults.push(`${name} is missing: ${settings[name].about}`);
      return [name, undefined];
    }
    try {
      return [name, parse(given)];
    } catch (cause) {
      faults.push(`${name} ${cause instanceof Error ? cause.message : String(cause)}`);
      return [name, undefined];
    }
  });
  if (faults.length > 0) throw new AppError('invalid', 'config.invalid', faults.join('\n'));
  return Object.fromEntries(values) as Config;
};

/**
 * What the program runs with, for people: one line a setting, secrets masked. `originOf` says where a value that is given
 * comes from.
 */
export const describeConfig = (
  environment: Readonly<Record<string, string | undefined>>,
  originOf: (name: string) => string = () => 'environment',
): string[] =>
  names.map((name) => {
    const { fallback, secret: hidden, about }: Setting<unknown> = settings[name];
    const given = givenFor(name, environment);
    const shown = given === undefined ? (fallback ?? '') : hidden ? '********' : given;
    const origin = given === undefined ? 'default' : originOf(name);
    return `${name}=${shown}  # ${origin}; ${about}`;
  });

/** Who shares a database is one deployment, however many processes it has. */
export const deploymentOf = ({ DATABASE_URL }: Config): string => {
  const { host, pathname } = new URL(DATABASE_URL);
  return digest([host, pathname]).slice(0, 12);
};
