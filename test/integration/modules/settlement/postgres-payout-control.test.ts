import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { settlementStores } from '../../../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import type { SettlementStores } from '../../../../src/modules/settlement/ports/settlement-stores.ts';
import { payoutControlContract } from '../../../support/contracts/payout-control-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL stores that control payouts', () => {
  const database = withDatabase();

  payoutControlContract(() =>
    Promise.resolve(postgresTransaction<SettlementStores>(database().as('settlement'), settlementStores)),
  );

  it('cannot change a policy, an approval or a removal, and neither can the owner', async () => {
    const codeOf = (as: 'settlement' | 'owner', sql: string): Promise<unknown> =>
      rowsOf((as === 'owner' ? database().owner : database().as('settlement')).knex, sql).then(
        () => 'done',
        (error: unknown) => (error as { readonly code: unknown }).code,
      );

    for (const table of ['payout_policies', 'payout_approvals', 'payout_removals']) {
      expect(await codeOf('settlement', `delete from settlement.${table}`)).to.equal('42501');
      expect(await codeOf('owner', `delete from settlement.${table}`)).to.equal('23001');
    }
  });
});
