import { type Consumer, unhurried } from '../../../../infrastructure/messaging/consumer.ts';
import { type Envelope, is, nameOf, read } from '../../../../shared/events.ts';
import { AttributionChangedV1, ConversionAttributedV1 } from '../../../attribution/events.ts';
import type { AssessConversions } from '../../application/assess-conversions.ts';
import type { GatherFacts, Told } from '../../application/gather-facts.ts';
import type { Credit } from '../../domain/assessment.ts';
import type { FraudTransaction } from '../../ports/fraud-stores.ts';

const NAME = 'fraud';

/** Asks the other modules first and opens its own transaction afterwards: nobody's locks wait for somebody's answer. */
export const fraudConsumers = (
  transaction: FraudTransaction,
  gatherFacts: GatherFacts,
  assessConversions: AssessConversions,
): readonly Consumer[] => [
  unhurried({
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
  }),
];

const told = (event: Envelope): Told & { readonly eventId: Envelope['id'] } => {
  const eventId = event.id;
  const attributed = is(ConversionAttributedV1, event)
    ? read(ConversionAttributedV1, event)
    : read(AttributionChangedV1, event);
  const { conversionId, orderId, programId } = attributed;
  const credits = partsOf(attributed).map(({ partnerId, clickId }) => ({
    ...{ conversionId, orderId, programId },
    ...{ partnerId, clickId },
  }));
  return { eventId, orderId, credits };
};

type Part = Pick<Credit, 'partnerId' | 'clickId'>;

/** All who have a part of it, or whoever has it all, if anybody has. */
const partsOf = ({
  credits,
  partnerId,
  clickId,
}: Pick<AttributionChangedV1, keyof Part | 'credits'>): readonly Part[] =>
  credits ?? (partnerId === undefined || clickId === undefined ? [] : [{ partnerId, clickId }]);
