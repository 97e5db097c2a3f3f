import { fraudContract } from '../../../support/contracts/fraud-contract.ts';
import { FakeFraudReader, FakeFraudTransaction } from '../../../support/fakes/fake-fraud.ts';

describe('the fake store of fraud', () => {
  fraudContract(() => {
    const transaction = new FakeFraudTransaction();
    return Promise.resolve({ transaction, reader: new FakeFraudReader(transaction) });
  });
});
