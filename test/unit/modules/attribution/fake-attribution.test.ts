import { attributionContract } from '../../../support/contracts/attribution-contract.ts';
import { creditsContract } from '../../../support/contracts/credits-contract.ts';
import { FakeAttributionReader, FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';

describe('the fake store of attribution', () => {
  const make = () => {
    const transaction = new FakeAttributionTransaction();
    return Promise.resolve({ transaction, reader: new FakeAttributionReader(transaction) });
  };

  attributionContract(make);
  creditsContract(make);
});
