import { webhooksContract } from '../../../support/contracts/webhooks-contract.ts';
import { FakeWebhookTransaction } from '../../../support/fakes/fake-webhooks.ts';

describe('the fake store of webhooks', () => {
  webhooksContract(() => {
    const transaction = new FakeWebhookTransaction();
    return Promise.resolve({ transaction, queue: transaction.queue });
  });
});
