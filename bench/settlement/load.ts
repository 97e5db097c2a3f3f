/** A month of a program as it is before its close: everything booked, and posted to the ledger. */
import pg from 'pg';
import { booked } from '../../src/modules/settlement/domain/books/booking.ts';
import { accountsOf, availableCode, payableCode } from '../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { toUuid } from '../../src/shared/ids.ts';
import { idOf } from '../../test/support/clock.ts';
import type { TestDatabase } from '../../test/support/database.ts';
import { ledgerOn } from '../../test/support/ledger.ts';
import { aFact, programId } from '../../test/support/settlement-story.ts';

const BOOKS = { programId, currency: 'BRL', timeZone: 'America/Sao_Paulo', lastNumber: 0 };
const OPENED_AT_ONCE = 500;

/** Accrued and locked in January 2018, partner by partner in turn; every hundredth is clawed back in part. */
export const loadMonth = async (database: TestDatabase, commissions: number, partners: number): Promise<void> => {
  const numbers = Array.from({ length: partners }, (_, index) => index + 1);
  const { ledger } = ledgerOn(database, '2018-01-01T00:00:00Z');
  for (let from = 0; from < partners; from += OPENED_AT_ONCE) {
    const some = numbers.slice(from, from + OPENED_AT_ONCE);
    await ledger.openAccounts(accountsOf(some.map((partner) => booked(aFact('lock', { partner }), BOOKS))));
  }
  await ledger.openAccounts(accountsOf([booked(aFact('accrue'), BOOKS)]));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(PARTNERS);
    await client.query(
      'insert into bench.partners select * from unnest($1::int[], $2::uuid[], $3::text[], $4::text[])',
      [
        numbers,
        numbers.map((n) => toUuid(idOf('par', n))),
        numbers.map((n) => payableCode({ programId, partnerId: idOf('par', n) }, 'pending')),
        numbers.map((n) => availableCode({ programId, partnerId: idOf('par', n) })),
      ],
    );
    for (const statement of statements(commissions, partners)) await client.query(statement);
  } finally {
    await client.end();
  }
};

/** What all of them locked with. */
export const lockedMinor = (commissions: number): bigint => {
  let sum = 0n;
  for (let n = 1; n <= commissions; n += 1) sum += BigInt(1_000 + (n % 977) * 13);
  return sum;
};

const PARTNERS = `
  create schema bench;
  create table bench.partners (n integer primary key, id uuid, pending text, available text)`;

/** One row each that the ledger gets, in the order in which it happens. */
const happened = (commissions: number, partners: number): string => `
  create unlogged table bench.story as
  select
    row_number() over (order by at, commissions.n) as seq, md5(purpose || commissions.n)::uuid as id, md5('commission' || commissions.n)::uuid as commission_id,
    partners.id as partner_id, purpose, moved as minor, at, debit.number as debit, credit.number as credit
  from (
    select n, (n - 1) % ${partners} + 1 as p, 1000 + (n % 977) * 13 as minor,
      timestamptz '2018-01-02 00:00:00.000Z' + date_trunc('milliseconds', n * interval '20 days' / ${commissions}) as since
    from generate_series(1, ${commissions}) as n
  ) as commissions
  join bench.partners on partners.n = p
  cross join lateral (values
    ('accrue', minor, since),
    ('lock', minor, since + interval '5 days'),
    ('claw_back', minor / 2, since + interval '8 days')
  ) as steps (purpose, moved, at)
  join ledger.accounts as given on given.code =
    case purpose when 'accrue' then 'expense:${programId}:commission' when 'lock' then pending else available end
  join ledger.account_numbers as debit on debit.account_id = given.id
  join ledger.accounts as taken on taken.code =
    case purpose when 'accrue' then pending when 'lock' then available else 'expense:${programId}:commission' end
  join ledger.account_numbers as credit on credit.account_id = taken.id
  where purpose <> 'claw_back' or commissions.n % 100 = 0`;

const statements = (commissions: number, partners: number): readonly string[] => [
  happened(commissions, partners),
  `insert into settlement.books (program_id, currency, time_zone, opened_at)
   values ('${toUuid(programId)}', 'BRL', 'America/Sao_Paulo', '2018-01-01')`,
  `insert into settlement.bookings (id, program_id, partner_id, purpose, amount_minor, currency, occurred_at, effective_at,
     period, commission_id, recorded_at, posted_at)
   select id, '${toUuid(programId)}', partner_id, purpose, minor, 'BRL', at, at, '2018-01', commission_id, at, at
   from bench.story order by seq`,
  'alter table ledger.entries disable trigger sound',
  `insert into ledger.journal (number, recorded_at, id, count, digest, purpose)
   select seq, at, id, 2, decode(md5(id::text), 'hex'), 'settlement.' || purpose from bench.story order by seq`,
  `insert into ledger.entries (position, minor, effective_at, account)
   select (seq << 10) + nth, case nth when 1 then minor else -minor end, at, case nth when 1 then debit else credit end
   from bench.story cross join generate_series(1, 2) as nth order by seq, nth`,
  'alter table ledger.entries enable trigger sound',
  `select setval('ledger.journal_number_seq', (select max(seq) from bench.story))`,
  'drop schema bench cascade',
  'vacuum analyze settlement.bookings',
  'vacuum analyze ledger.journal',
  'vacuum analyze ledger.entries',
  'checkpoint',
];
