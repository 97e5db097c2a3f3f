import { RabbitBroker } from '../../../src/infrastructure/rabbit/rabbit-broker.ts';
import { brokerContract } from '../../support/contracts/broker-contract.ts';
import { amqpUrl, newNamespace, sweep } from '../../support/rabbit.ts';

describe('RabbitMQ', () => {
  let namespace: string;
  beforeEach(() => {
    namespace = newNamespace();
  });
  afterEach(() => sweep(amqpUrl(), namespace));

  brokerContract('the RabbitMQ broker', () => ({ leadership, doorbell, consumers, report }) => {
    const options = { url: amqpUrl(), namespace, lanes: 2, bundle: 3, consumers };
    return new RabbitBroker(options, leadership, doorbell, report);
  });
});
