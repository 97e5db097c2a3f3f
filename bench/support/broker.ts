import type { Topology } from '../../src/infrastructure/rabbit/topology.ts';
import { amqpUrl, onBroker } from '../../test/support/rabbit.ts';

/** Takes away what was declared, and the messages in it. */
export const takeAway = (topology: Topology, consumers: readonly string[]): Promise<void> =>
  onBroker(amqpUrl(), async (channel) => {
    for (const consumer of consumers) {
      for (let lane = 0; lane < topology.lanes; lane += 1) await channel.deleteQueue(topology.queueOf(consumer, lane));
    }
    await channel.deleteQueue(topology.dead);
    for (const exchange of [topology.events, topology.dead]) await channel.deleteExchange(exchange);
  });
