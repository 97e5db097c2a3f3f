import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PostgresAttributionReader } from '../../../../src/modules/attribution/adapters/postgres/postgres-attribution-reader.ts';
import { postgresAttributionStores } from '../../../../src/modules/attribution/adapters/postgres/stores.ts';
import { AttributionQueries } from '../../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { DecideConversions } from '../../../../src/modules/attribution/application/deciding/decide-conversions.ts';
import { ReceiveTraffic } from '../../../../src/modules/attribution/application/traffic/receive-traffic.ts';
import { RecordTouchpoints } from '../../../../src/modules/attribution/application/traffic/record-touchpoints.ts';
import { at, idOf } from '../../../support/clock.ts';
import { aLink, aPlacedOrder, attributionContract, aTouch } from '../../../support/contracts/attribution-contract.ts';
import { creditsContract } from '../../../support/contracts/credits-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';
import { aVeil } from '../../../support/veil.ts';

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
  creditsContract(() => Promise.resolve(make()));

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

  it('credits an order whose click arrives in the same moment, whichever is first', async () => {
    const { transaction, reader } = make();
    const decide = new DecideConversions(new StandingPartners(), at('2018-02-01T00:00:00Z'));
    const receive = new ReceiveTraffic(new RecordTouchpoints(decide), decide, aVeil, new IsbotDetector());
    await transaction.run(({ links }) => links.add(aLink(1)));
    const pairs = Array.from({ length: 60 }, (_, n) => n + 1);

    await Promise.all(
      pairs.flatMap((n) => {
        const { recordedAt: receivedAt, ...touch } = aTouch(n, { visitorId: `visitor ${n}` });
        const named = n % 2 === 0 ? { clickId: touch.clickId } : { visitorId: touch.visitorId };
        const click = () =>
          transaction.run((stores) =>
            receive.run(stores, { clicks: [{ ...touch, receivedAt }], touches: [], placed: [], amended: [] }),
          );
        const order = () =>
          transaction.run((stores) =>
            receive.run(stores, { clicks: [], touches: [], placed: [aPlacedOrder(n, named)], amended: [] }),
          );
        return n % 3 === 0 ? [click(), order()] : [order(), click()];
      }),
    );

    expect(await reader.totals()).to.deep.equal({ attributed: 60, unattributed: 0, clicks: 60 });
    expect(await new AttributionQueries(reader).contradictions()).to.be.empty;
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
