import { type Consumer, consumer, unhurried } from '../../../../infrastructure/messaging/consumer.ts';
import type { Doorbell } from '../../../../infrastructure/messaging/doorbell.ts';
import type { FanOutEvents } from '../../application/fan-out-events.ts';
import type { WebhookTransaction } from '../../ports/webhooks.ts';
import { DISPATCH_BELL } from '../jobs/jobs.ts';
import { announced, contracts } from './catalogue.ts';

export const webhookConsumers = (
  transaction: WebhookTransaction,
  fanOut: FanOutEvents,
  doorbell: Doorbell,
): readonly Consumer[] => {
  const fanning = consumer('webhooks', transaction, contracts, (stores, events) =>
    fanOut.run(stores, events.map(announced)),
  );
  return [
    unhurried({
      ...fanning,
      handle: async (batch) => {
        await fanning.handle(batch);
        doorbell.ring(DISPATCH_BELL);
      },
    }),
  ];
};
