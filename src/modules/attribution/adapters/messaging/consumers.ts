import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { type Contract, type Envelope, is, read } from '../../../../shared/events.ts';
import { OrderAmendedV1, OrderPlacedV1 } from '../../../orders/events.ts';
import { ClickReceivedV1 } from '../../../pipeline/events.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import { TouchTakenV1 } from '../../events.ts';
import type { ReceiveTraffic } from '../../application/traffic/receive-traffic.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';

export const attributionConsumers = (
  transaction: AttributionTransaction,
  receiveTraffic: ReceiveTraffic,
): readonly Consumer[] => [
  consumer(
    'attribution',
    transaction,
    [ClickReceivedV1, TouchTakenV1, OrderPlacedV1, OrderAmendedV1],
    (stores, events) =>
      receiveTraffic.run(stores, {
        clicks: those(ClickReceivedV1, events),
        touches: those(TouchTakenV1, events).map(toTouchpoint),
        placed: those(OrderPlacedV1, events),
        amended: those(OrderAmendedV1, events),
      }),
  ),
];

const those = <Payload extends object>(contract: Contract<Payload>, events: readonly Envelope[]): readonly Payload[] =>
  events.filter((event) => is(contract, event)).map((event) => read(contract, event));

/** Its own words come back as they were said. */
const toTouchpoint = (taken: TouchTakenV1): Touchpoint =>
  Object.assign({ recordedAt: taken.occurredAt, live: true }, taken) as Touchpoint;
