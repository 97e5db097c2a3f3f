import { AppError } from '../shared/errors.ts';
import type { Config } from './config.ts';
import { EmbeddedBroker } from './embedded/embedded-broker.ts';
import type { Broker } from './messaging/broker.ts';
import type { Consumer } from './messaging/consumer.ts';
import type { Doorbell } from './messaging/doorbell.ts';
import type { Module } from './module.ts';
import type { Leadership } from './postgres/leadership.ts';
import { type OutsideQueue, outsideQueues } from './rabbit/outside.ts';
import { RabbitBroker } from './rabbit/rabbit-broker.ts';

interface Ground {
  readonly leadership: Leadership;
  readonly doorbell: Doorbell;
}

interface Parts {
  readonly consumers: () => readonly Consumer[];
  readonly outside: readonly OutsideQueue[];
  readonly report: (error: unknown, where: string) => void;
}

/** Before anything is opened: throws `config.invalid` for queues that could never hold anything. */
export const outsideOf = (
  { AMQP_URL, BROKER_OUTSIDE }: Config,
  modules: readonly Module[],
): readonly OutsideQueue[] => {
  if (AMQP_URL === undefined && BROKER_OUTSIDE.length > 0)
    throw new AppError('invalid', 'config.invalid', 'BROKER_OUTSIDE needs a broker: set AMQP_URL');
  return outsideQueues(
    BROKER_OUTSIDE,
    modules.flatMap(({ tells = [] }) => tells),
  );
};

/** RabbitMQ where there is one; else the outboxes are read as they are. */
export const chooseBroker = (config: Config, { leadership, doorbell }: Ground, parts: Parts): Broker => {
  const { AMQP_URL: url, BROKER_LANES: lanes, BROKER_NAMESPACE: namespace, BROKER_BUNDLE: bundle } = config;
  const { consumers, outside, report } = parts;
  if (url === undefined) return new EmbeddedBroker(leadership, doorbell, report);
  return new RabbitBroker({ url, namespace, lanes, bundle, consumers, outside }, leadership, doorbell, report);
};
