import { acceptedEventsContract } from '../../../support/contracts/pipeline-contract.ts';
import { FakePipelineTransaction } from '../../../support/fakes/fake-pipeline.ts';

describe('the fake store of accepted events', () => {
  acceptedEventsContract(() => Promise.resolve(new FakePipelineTransaction()));
});
