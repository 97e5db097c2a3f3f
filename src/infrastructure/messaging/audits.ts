/** What must be true of messages: told means heard, and nothing lies aside. */
import type { Audit } from '../audit.ts';
import type { OutboxReader } from '../postgres/outbox-reader.ts';
import type { Broker } from './broker.ts';
import type { Inbound } from './inbound.ts';

export const messagingAudits = (
  broker: Broker,
  inbounds: readonly Inbound[],
  outboxes: readonly OutboxReader[],
): readonly Audit[] => [
  {
    promise: 'every event told has been heard by everybody who listens',
    about: 'progress',
    run: async () => ((await broker.isIdle(inbounds, outboxes)) ? [] : ['events are waiting; is a worker running?']),
  },
  {
    promise: 'no message is parked',
    about: 'operations',
    run: async () => {
      const counts = await Promise.all(
        inbounds.map(async ({ consumer, lot }) => [consumer.name, await lot.count()] as const),
      );
      return counts
        .filter(([, count]) => count > 0)
        .map(([name, count]) => `${count} parked for ${name}: tributary parked list`);
    },
  },
];
