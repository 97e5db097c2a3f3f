import { attributionContract } from '../../../support/contracts/attribution-contract.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';

describe('the fake store of attribution', () => {
  attributionContract(() => {
    const transaction = new FakeAttributionTransaction();
    return Promise.resolve({ transaction, reader: new FakeAttributionReader(transaction) });
  });
});
