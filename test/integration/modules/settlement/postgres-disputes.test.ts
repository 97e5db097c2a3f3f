import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PostgresDisputeReader } from '../../../../src/modules/settlement/adapters/postgres/disputes/postgres-dispute-reader.ts';
import { settlementStores } from '../../../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { disputesContract } from '../../../support/contracts/disputes-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL stores of disputes', () => {
  const database = withDatabase();

  disputesContract(() => {
    const db = postgresTransaction(database().as('settlement'), settlementStores);
    return Promise.resolve({ db, reader: new PostgresDisputeReader(database().as('settlement').knex) });
  });

  it('cannot change what was said or known, nor how a dispute came out', async () => {
    const codeOf = (sql: string): Promise<unknown> =>
      rowsOf(database().as('settlement').knex, sql).then(
        () => 'done',
        (error: unknown) => (error as { readonly code: unknown }).code,
      );

    for (const table of ['disputes', 'dispute_entries', 'dispute_snapshots', 'dispute_resolutions'])
      expect(await codeOf(`delete from settlement.${table}`)).to.equal('42501');
    expect(await codeOf(`update settlement.dispute_entries set said = ''`)).to.equal('42501');
    expect(await codeOf(`update settlement.dispute_snapshots set shown = '{}'`)).to.equal('42501');
    expect(await codeOf(`update settlement.dispute_resolutions set granted_minor = 0`)).to.equal('42501');
    expect(await codeOf(`update settlement.dispute_resolutions set adjusted_at = now() where false`)).to.equal('done');
  });
});
