import { expect } from 'chai';
import { rowsOf } from '../../../../../src/infrastructure/postgres/database.ts';
import {
  CLEARING_STATES,
  payoutLifecycle,
  type PayoutState,
} from '../../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import { fromUuid } from '../../../../../src/shared/ids.ts';
import { type Instant, instant } from '../../../../../src/shared/instant.ts';
import { idOf } from '../../../../support/clock.ts';
import { withDatabase } from '../../../../support/database.ts';
import { reconcilingOn } from '../../../../support/reconciling.ts';
import { storeSent } from '../../../../support/sent-payouts.ts';
import { programId } from '../../../../support/settlement-story.ts';

const STATES = Object.keys(payoutLifecycle) as readonly PayoutState[];
const EARLY = instant('2018-03-02T09:00:00Z');
const LATER = instant('2018-03-03T09:00:00Z');
const id = idOf('pay', 1);
const isUnderWay = (state: PayoutState): boolean => (CLEARING_STATES as readonly PayoutState[]).includes(state);

describe('the payouts under way', () => {
  const database = withDatabase();

  const aPayout = async () => {
    await storeSent(database(), 'SHOP-1', [
      { id, partnerId: idOf('par', 1), batchId: idOf('bat', 1), minor: 5_000n, submittedAt: EARLY },
    ]);
    const { transaction } = reconcilingOn(database(), '2018-03-05T00:00:00Z');
    const move = (state: PayoutState, submittedAt: Instant | undefined) =>
      transaction.run(async ({ payouts }) => {
        const found = await payouts.ofIds(programId, [id]);
        await payouts.save(found.map((payout) => ({ ...payout, state, submittedAt })));
      });
    const underWay = async () => {
      const rows = await rowsOf<{ payout_id: string; submitted_at: Instant }>(
        database().owner.knex,
        'select payout_id, submitted_at from settlement.payouts_under_way',
      );
      return rows.map((row) => [fromUuid('pay', row.payout_id), row.submitted_at]);
    };
    return { move, underWay };
  };

  it('are those that were sent and not heard of for good, whatever each was before', async () => {
    const { move, underWay } = await aPayout();
    expect(await underWay()).to.deep.equal([[id, EARLY]]);

    for (const before of STATES) {
      for (const after of STATES) {
        await move(before, EARLY);
        await move(after, EARLY);
        expect(await underWay(), `${before} → ${after}`).to.deep.equal(isUnderWay(after) ? [[id, EARLY]] : []);
      }
      await move(before, LATER);
      expect(await underWay(), `${before}, sent later`).to.deep.equal(isUnderWay(before) ? [[id, LATER]] : []);
    }
  });

  it('are not those that nobody has sent', async () => {
    const { move, underWay } = await aPayout();

    await move('approved', undefined);

    expect(await underWay()).to.be.empty;
  });

  it('take each step within their page, so that no index is written', async () => {
    const { move } = await aPayout();
    await move('settled', EARLY);

    const [steps] = await database().owner.knex.transaction(async (trx) => {
      await rowsOf(trx, `update settlement.payouts set state = 'returned', ended_at = :at`, { at: LATER });
      return rowsOf<{ all: bigint; within: bigint }>(
        trx,
        `select n_tup_upd as all, n_tup_hot_upd as within from pg_stat_xact_user_tables
         where schemaname = 'settlement' and relname = 'payouts'`,
      );
    });

    expect(steps).to.deep.equal({ all: 1n, within: 1n });
  });
});
