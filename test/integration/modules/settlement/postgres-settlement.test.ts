import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { settlementStores } from '../../../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import type { SettlementStores } from '../../../../src/modules/settlement/ports/settlement-stores.ts';
import { fxContract } from '../../../support/contracts/fx-contract.ts';
import { settlementContract } from '../../../support/contracts/settlement-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL stores of settlement', () => {
  const database = withDatabase();

  settlementContract(() =>
    Promise.resolve(postgresTransaction<SettlementStores>(database().as('settlement'), settlementStores)),
  );

  fxContract(() =>
    Promise.resolve(postgresTransaction<SettlementStores>(database().as('settlement'), settlementStores)),
  );

  it('cannot change a statement, an allocation or a booking, and the owner cannot change the first two either', async () => {
    const codeOf = (as: 'settlement' | 'owner', sql: string): Promise<unknown> =>
      rowsOf((as === 'owner' ? database().owner : database().as('settlement')).knex, sql).then(
        () => 'done',
        (error: unknown) => (error as { readonly code: unknown }).code,
      );

    for (const table of ['statements', 'allocations', 'payout_decisions', 'bank_lines']) {
      expect(await codeOf('settlement', `delete from settlement.${table}`)).to.equal('42501');
      expect(await codeOf('owner', `delete from settlement.${table}`)).to.equal('23001');
      expect(await codeOf('owner', `truncate settlement.${table} cascade`)).to.equal('23001');
    }
    expect(await codeOf('settlement', 'update settlement.statements set closing_minor = 0')).to.equal('42501');
    expect(await codeOf('owner', 'update settlement.statements set closing_minor = 0')).to.equal('23001');
    expect(await codeOf('settlement', 'update settlement.bookings set amount_minor = 0')).to.equal('42501');
    expect(await codeOf('settlement', 'update settlement.bookings set posted_at = now()')).to.equal('done');
  });

  it('cannot see another module’s tables', async () => {
    const seen = await rowsOf(database().as('settlement').knex, 'select * from ledger.accounts').catch(
      (error: unknown) => error,
    );

    expect(seen).to.be.instanceOf(Error).with.property('code', '42501');
  });
});
