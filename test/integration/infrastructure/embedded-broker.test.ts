import { EmbeddedBroker } from '../../../src/infrastructure/embedded/embedded-broker.ts';
import { brokerContract } from '../../support/contracts/broker-contract.ts';

brokerContract(
  'the embedded broker',
  () =>
    ({ leadership, doorbell, report }) =>
      new EmbeddedBroker(leadership, doorbell, report),
);
