import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { postgresAttributionStores } from '../../../../src/modules/attribution/adapters/postgres/stores.ts';
import { PostgresTraces } from '../../../../src/modules/attribution/adapters/postgres/postgres-traces.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { tracesContract } from '../../../support/contracts/traces-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the networks of clicks in PostgreSQL', () => {
  const database = withDatabase();

  tracesContract(() => {
    const own = database().as('attribution');
    return Promise.resolve({
      transaction: postgresTransaction(own, postgresAttributionStores),
      traces: new PostgresTraces(own.knex),
      hashOf: async ({ clickId }) => {
        const [row] = await rowsOf<{ network_hash: string | null }>(
          own.knex,
          'select network_hash from attribution.touchpoints where click_id = :id',
          { id: toUuid(clickId) },
        );
        return row?.network_hash ?? undefined;
      },
    });
  });

  it('are found by an index of those that are left, however many touches there are', async () => {
    const { knex } = database().owner;
    await rowsOf(
      knex,
      `insert into attribution.touchpoints
         (click_id, program_id, link_code, partner_id, occurred_at, recorded_at, live, user_agent)
       select gen_random_uuid(), gen_random_uuid(), 'code', gen_random_uuid(), at, at, true,
         case when n > 19900 then 'Firefox' end
       from generate_series(1, 20000) as n, lateral (select timestamptz '2018-01-01' + n * interval '1 minute' as at) as times`,
    );
    await rowsOf(knex, 'analyze attribution.touchpoints');

    const plan = await rowsOf<{ 'QUERY PLAN': string }>(
      knex,
      `explain select click_id from attribution.touchpoints
       where (user_agent is not null or network is not null) and recorded_at < '2018-02-01'
       order by recorded_at, click_id limit 1000`,
    );

    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).to.include('touchpoints_to_forget');
    const found = await new PostgresTraces(database().as('attribution').knex).before(
      instant('2019-01-01T00:00:00Z'),
      500,
    );
    expect(found).to.have.length(100);
  });
});
