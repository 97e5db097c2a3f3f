import { expect } from 'chai';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { PostgresBudgets } from '../../../../src/modules/commission/adapters/postgres/postgres-budgets.ts';
import { PostgresCommissionReader } from '../../../../src/modules/commission/adapters/postgres/postgres-commission-reader.ts';
import { BudgetQueries } from '../../../../src/modules/commission/application/budget-queries.ts';
import { LockDue } from '../../../../src/modules/commission/application/reckoning/lock-due.ts';
import type { CommissionStores } from '../../../../src/modules/commission/ports/commissions.ts';
import { at } from '../../../support/clock.ts';
import { CountedOrders, countingTerms } from '../../../support/counted-orders.ts';
import { withDatabase } from '../../../support/database.ts';
import { StandingPartners } from '../../../support/standing-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const LATER = at('2018-06-01T00:00:00Z');

describe('budgets of promotions', () => {
  const database = withDatabase();

  it('are used by what has locked, and wanted by what is open, as if there were enough', async () => {
    const own = database().as('commission');
    const transaction = postgresTransaction<CommissionStores>(own, commissionStores);
    const orders = new CountedOrders(transaction);
    const budget = { minor: '1200', currency: 'BRL' };
    const everything = { name: 'spring', rank: 1, when: { all: [] }, amount: { percent: '10' }, budget } as const;
    const version = countingTerms({ groups: [everything] });
    await transaction.run((stores) => stores.terms.add(version));
    const delivered = { n: 1, minor: 6_000n, delivered: true };
    await orders.tell(
      delivered,
      { n: 2, minor: 5_000n },
      { n: 3, minor: 4_000n },
      { n: 4, minor: 900n, cancelled: true },
    );
    await orders.settle();
    const reader = new PostgresCommissionReader(own.knex);
    const queries = new BudgetQueries(reader, new PostgresBudgets(own.knex), LATER);
    const { programId } = version;

    await new LockDue(transaction, reader, new StandingPartners(), LATER).run();
    const claims = await queries.claims(programId, 'spring');

    expect(await orders.minors(1, 2, 3)).to.deep.equal([600n, 500n, 100n]);
    expect(await queries.budgets(programId)).to.deep.equal([
      { group: 'spring', budget, secured: { minor: '600', currency: 'BRL' } },
    ]);
    expect(claims.map(({ amount }) => amount.minor).toSorted()).to.deep.equal(['400', '500']);
    expect(await queries.claims(programId, 'spring', claims.at(-1)?.commissionId)).to.be.empty;
    expect(await queries.claims(programId, 'another')).to.be.empty;
  });
});
