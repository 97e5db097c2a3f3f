/**
 * What one writes first: a function that moves one amount between two accounts, with a locked balance row on each side,
 * called once a transfer. It keeps less than we do: no digest, no moment, no purpose. With `PGLEDGER_SQL` pgledger is asked
 * the same: a copy of its folder, or its files in the order of its README, separated by commas.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { uuidv7 } from './ids.ts';

const NAIVE = `
  create schema peer;
  create table peer.accounts (id int primary key, currency char(3) not null, balance bigint not null check (balance >= 0));
  create table peer.transfers (
    id uuid primary key, debit int not null references peer.accounts, credit int not null references peer.accounts,
    minor bigint not null check (minor > 0), created_at timestamptz not null default now()
  );
  create table peer.entries (
    id bigint generated always as identity primary key, transfer_id uuid not null references peer.transfers,
    account int not null references peer.accounts, minor bigint not null, balance bigint not null
  );
  create index on peer.entries (account, id);
  create function peer.transfer(transfer uuid, from_account int, to_account int, amount bigint) returns uuid
  language plpgsql as $body$
  declare source peer.accounts; target peer.accounts;
  begin
    perform from peer.accounts where id in (from_account, to_account) order by id for update;
    select * into source from peer.accounts where id = from_account;
    select * into target from peer.accounts where id = to_account;
    if source.currency <> target.currency then raise exception 'two currencies'; end if;
    if source.balance < amount then raise exception 'not enough'; end if;
    update peer.accounts set balance = balance - amount where id = from_account;
    update peer.accounts set balance = balance + amount where id = to_account;
    insert into peer.transfers values (transfer, from_account, to_account, amount);
    insert into peer.entries (transfer_id, account, minor, balance) values
      (transfer, from_account, -amount, source.balance - amount), (transfer, to_account, amount, target.balance + amount);
    return transfer;
  end $body$;`;

export interface Peer {
  readonly name: string;
  /** Transfers in a second, one a call, of so many callers. */
  perSecond(accounts: number, callers: number, ms: number): Promise<number>;
  /** Its callers hang up. */
  end(): Promise<void>;
}

const asked = async (url: string, sql: string): Promise<readonly Readonly<Record<string, string>>[]> => {
  const client = await connected(url);
  try {
    return (await client.query<Record<string, string>>(sql)).rows;
  } finally {
    await client.end();
  }
};

const FUNDS = 1_000_000_000;

export const naivePeer = async (url: string, accounts: number): Promise<Peer> => {
  await asked(url, NAIVE);
  await asked(url, `insert into peer.accounts select n, 'EUR', ${FUNDS} from generate_series(1, ${accounts}) as n`);
  return callingPeer('a function a transfer', url, 'select peer.transfer($1, $2, $3, $4)', (from, to, minor) => [
    ...[uuidv7(), from, to, minor],
  ]);
};

/** Of its folder: what it brings along of others first, and then itself; not its examples. */
const filesAt = (path: string): readonly string[] => {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  const own = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map(({ name }) => join(path, name));
  return [...(entries.some(({ name }) => name === 'vendor') ? filesBelow(join(path, 'vendor')) : []), ...own];
};

const filesBelow = (path: string): readonly string[] =>
  readdirSync(path, { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => join(path, name));

export const pgledgerPeer = async (url: string, paths: string, accounts: number): Promise<Peer> => {
  for (const file of paths.split(',').flatMap(filesAt)) await asked(url, readFileSync(file, 'utf8'));
  const rows = await asked(
    url,
    `select (pgledger_create_account('account ' || n, 'EUR')).id from generate_series(1, ${accounts}) as n`,
  );
  const ids = rows.map(({ id }) => id);
  return callingPeer('pgledger', url, 'select id from pgledger_create_transfer($1, $2, $3)', (from, to, minor) => [
    ...[ids[from - 1], ids[to - 1], minor],
  ]);
};

type Arguments = (from: number, to: number, minor: number) => readonly unknown[];

/** Each caller keeps his connection, and his statement, from one round to the next. */
const callingPeer = (name: string, url: string, sql: string, valuesOf: Arguments): Peer => {
  const clients: pg.Client[] = [];
  const call = async (client: pg.Client, accounts: number, nth: number): Promise<void> => {
    const from = 1 + Math.floor(Math.random() * accounts);
    const to = 1 + ((from + Math.floor(Math.random() * (accounts - 1))) % accounts);
    await client.query({ name: 'transfer', text: sql, values: [...valuesOf(from, to, 1 + (nth % 100))] });
  };
  return {
    name,
    perSecond: async (accounts, callers, ms) => {
      while (clients.length < callers) clients.push(await connected(url));
      const started = performance.now();
      let done = 0;
      const caller = async (client: pg.Client): Promise<void> => {
        for (; performance.now() - started < ms; done += 1) await call(client, accounts, done);
      };
      await Promise.all(clients.slice(0, callers).map(caller));
      return (done / (performance.now() - started)) * 1_000;
    },
    end: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
};

const connected = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};
