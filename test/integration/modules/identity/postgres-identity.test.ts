import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { MasterKeyVault } from '../../../../src/infrastructure/system/master-key-vault.ts';
import { PostgresClientReader } from '../../../../src/modules/identity/adapters/postgres/postgres-client-reader.ts';
import { PostgresClients } from '../../../../src/modules/identity/adapters/postgres/postgres-clients.ts';
import { PostgresSigningKeys } from '../../../../src/modules/identity/adapters/postgres/postgres-signing-keys.ts';
import type { IdentityStores } from '../../../../src/modules/identity/ports/clients.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aKey, clientsContract, signingKeysContract } from '../../../support/contracts/identity-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { rejects } from '../../../support/rejects.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

const vault = new MasterKeyVault(Buffer.alloc(32, 1));
const noon = instant('2026-01-01T12:00:00Z');

describe('the PostgreSQL store of clients', () => {
  const database = withDatabase();

  clientsContract(() => {
    const own = database().as('identity');
    const transaction = postgresTransaction<IdentityStores>(own, (trx, outbox) => ({
      clients: new PostgresClients(trx),
      outbox,
    }));
    return Promise.resolve({ transaction, reader: new PostgresClientReader(own.knex) });
  });
});

describe('the PostgreSQL store of signing keys', () => {
  const database = withDatabase();

  signingKeysContract(() => Promise.resolve(new PostgresSigningKeys(database().as('identity').knex, vault)));

  it('forgets the private half of a retired key', async () => {
    const keys = new PostgresSigningKeys(database().as('identity').knex, vault);
    await keys.add(aKey(1), noon);

    await keys.retire([1], noon);

    const rows = await rowsOf(database().owner.knex, 'select sealed_private from identity.signing_keys');
    expect(rows).to.deep.equal([{ sealed_private: null }]);
  });

  it('does not open a private half that was moved to another key, nor with another master key', async () => {
    const { knex } = database().as('identity');
    const keys = new PostgresSigningKeys(knex, vault);
    await keys.add(aKey(1), noon);

    await rejects(new PostgresSigningKeys(knex, new MasterKeyVault(Buffer.alloc(32, 2))).all(), 'vault.unreadable');
    await rowsOf(database().owner.knex, `update identity.signing_keys set kid = 'renamed'`);
    await rejects(keys.all(), 'vault.unreadable');
  });
});
