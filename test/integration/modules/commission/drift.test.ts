import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { PostgresCommissionReader } from '../../../../src/modules/commission/adapters/postgres/postgres-commission-reader.ts';
import { PostgresDriftLog } from '../../../../src/modules/commission/adapters/postgres/postgres-drift-log.ts';
import { PostgresOrderLists } from '../../../../src/modules/commission/adapters/postgres/postgres-order-lists.ts';
import { LookAgain } from '../../../../src/modules/commission/application/reckoning/look-again.ts';
import { ReckonAgain } from '../../../../src/modules/commission/application/reckoning/reckon-again.ts';
import { WatchDrift } from '../../../../src/modules/commission/application/reckoning/watch-drift.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import type { CommissionStores } from '../../../../src/modules/commission/ports/commissions.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { at, idOf, TestWallClock } from '../../../support/clock.ts';
import { CountedOrders, countingTerms, orderOf, type Told } from '../../../support/counted-orders.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const story = (count: number): readonly Told[] =>
  Array.from({ length: count }, (_, index) => ({
    n: index + 1,
    partner: (index % 3) + 1,
    minor: BigInt(3_000 + ((index * 7_919) % 9_000)),
    delivered: index % 4 === 0,
    cancelled: index % 5 === 1,
  }));

describe('commissions worked out again, every day', () => {
  const database = withDatabase();

  const make = async (told: readonly Told[], terms: Partial<Terms> = {}) => {
    const own = database().as('commission');
    const transaction = postgresTransaction<CommissionStores>(own, commissionStores);
    const counted = new CountedOrders(transaction);
    const limits = [{ per: 'program', period: 'month', amount: { minor: '20000', currency: 'BRL' } }] as const;
    await transaction.run((stores) => stores.terms.add(countingTerms({ limits, ...terms })));
    await counted.tell(...told);
    await counted.settle();
    const wallClock = new TestWallClock();
    const again = new ReckonAgain(transaction, counted.orders, counted.partners, at('2018-03-01T00:00:00Z'));
    const reader = new PostgresCommissionReader(own.knex);
    const drift = new WatchDrift(
      new PostgresDriftLog(own.knex),
      reader,
      new PostgresOrderLists(own.knex),
      again,
      wallClock,
    );
    const look = async () => {
      while (await drift.run());
      if (await drift.due()) await drift.run();
      return drift.found();
    };
    const lookAgain = new LookAgain(transaction, counted.partners, at('2018-03-01T00:00:00Z'));
    return { counted, drift, wallClock, look, lookAgain };
  };

  const change = (sql: string, n: number) => rowsOf(database().owner.knex, sql, { orderId: toUuid(idOf('ord', n)) });

  it('come out as they are, whatever limits and ends there were, once a day of the machine', async () => {
    const { drift, look, wallClock } = await make(story(130));

    expect(await drift.due()).to.equal(true);
    expect(await look()).to.deep.equal({ checked: 130, drifted: { explanation: 0, facts: 0 } });
    expect(await drift.due()).to.equal(false);
    expect(await drift.findings()).to.be.empty;
    wallClock.pass(86_400_000);
    expect(await drift.due()).to.equal(true);
  });

  it('show an explanation that somebody has spoilt, and one of which something is missing', async () => {
    const { look } = await make(story(5));
    const spoil = (to: string) =>
      `update commission.calculations set explanation = ${to}
       where commission_id in (select id from commission.commissions where order_id = :orderId)`;
    await change(spoil(`jsonb_set(explanation, '{lines,0,base,minor}', '"123456"')`), 1);
    await change(spoil(`explanation - 'limits'`), 3);
    await change(spoil(`jsonb_set(explanation, '{lines,0,amount,minor}', '"1"')`), 4);

    expect(await look()).to.deep.equal({ checked: 5, drifted: { explanation: 3, facts: 0 } });
  });

  it('show an amount that somebody has changed, from its explanation and from the facts', async () => {
    const { look, drift } = await make(story(5));
    await change('update commission.commissions set amount_minor = amount_minor + 1 where order_id = :orderId', 3);

    expect(await look()).to.deep.equal({ checked: 5, drifted: { explanation: 1, facts: 1 } });
    expect(await drift.findings()).to.have.length(1);
  });

  it('come out as they are though a rate of before an order’s moment comes late, also after a return', async () => {
    const limits = [{ per: 'program', period: 'month', amount: { minor: '1900', currency: 'EUR' } }] as const;
    const inEuro = { currency: 'EUR', exchange: { source: 'ecb', at: 'order' }, limits } as const;
    const [first, second, third] = [1, 2, 3].map((n) => ({ n, minor: 100_000n }));
    const quoted = (time: string, rate: string) => ({
      ...{ source: 'ecb', base: 'EUR', currency: 'BRL', at: instant(time), rate },
    });
    const { counted, drift, look, lookAgain } = await make([], inEuro);
    await lookAgain.recordRates([quoted('2018-01-08T15:00:00Z', '4')]);
    await counted.tell(first!, second!);

    await lookAgain.recordRates([quoted('2018-01-10T12:00:00Z', '5')]);
    await counted.tell(third!);

    expect(await counted.minors(1, 2, 3)).to.deep.equal([1_250n, 650n, 0n]);
    expect(await drift.findings()).to.be.empty;
    // Half of the first comes back, at the rate it was sold by; what it leaves of the limit goes to those behind it.
    const known = counted.orders.known.get(idOf('ord', 1))!;
    const lines = known.lines.map((line) => ({ ...line, quantity: 2, unitPrice: { minor: '50000', currency: 'BRL' } }));
    const returned = lines.map((line) => ({ ...line, returnedQuantity: 1 }));
    const returns = [{ eventId: 'r', at: instant('2018-01-20T00:00:00Z'), extent: 'some' as const }];
    counted.orders.known.set(idOf('ord', 1), { ...known, lines: returned, returns });
    await counted.transaction.run((stores) => counted.reckon.run(stores, [{ orderId: idOf('ord', 1) }]));
    await counted.settle();

    expect(await counted.minors(1, 2, 3)).to.deep.equal([625n, 1_250n, 25n]);
    expect(await look()).to.deep.equal({ checked: 3, drifted: { explanation: 0, facts: 0 } });
    expect(await drift.findings()).to.be.empty;
  });

  it('leave out orders whose facts are gone, and wait for news that is on its way', async () => {
    const { counted, look, drift } = await make(story(5));
    counted.orders.known.delete(idOf('ord', 1));
    const [, , third] = story(5);
    if (third === undefined) throw new Error('there is no third order');
    counted.orders.known.set(idOf('ord', 3), orderOf({ ...third, minor: third.minor * 2n }));

    while (await drift.run());
    expect(await drift.found()).to.equal(undefined);
    await counted.tell({ ...third, minor: third.minor * 2n });

    expect(await look()).to.deep.equal({ checked: 5, drifted: { explanation: 0, facts: 0 } });
  });
});
