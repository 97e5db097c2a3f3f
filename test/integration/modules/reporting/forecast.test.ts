import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import {
  CommissionAccruedV1,
  CommissionLockedV1,
  CommissionReversedV1,
  CommissionVestedV1,
} from '../../../../src/modules/commission/events.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { MilestoneReachedV1 } from '../../../../src/modules/orders/events.ts';
import { PostgresBudgetStates } from '../../../../src/modules/reporting/adapters/postgres/postgres-budget-states.ts';
import { PostgresLiabilities } from '../../../../src/modules/reporting/adapters/postgres/postgres-liabilities.ts';
import { PostgresReports } from '../../../../src/modules/reporting/adapters/postgres/postgres-reports.ts';
import { ForecastLiability } from '../../../../src/modules/reporting/application/forecast-liability.ts';
import { GuardBudgets } from '../../../../src/modules/reporting/application/guard-budgets.ts';
import { reporting } from '../../../../src/modules/reporting/module.ts';
import type { ReportStores } from '../../../../src/modules/reporting/ports/reports.ts';
import { instant, plusDays } from '../../../../src/shared/instant.ts';
import { offering, StandingBudgets } from '../../../support/budgets.ts';
import { at, idOf, TestWallClock } from '../../../support/clock.ts';
import { brl, programId, Teller } from '../../../support/reporting-story.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const NOW = '2018-03-01T12:00:00Z';
const YEAR_MS = 365 * 86_400_000;
const day = (days: number) => plusDays(instant('2017-01-01T00:00:00Z'), days);

/** The n-th order: accrued, confirmed, and what became of it. */
const tell = (teller: Teller, n: number, placed: number, end: 'kept' | 'lost' | 'in window' | 'confirmed'): void => {
  const orderId = idOf('ord', n);
  const commissionId = idOf('com', n);
  const about = { commissionId, orderId, orderRef: `A-${n}`, programId, partnerId: idOf('par', 1), amount: brl(1_000) };
  const step = (contract: Parameters<Teller['tell']>[0], on: number, rest: object) =>
    teller.tell(contract, commissionId, day(on), { ...about, ...rest });
  step(CommissionAccruedV1, placed, { termsVersion: 1, accruedAt: day(placed) });
  const confirmed = { orderId, programId, milestone: 'confirmed' as const, reachedAt: day(placed + 10) };
  teller.tell(MilestoneReachedV1, orderId, day(placed + 10), confirmed);
  if (end === 'lost')
    step(CommissionReversedV1, placed + 20, { reason: 'order_cancelled', reversedAt: day(placed + 20) });
  if (end === 'kept' || end === 'in window') {
    const vested = { vested: brl(1_000), vestedAt: day(placed + 90), locksAt: day(placed + 120) };
    step(CommissionVestedV1, placed + 90, vested);
  }
  if (end === 'kept') step(CommissionLockedV1, placed + 120, { lockedAt: day(placed + 120) });
};

/** Six kept, two lost; three are confirmed, one is in its return window until the tenth of March. */
const story = (): Teller => {
  const teller = new Teller();
  for (let n = 1; n <= 8; n += 1) tell(teller, n, n, n > 6 ? 'lost' : 'kept');
  for (const n of [9, 10, 11]) tell(teller, n, 400, 'confirmed');
  tell(teller, 12, 313, 'in window');
  return teller;
};

describe('a forecast of liability', () => {
  const budgets = new StandingBudgets();
  const running = withRunningApp([identity, offering(budgets), reporting]);

  before(async () => {
    const inbound = running().app.inbounds.find(({ consumer }) => consumer.name === 'reporting')!;
    const { told } = story();
    await inbound.deliver([...told].toReversed());
    await inbound.deliver(told);
  });

  const make = () => {
    const own = running().database.as('reporting');
    const liabilities = new PostgresLiabilities(own.knex);
    const forecast = new ForecastLiability(liabilities, budgets, at(NOW));
    const wallClock = new TestWallClock();
    const transaction = postgresTransaction<ReportStores>(own, (trx, outbox) => ({
      reports: new PostgresReports(trx),
      budgets: new PostgresBudgetStates(trx),
      outbox,
    }));
    return { forecast, wallClock, guard: new GuardBudgets(transaction, liabilities, forecast, at(NOW), wallClock) };
  };

  it('counts each open commission by the chance of those that came as far, in the month it locks', async () => {
    const { months, funnel, open } = await make().forecast.run(programId);

    // Seven of nine that were confirmed went on, and none of them was lost; one is added.
    expect(funnel.confirmed).to.deep.include({ chance: { num: 4n, den: 5n }, seen: 9 });
    expect(funnel.vested.chance).to.deep.equal({ num: 1n, den: 1n });
    expect(Object.fromEntries(open)).to.deep.equal({ confirmed: 3, vested: 1 });
    expect(months.map(({ month, expected, maximum }) => [month, expected.minor, maximum.minor])).to.deep.equal([
      ['2018-03', 1_000n, 1_000n],
      ['2018-06', 2_400n, 3_000n],
    ]);
  });

  it('is for staff, who see what it is made of', async () => {
    budgets.facts = [{ group: 'spring', budget: brl(5_000), secured: brl(4_000) }];
    budgets.open = [{ commissionId: idOf('com', 9), amount: brl(900) }];
    const path = `/v1/programs/${programId}/forecast`;

    const { status, body } = await running().call('GET', path, { token: await running().tokenWith() });
    const partner = await running().tokenWith(['reports:read'], idOf('par', 1));

    expect(status).to.equal(200);
    expect(body['totals']).to.have.length(1);
    expect(body['budgets']).to.deep.equal([
      {
        group: 'spring',
        budget: brl(5_000),
        secured: brl(4_000),
        expectedOpen: brl(720),
        maximumOpen: brl(900),
        atRisk: false,
      },
    ]);
    expect((await running().call('GET', path, { token: partner })).status).to.equal(403);
  });

  const alerts = () =>
    rowsOf<{ payload: { group: string } }>(
      running().database.owner.knex,
      `select payload from reporting.outbox where type = 'reporting.budget_at_risk' order by id`,
    );

  it('tells once when a promotion will want more than its budget, and again after it was enough', async () => {
    const { guard, wallClock } = make();
    wallClock.pass(100 * YEAR_MS); // after the look of the program itself
    const look = async (secured: number) => {
      budgets.facts = [{ group: 'autumn', budget: brl(5_000), secured: brl(secured) }];
      wallClock.pass(3_600_000);
      await guard.run();
      return (await alerts()).length;
    };
    budgets.open = [{ commissionId: idOf('com', 9), amount: brl(900) }];

    expect(await look(4_000)).to.equal(0);
    expect(await look(4_281)).to.equal(1);
    expect(await look(4_500)).to.equal(1);
    expect(await look(4_280)).to.equal(1);
    expect(await look(4_800)).to.equal(2);
    expect(await guard.due()).to.equal(false);
    expect((await alerts())[0]?.payload).to.deep.include({ group: 'autumn', expectedOpen: brl(720) });
  });
});
