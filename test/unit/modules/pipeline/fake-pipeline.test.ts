import {
  acceptedEventsContract,
  passingEventsContract,
  quarantineContract,
  seenEventsContract,
} from '../../../support/contracts/pipeline-contract.ts';
import { FakePassingEvents, FakePipelineTransaction } from '../../../support/fakes/fake-pipeline.ts';

describe('the fake store of accepted events', () => {
  acceptedEventsContract(() => Promise.resolve(new FakePipelineTransaction()));
});

describe('the fake store of seen events', () => {
  seenEventsContract(() => Promise.resolve(new FakePipelineTransaction()));
});

describe('the fake taker of passing events', () => {
  passingEventsContract(() => {
    const transaction = new FakePipelineTransaction();
    return Promise.resolve({
      transaction,
      passing: new FakePassingEvents(transaction),
      told: () => Promise.resolve(transaction.published.map(({ payload }) => (payload as { eventId: string }).eventId)),
    });
  });
});

describe('the fake quarantine', () => {
  quarantineContract(() => Promise.resolve(new FakePipelineTransaction()));
});
