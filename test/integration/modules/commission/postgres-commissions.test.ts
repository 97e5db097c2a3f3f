import { expect } from 'chai';
import { CommissionQueries } from '../../../../src/modules/commission/application/commission-queries.ts';
import { ReckonCommissions } from '../../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { PostgresCommissionReader } from '../../../../src/modules/commission/adapters/postgres/postgres-commission-reader.ts';
import { reckon } from '../../../../src/modules/commission/domain/life-cycle/reckon.ts';
import type { PartnersPort } from '../../../../src/modules/partners/index.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { aCredit, allowing, aPart, anOrder, aTermsVersion, partsOf } from '../../../support/builders.ts';
import { at, idOf } from '../../../support/clock.ts';
import { commissionsContract } from '../../../support/contracts/commissions-contract.ts';
import { type TestDatabase, withDatabase } from '../../../support/database.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const transactionOn = (database: TestDatabase) => postgresTransaction(database.as('commission'), commissionStores);

describe('the PostgreSQL store of commissions', () => {
  const database = withDatabase();

  commissionsContract(() => Promise.resolve(transactionOn(database())));

  it('reads the credit of one partner that earlier code wrote, also over what it did not know of', async () => {
    const { knex } = database().as('commission');
    const transaction = transactionOn(database());
    const credit = aCredit({
      credits: [aPart(1, { share: '1/2' }), aPart(2, { share: '1/2' })],
      verdicts: [allowing()],
    });
    const read = () => transaction.run(({ credits }) => credits.ofOrders([credit.orderId]));
    await transaction.run(({ credits }) => credits.save([credit]));

    const later = JSON.stringify({ ...allowing(3), assessment: 2 });
    await knex.raw(`update commission.credits set partner_id = ?, decision = 2, verdict = ?`, [
      toUuid(idOf('par', 3)),
      later,
    ]);

    const [over] = await read();
    expect(over).to.deep.include({ credits: [aPart(3)], decision: 2 });
    expect(over?.verdicts.map(({ partnerId }) => partnerId)).to.deep.equal([idOf('par', 1), idOf('par', 3)]);
    await knex.raw(`update commission.credits set credits = null, verdicts = null`);
    expect(await read()).to.deep.equal([{ ...over, verdicts: [{ ...allowing(3), assessment: 2 }] }]);
  });

  it('cannot change an explanation or published terms', async () => {
    const commission = database().as('commission');

    for (const table of ['calculations', 'steps', 'terms']) {
      for (const statement of [
        `update commission.${table} set id = id`,
        `delete from commission.${table}`,
        `truncate commission.${table}`,
      ]) {
        const refused = await rowsOf(commission.knex, statement).catch((error: unknown) => error);
        expect(refused, statement).to.be.instanceOf(Error).with.property('code').that.is.oneOf(['42501', '42703']);
      }
    }
  });

  it('reads back what was reckoned: state, explanation, totals, what locked', async () => {
    const transaction = transactionOn(database());
    const order = anOrder({
      milestones: { placed: instant('2018-01-02T00:00:00Z'), delivered: instant('2018-01-10T00:00:00Z') },
    });
    const reckon = new ReckonCommissions(
      { facts: () => Promise.resolve([order]), ofCustomer: () => Promise.resolve([]) },
      new StandingPartners(),
      at('2018-03-01T00:00:00Z'),
    );
    const { verdicts: _, ...credit } = aCredit();
    await transaction.run(({ terms }) => terms.add(aTermsVersion()));

    await transaction.run((stores) =>
      reckon.run(stores, [
        { orderId: order.orderId, credit },
        { orderId: order.orderId, programId: order.programId, conversionId: credit.conversionId, verdict: allowing() },
      ]),
    );

    const reader = new PostgresCommissionReader(database().as('commission').knex);
    const { data } = await reader.page({ partnerId: idOf('par', 1), state: 'vested' }, { limit: 10 });
    expect(data).to.have.length(1);
    const found = async (orderRef: string) => (await reader.page({ orderRef }, { limit: 10 })).data;
    expect(await found(order.orderRef)).to.deep.equal(data);
    expect(await found(`${order.orderRef}0`)).to.be.empty;
    expect((await reader.explanation(data[0]!.id))?.total).to.deep.equal({ minor: '500', currency: 'BRL' });
    expect(await reader.totals(order.programId)).to.deep.equal([
      { state: 'vested', currency: 'BRL', count: 1, minor: 500n, clawedBackMinor: 0n },
    ]);
    expect(await reader.isDueToLock(instant('2018-02-09T00:00:00Z'))).to.equal(true);
    const queries = new CommissionQueries(reader, undefined as unknown as PartnersPort);
    expect(await queries.unexplained()).to.be.empty;
    expect(await queries.lockedBefore(order.programId, instant('2018-03-01T00:00:00Z'))).to.deep.equal({
      count: 0,
      waiting: 1,
      amount: { minor: '0', currency: 'BRL' },
    });
  });

  it('reads back the terms that judge a commission by now, where its delivery brought it under other ones', async () => {
    const transaction = transactionOn(database());
    const first = aTermsVersion();
    const order = anOrder();
    const [commission] = reckon({ order, credit: aCredit(), commissions: [], parts: partsOf(order) }).commissions;
    const later = { ...first, termsId: idOf('trm', 2), version: 2, hash: 'b'.repeat(64) };
    await transaction.run(({ terms }) => terms.add(first));
    await transaction.run(({ terms }) => terms.add(later));
    await transaction.run(({ commissions }) => commissions.save([commission!]));

    await transaction.run(({ commissions }) =>
      commissions.save([{ ...commission!, termsId: later.termsId, termsVersion: later.version }]),
    );

    const reader = new PostgresCommissionReader(database().as('commission').knex);
    expect(await reader.find(commission!.id)).to.include({ termsId: later.termsId, termsVersion: 2 });
  });

  it('totals amounts whose sum outgrows a 64-bit number', async () => {
    const order = anOrder();
    const terms = aTermsVersion();
    const { commissions } = reckon({ order, credit: aCredit(), commissions: [], parts: partsOf(order) });
    const [one] = commissions;
    const most = Money.of(999_999_999_999_999_999n, 'BRL');
    const huge = Array.from({ length: 20 }, (_, index) => ({
      ...one!,
      id: idOf('com', index + 1),
      generation: index + 1,
      amount: most,
      clawedBack: most,
      lockedAt: instant('2018-02-09T00:00:00Z'),
    }));
    await transactionOn(database()).run(async (stores) => {
      await stores.terms.add(terms);
      await stores.commissions.save(huge);
    });

    const reader = new PostgresCommissionReader(database().as('commission').knex);
    const minor = 19_999_999_999_999_999_980n;
    expect(await reader.totals(order.programId)).to.deep.equal([
      { state: 'estimated', currency: 'BRL', count: 20, minor, clawedBackMinor: minor },
    ]);
    expect(await reader.lockedBefore(order.programId, instant('2018-03-01T00:00:00Z'))).to.include({
      count: 20,
      minor,
    });
  });
});
