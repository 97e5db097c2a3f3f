import { faultPoint } from '../../../../infrastructure/fault.ts';
import {
  bigints,
  hexes,
  instants,
  integers,
  smallints,
  texts,
  uuids,
} from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { isRepeatable, isUniqueViolation, translated } from '../../../../infrastructure/postgres/errors.ts';
import type { TransactionParts } from '../../../../infrastructure/postgres/transaction.ts';
import { inSpan, SpanKind, traceparentNow } from '../../../../infrastructure/telemetry/tracing.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Account, isAccountCode } from '../../domain/account.ts';
import type { Posted } from '../../domain/judge.ts';
import type { PlainBatch } from '../../domain/plain.ts';
import { PlainJournal } from '../../ports/plain-journal.ts';
import { ACCOUNT_COLUMNS, type AccountRow, toAccount } from './account-row.ts';

/** Of accounts: some 50 MB. */
const MOST_KNOWN = 100_000;

/**
 * One call of `ledger.post_plainly`, which is a transaction of its own: one way to the server and back, and no balance is
 * locked while anybody thinks. Its arguments are flat arrays, in binary.
 */
export class PostgresPlainJournal extends PlainJournal {
  /** By code. Only what is committed gets in: an account that is there stays as it is for ever. */
  private known = new Map<string, Account>();
  /** How the journal names them. */
  private readonly numbers = new WeakMap<Account, number>();

  constructor(private readonly parts: TransactionParts) {
    super();
  }

  async accounts(codes: ReadonlySet<string>): Promise<ReadonlyMap<string, Account>> {
    const unknown = [...codes].filter((code) => !this.known.has(code) && isAccountCode(code));
    if (unknown.length > 0) await this.learn(unknown, codes);
    return this.known;
  }

  async post(batch: PlainBatch, at: Instant): Promise<boolean> {
    const { schema } = this.parts.database;
    const attributes = { 'db.system.name': 'postgresql', 'db.namespace': schema };
    return inSpan(`${schema} transaction`, { kind: SpanKind.CLIENT, attributes }, async () => {
      try {
        return await this.send(batch, at);
      } catch (error) {
        if (isLostRace(error)) return false;
        throw translated(error);
      }
    });
  }

  private async learn(unknown: readonly string[], codes: ReadonlySet<string>): Promise<void> {
    if (this.known.size + unknown.length > MOST_KNOWN) this.known = only(this.known, codes);
    const { known } = this;
    const rows = await rowsOf<NumberedRow>(this.parts.database.knex, NUMBERED, { codes: unknown });
    for (const row of rows) {
      const account = toAccount(row);
      this.numbers.set(account, row.number);
      known.set(account.code, account);
    }
  }

  private async send(batch: PlainBatch, at: Instant): Promise<boolean> {
    const { database, doorbell, ids } = this.parts;
    const { transactions, earliest } = batch;
    const values = {
      ...{ at, earliest, trace: traceparentNow() ?? null },
      ...coursesOf(batch),
      ...headsOf(batch),
      ...this.entriesOf(batch),
      events: uuids(transactions.map(() => ids.next('evt'))),
      names: texts(transactions.map(({ id }) => id)),
      payloads: texts(transactions.map(payloadOf)),
    };
    faultPoint('before_commit');
    faultPoint(`before_commit@${database.schema}`);
    const [row] = await rowsOf<{ posted: boolean }>(database.knex, POST, values, 'ledger.post_plainly');
    if (row?.posted !== true) return false;
    faultPoint('after_commit');
    faultPoint(`after_commit@${database.schema}`);
    doorbell.ring(database.schema);
    return true;
  }

  private entriesOf({ transactions, accounts }: PlainBatch): Arguments {
    const places: number[] = [];
    const minors: bigint[] = [];
    const entered: number[] = [];
    transactions.forEach(({ postings }, index) => {
      postings.forEach(({ account, minor }, nth) => {
        places.push((index + 1) * PLACES + nth + 1);
        minors.push(BigInt(minor));
        entered.push(this.numberOf(accounts.get(account)));
      });
    });
    const touched = integers([...new Set(entered)]);
    return { places: integers(places), minors: bigints(minors), entered: integers(entered), touched };
  }

  private numberOf(account: Account | undefined): number {
    const number = account && this.numbers.get(account);
    if (number === undefined) throw new Error('plain with an account that is not there');
    return number;
  }
}

interface NumberedRow extends AccountRow {
  readonly number: number;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Of a transaction in the journal. */
const PLACES = 1_024;

const only = <Value>(map: ReadonlyMap<string, Value>, keys: ReadonlySet<string>): Map<string, Value> =>
  new Map([...map].filter(([key]) => keys.has(key)));

/** Sorted by id, as text that sorts as the UUIDs do: the order in which everybody locks balances. */
const coursesOf = ({ courses, accounts }: PlainBatch): Arguments => {
  const sorted = [...courses]
    .flatMap(([code, course]) => {
      const id = accounts.get(code)?.id;
      return id === undefined ? [] : [{ id, course }];
    })
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return {
    moved: uuids(sorted.map(({ id }) => id)),
    nets: bigints(sorted.map(({ course }) => course.net)),
    lows: bigints(sorted.map(({ course }) => course.lowest ?? null)),
    highs: bigints(sorted.map(({ course }) => course.highest)),
  };
};

/** Sorted by id, so that twins wait for each other in one order; the rest is in the order given. */
const headsOf = ({ transactions, digests }: PlainBatch): Arguments => {
  const order = orderById(transactions);
  const inOrder = <Value>(valueOf: (transaction: Posted) => Value): readonly Value[] => {
    const values = transactions.map(valueOf);
    return order === undefined ? values : sortedAs(order, values);
  };
  return {
    nths: integers((order ?? transactions.map((_, index) => index)).map((index) => index + 1)),
    ids: uuids(inOrder(({ id }) => id)),
    counts: smallints(inOrder(({ postings }) => postings.length)),
    digests: hexes(order === undefined ? digests : sortedAs(order, digests)),
    purposes: texts(inOrder(({ purpose }) => purpose)),
    metadata: texts(inOrder(metadataOf)),
    effective: instants(transactions.map(({ effectiveAt }) => effectiveAt)),
  };
};

/** Undefined when they are sorted, as they nearly always are. */
const orderById = (transactions: readonly Posted[]): readonly number[] | undefined => {
  const ids = transactions.map(({ id }) => id);
  if (ids.every((id, index) => index === 0 || (ids[index - 1] ?? '') < id)) return undefined;
  return ids.map((_, index) => index).sort((one, other) => ((ids[one] ?? '') < (ids[other] ?? '') ? -1 : 1));
};

const sortedAs = <Value>(order: readonly number[], values: readonly Value[]): readonly Value[] =>
  order.map((index) => values[index] as Value);

const metadataOf = ({ metadata }: Posted): string | null =>
  metadata === undefined || Object.keys(metadata).length === 0 ? null : JSON.stringify(metadata);

/** A `TransactionPostedV1` as JSON; an id and a moment hold nothing that JSON would escape. */
const payloadOf = ({ id, purpose, effectiveAt }: Posted): string =>
  `{"transactionId":"${id}","purpose":${JSON.stringify(purpose)},"effectiveAt":"${effectiveAt}"}`;

/** Somebody was quicker with the same id, or waited for us in a circle. Nothing was done. */
const isLostRace = (error: unknown): boolean => isRepeatable(error) || isUniqueViolation(error, 'journal_pkey');

const NUMBERED = `
  select ${ACCOUNT_COLUMNS}, number
  from ledger.accounts join ledger.account_numbers on account_id = accounts.id
  where code = any(:codes)`;

const POST = `
  select ledger.post_plainly(
    :at, :trace, :earliest,
    :moved, :nets, :lows, :highs, :touched,
    :nths, :ids, :counts, :digests, :purposes, :metadata,
    :effective, :places, :minors, :entered,
    :events, :names, :payloads
  ) as posted`;
