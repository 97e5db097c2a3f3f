import { identitiesContract } from '../../../support/contracts/identities-contract.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';

describe('the fake store of who is one customer', () => {
  identitiesContract(() => {
    const transaction = new FakeAttributionTransaction();
    return Promise.resolve({ transaction, reader: new FakeAttributionReader(transaction) });
  });
});
