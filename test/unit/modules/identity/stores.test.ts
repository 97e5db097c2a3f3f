import { clientsContract, signingKeysContract } from '../../../support/contracts/identity-contract.ts';
import { FakeIdentityTransaction, FakeSigningKeys } from '../../../support/fakes/fake-identity.ts';

describe('the fake store of clients', () => {
  clientsContract(() => {
    const transaction = new FakeIdentityTransaction();
    return Promise.resolve({ transaction, reader: transaction.reader });
  });
});

describe('the fake store of signing keys', () => {
  signingKeysContract(() => Promise.resolve(new FakeSigningKeys()));
});
