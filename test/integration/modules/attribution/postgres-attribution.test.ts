import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PostgresAttributionReader } from '../../../../src/modules/attribution/adapters/postgres/postgres-attribution-reader.ts';
import { postgresAttributionStores } from '../../../../src/modules/attribution/adapters/postgres/stores.ts';
import { idOf } from '../../../support/clock.ts';
import { aPlacedOrder, attributionContract, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of attribution', () => {
  const database = withDatabase();

  const make = () => {
    const own = database().as('attribution');
    return {
      transaction: postgresTransaction(own, postgresAttributionStores),
      reader: new PostgresAttributionReader(own.knex),
    };
  };

  attributionContract(() => Promise.resolve(make()));

  it('makes whoever works on a click wait for whoever holds it', async () => {
    const holdsIt = signal();
    const mayEnd = signal();
    const steps: string[] = [];

    const first = make().transaction.run(async ({ touchpoints }) => {
      await touchpoints.hold([aPlacedOrder(1, { clickId: idOf('clk', 1) })]);
      holdsIt.give();
      await mayEnd.given;
      steps.push('first lets go');
    });
    await holdsIt.given;
    const second = make().transaction.run(async ({ touchpoints }) => {
      await touchpoints.hold([aTouch(1)]);
      steps.push('second holds it');
    });
    await waiting(1);
    mayEnd.give();
    await Promise.all([first, second]);

    expect(steps).to.deep.equal(['first lets go', 'second holds it']);
  });

  it('never changes a click or a decision that was kept', async () => {
    const { knex } = database().as('attribution');

    for (const sql of [
      'update attribution.touchpoints set live = true',
      'delete from attribution.touchpoints',
      `update attribution.decisions set digest = ''`,
      'delete from attribution.decisions',
      'update attribution.policies set window_days = 1',
    ]) {
      const error = await rowsOf(knex, sql).catch((refusal: unknown) => refusal);
      expect(error, sql).to.be.instanceOf(Error).with.property('code', '42501');
    }
  });

  /** Until so many sessions wait for an advisory lock. */
  const waiting = async (sessions: number): Promise<void> => {
    for (;;) {
      const [row] = await rowsOf<{ count: bigint }>(
        database().owner.knex,
        `select count(*) as count from pg_locks
         where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
      );
      if (Number(row?.count) >= sessions) return;
    }
  };
});

const signal = () => {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
};
