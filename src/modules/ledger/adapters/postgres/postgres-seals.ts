import type { Knex } from 'knex';
import { pause } from '../../../../infrastructure/pause.ts';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Seal } from '../../domain/seal.ts';
import type { TransactionId } from '../../index.ts';

import { type Seals } from '../../ports/ledger-stores.ts';
import { type SealKey, type SealReader } from '../../ports/seals.ts';
import { toRecorded, type TransactionRow } from './find-transactions.ts';
import type { RecordedTransaction } from '../../domain/recorded.ts';

interface SealRow {
  readonly number: number;
  readonly after: bigint;
  readonly up_to: bigint;
  readonly count: number;
  readonly root: string;
  readonly head: string;
  readonly marks: string;
  readonly key_id: string;
  readonly signature: string;
  readonly sealed_at: Instant;
}

const SEALS = `
  select number, after, up_to, count, encode(root, 'hex') as root, encode(head, 'hex') as head,
    encode(marks, 'hex') as marks, key_id, encode(signature, 'hex') as signature, sealed_at
  from ledger.seals`;

const toSeal = ({ up_to, key_id, sealed_at, ...row }: SealRow): Seal => ({
  ...row,
  upTo: up_to,
  keyId: key_id,
  sealedAt: sealed_at,
});

const WRITERS = `
  select virtualtransaction as writer from pg_locks
  where relation = 'ledger.journal'::regclass and mode = 'RowExclusiveLock'
    and database = (select oid from pg_database where datname = current_database())`;

const POLL_MS = 5;
const PATIENCE_MS = 2_000;
const FOR_ALL = new AbortController().signal;

export class PostgresSealReader implements SealReader {
  constructor(private readonly db: Knex) {}

  /**
   * The lock barrier of ADR 4: who holds a number up to the last one drawn held the table's lock before he drew it, and
   * holds it until he is done. When some go on for long, nothing is settled this time.
   */
  async settled(): Promise<bigint> {
    const [row] = await rowsOf<{ last: bigint }>(
      this.db,
      `select case when is_called then last_value else 0 end as last from ledger.journal_number_seq`,
    );
    const writers = new Set(await this.writers());
    for (let waited = 0; writers.size > 0; waited += POLL_MS) {
      if (waited >= PATIENCE_MS) return 0n;
      await pause(POLL_MS, FOR_ALL);
      const still = new Set(await this.writers());
      for (const writer of writers) if (!still.has(writer)) writers.delete(writer);
    }
    return row?.last ?? 0n;
  }

  async last(): Promise<Seal | undefined> {
    return lastSeal(this.db);
  }

  async seals(from: number, limit: number): Promise<readonly Seal[]> {
    const rows = await rowsOf<SealRow>(this.db, `${SEALS} where number >= :from order by number limit :limit`, {
      from,
      limit,
    });
    return rows.map(toSeal);
  }

  async over(id: TransactionId): Promise<Seal | undefined> {
    const rows = await rowsOf<SealRow>(
      this.db,
      `${SEALS} where up_to >= (select number from ledger.journal where id = :id) order by up_to limit 1`,
      { id: toUuid(id) },
    );
    return rows.map(toSeal).at(0);
  }

  async keys(): Promise<readonly SealKey[]> {
    const rows = await rowsOf<{ id: string; public_key: string }>(
      this.db,
      `select id, public_key from ledger.seal_keys order by made_at, id`,
    );
    return rows.map(({ id, public_key }) => ({ id, publicKey: public_key }));
  }

  async transactions(after: bigint, upTo: bigint, limit: number): Promise<readonly RecordedTransaction[]> {
    const rows = await rowsOf<TransactionRow>(this.db, STRETCH, { after, upTo, limit });
    return rows.map(toRecorded);
  }

  private async writers(): Promise<readonly string[]> {
    return (await rowsOf<{ writer: string }>(this.db, WRITERS)).map(({ writer }) => writer);
  }
}

const lastSeal = async (db: Knex): Promise<Seal | undefined> =>
  (await rowsOf<SealRow>(db, `${SEALS} order by number desc limit 1`)).map(toSeal).at(0);

/** One look at the pages where these entries lie, and not one for each transaction. */
const STRETCH = `
  with whole as materialized (
    select * from ledger.journal where number > :after and number <= :upTo order by number limit :limit
  ),
  entered as (
    select position >> 10 as number, min(effective_at) as effective_at,
      jsonb_agg(jsonb_build_array(accounts.id, code, currency, minor::text) order by position) as entries
    from ledger.entries
    join ledger.account_numbers on account_numbers.number = account
    join ledger.accounts on accounts.id = account_id
    where position > (select min(number) from whole) << 10 and position < ((select max(number) from whole) + 1) << 10
    group by position >> 10
  )
  select whole.*, coalesce(effective_at, recorded_at) as effective_at, coalesce(entries, '[]') as entries
  from whole left join entered using (number)
  order by number`;

export class PostgresSeals implements Seals {
  constructor(private readonly db: Knex) {}

  last(): Promise<Seal | undefined> {
    return lastSeal(this.db);
  }

  async add(seal: Seal): Promise<void> {
    await rowsOf(
      this.db,
      `insert into ledger.seals (number, after, up_to, count, root, head, marks, key_id, signature, sealed_at)
       values (:number, :after, :upTo, :count, decode(:root, 'hex'), decode(:head, 'hex'), decode(:marks, 'hex'),
         :keyId, decode(:signature, 'hex'), :sealedAt)
       on conflict do nothing`,
      { ...seal },
    );
  }
}
