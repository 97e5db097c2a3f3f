import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PostgresAuditReader } from '../../../../src/modules/settlement/adapters/postgres/postgres-audit-reader.ts';
import { PostgresPayoutReader } from '../../../../src/modules/settlement/adapters/postgres/postgres-payout-reader.ts';
import { PostgresStatementReader } from '../../../../src/modules/settlement/adapters/postgres/postgres-statement-reader.ts';
import { settlementStores } from '../../../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import type { SettlementStores } from '../../../../src/modules/settlement/ports/settlement-stores.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { withDatabase } from '../../../support/database.ts';
import { programId } from '../../../support/settlement-story.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const until = instant('2018-02-01T00:00:00Z');
const TIMES = 20n;
const MOST = 999_999_999_999_999_999n;
const HUGE = TIMES * MOST;
const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

/** Twenty of the largest amounts there may be: locked for one partner, on the statements of twenty, being paid to twenty. */
const STORY = `
  with closed as (
    insert into settlement.periods (program_id, period, state, from_at, until_at, closed_by, began_at)
    values (:programId, '2018-01', 'closing', '2018-01-01', :until, 'finance', :until)
    returning program_id, period
  ), batch as (
    insert into settlement.payout_batches (id, program_id, period, currency, state, closed_by, created_at)
    select gen_random_uuid(), program_id, period, 'BRL', 'draft', 'finance', :until from closed
    returning id
  ), locks as (
    insert into settlement.bookings
      (id, program_id, partner_id, purpose, amount_minor, currency, occurred_at, effective_at, period, commission_id)
    select gen_random_uuid(), :programId, :partnerId, 'lock', :most, 'BRL', '2018-01-10', '2018-01-10', '2018-02',
      gen_random_uuid()
    from generate_series(1, :times)
  ), statements as (
    insert into settlement.statements
      (id, number, program_id, partner_id, period, currency, opening_minor, closing_minor, line_count, digest, closed_at)
    select gen_random_uuid(), n, program_id, case n when 1 then :partnerId::uuid else gen_random_uuid() end, period, 'BRL',
      :most, :most, 0, sha256(''), :until
    from closed, generate_series(1, :times) as n
  )
  insert into settlement.payouts
    (id, batch_id, program_id, partner_id, period, amount_minor, currency, state, created_at, submitted_at)
  select gen_random_uuid(), id, :programId, case n when 1 then :partnerId::uuid else gen_random_uuid() end, '2018-01', :most,
    'BRL', 'unknown', :until, :until
  from batch, generate_series(1, :times) as n`;

describe('sums that outgrow a 64-bit number', () => {
  const database = withDatabase();

  it('are told as they are, wherever settlement adds up', async () => {
    const { knex } = database().as('settlement');
    const run = postgresTransaction<SettlementStores>(database().as('settlement'), settlementStores);
    await run.run(({ books }) => books.open([{ programId, currency: 'BRL', timeZone: 'America/Sao_Paulo' }], until));
    const partnerId = idOf('par', 1);
    const values = { programId: toUuid(programId), partnerId: toUuid(partnerId), most: MOST, times: TIMES, until };
    await rowsOf(database().owner.knex, STORY, values);

    const audit = new PostgresAuditReader(knex);
    expect(await audit.locks(programId)).to.deep.equal({ count: 20, minor: HUGE });
    expect(await audit.inClearing(programId)).to.deep.equal([{ batchId: undefined, amount: brl(HUGE) }]);
    expect(await new PostgresStatementReader(knex).totals(programId)).to.deep.equal([
      { period: '2018-01', count: 20, opening: brl(HUGE), closing: brl(HUGE) },
    ]);
    const payouts = new PostgresPayoutReader(knex);
    const paid = { state: 'unknown', count: 20, amount: brl(HUGE) };
    expect(await payouts.totals(programId)).to.deep.equal([paid]);
    const { data } = await payouts.batches({ limit: 10 });
    expect(data.map((batch) => batch.payouts)).to.deep.equal([[paid]]);
    await run.run(async (stores) => {
      expect(await stores.bookings.totalBefore(programId, until)).to.include({ lockedMinor: HUGE });
      const standings = await stores.payouts.standings(programId, '2018-01', until);
      expect(standings.find((standing) => standing.partnerId === partnerId)).to.deep.include({
        claimed: MOST,
        availableNow: MOST + HUGE,
      });
    });
  });
});
