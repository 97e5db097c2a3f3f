import {
  acceptedEventsContract,
  quarantineContract,
  seenEventsContract,
} from '../../../support/contracts/pipeline-contract.ts';
import { FakePipelineTransaction } from '../../../support/fakes/fake-pipeline.ts';

describe('the fake store of accepted events', () => {
  acceptedEventsContract(() => Promise.resolve(new FakePipelineTransaction()));
});

describe('the fake store of seen events', () => {
  seenEventsContract(() => Promise.resolve(new FakePipelineTransaction()));
});

describe('the fake quarantine', () => {
  quarantineContract(() => Promise.resolve(new FakePipelineTransaction()));
});
