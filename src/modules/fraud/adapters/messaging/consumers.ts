import type { Consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { type Envelope, is, nameOf, read } from '../../../../shared/events.ts';
import { AttributionChangedV1, ConversionAttributedV1 } from '../../../attribution/events.ts';
import type { AssessConversions } from '../../application/assess-conversions.ts';
import type { GatherFacts, Told } from '../../application/gather-facts.ts';
import type { FraudTransaction } from '../../ports/fraud-stores.ts';

const NAME = 'fraud';

/** Asks the other modules first and opens its own transaction afterwards: nobody's locks wait for somebody's answer. */
export const fraudConsumers = (
  transaction: FraudTransaction,
  gatherFacts: GatherFacts,
  assessConversions: AssessConversions,
): readonly Consumer[] => [
  {
    name: NAME,
    types: [ConversionAttributedV1, AttributionChangedV1].map(nameOf),
    handle: async (batch) => {
      const heard = await gatherFacts.run(batch.map(told));
      const byEvent = new Map(heard.map((each) => [each.eventId, each]));
      await transaction.once(NAME, [...byEvent.keys()], (stores, fresh) =>
        assessConversions.run(
          stores,
          [...byEvent.values()].filter(({ eventId }) => fresh.has(eventId)),
        ),
      );
    },
  },
];

const told = (event: Envelope): Told & { readonly eventId: Envelope['id'] } => {
  const eventId = event.id;
  if (is(ConversionAttributedV1, event)) {
    const credit = read(ConversionAttributedV1, event);
    return { eventId, orderId: credit.orderId, credit };
  }
  const { conversionId, orderId, programId, partnerId, clickId } = read(AttributionChangedV1, event);
  if (partnerId === undefined || clickId === undefined) return { eventId, orderId };
  return { eventId, orderId, credit: { conversionId, orderId, programId, partnerId, clickId } };
};
