import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { type Contract, type Envelope, is, nameOf, read } from '../../../../shared/events.ts';
import { OrderAmendedV1, OrderPlacedV1 } from '../../../orders/events.ts';
import { ClickReceivedV1 } from '../../../pipeline/events.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import { TouchTakenV1 } from '../../events.ts';
import type { ReceiveTraffic } from '../../application/traffic/receive-traffic.ts';
import type { AttributionStores, AttributionTransaction } from '../../ports/attribution-stores.ts';

export const attributionConsumers = (
  transaction: AttributionTransaction,
  receiveTraffic: ReceiveTraffic,
): readonly Consumer[] => {
  const receive = (stores: AttributionStores, events: readonly Envelope[]): Promise<void> =>
    receiveTraffic.run(stores, {
      clicks: those(ClickReceivedV1, events),
      touches: those(TouchTakenV1, events).map(toTouchpoint),
      placed: those(OrderPlacedV1, events),
      amended: those(OrderAmendedV1, events),
    });
  const noting = consumer('attribution', transaction, [...TOUCHES, OrderPlacedV1, OrderAmendedV1], receive);
  return [
    {
      ...noting,
      handle: (batch) =>
        batch.every(isTouch) ? transaction.run((stores) => receive(stores, batch)) : noting.handle(batch),
    },
  ];
};

/** Kept once by ids of their own, and told further as they are kept: thousands a second need no note in the inbox besides. */
const TOUCHES = [ClickReceivedV1, TouchTakenV1];
const namesOfTouches = new Set(TOUCHES.map(nameOf));
const isTouch = (event: Envelope): boolean => namesOfTouches.has(nameOf(event));

const those = <Payload extends object>(contract: Contract<Payload>, events: readonly Envelope[]): readonly Payload[] =>
  events.filter((event) => is(contract, event)).map((event) => read(contract, event));

/** Its own words come back as they were said. */
const toTouchpoint = (taken: TouchTakenV1): Touchpoint =>
  Object.assign({ recordedAt: taken.occurredAt, live: true }, taken) as Touchpoint;
