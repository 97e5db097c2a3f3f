import { grouped } from '../../../shared/grouped.ts';
import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { EndpointId } from '../index.ts';
import type { Endpoint } from './endpoint.ts';
import type { PostbackValues } from './postback.ts';
import { bodyOf, EVERY_TYPE, type PublicEventType } from './public-events.ts';

/** A partner-visible fact, in public words. */
export interface Announced {
  readonly eventId: Id<'evt'>;
  readonly type: PublicEventType;
  readonly occurredAt: Instant;
  readonly partnerId: Id<'par'>;
  readonly programId?: Id<'prg'> | undefined;
  readonly data: object;
}

export type Subscriber = Pick<
  Endpoint,
  'endpointId' | 'partnerId' | 'programId' | 'eventTypes' | 'lastSequence' | 'postback'
>;

export interface Message {
  readonly eventId: Id<'evt'>;
  readonly type: PublicEventType;
  readonly programId?: Id<'prg'> | undefined;
  readonly body: string;
  /** Only where a postback gets it. */
  readonly values?: PostbackValues | undefined;
}

export interface Addressed {
  readonly eventId: Id<'evt'>;
  readonly endpointId: EndpointId;
  readonly sequence: number;
}

export interface FannedOut {
  /** Those that a postback gets. */
  readonly called: ReadonlySet<Id<'evt'>>;
  /** Those that somebody gets. */
  readonly messages: readonly Message[];
  readonly deliveries: readonly Addressed[];
}

/** One delivery for each event and each endpoint that subscribed to it, numbered on from the endpoint's last. */
export const fanOut = (events: readonly Announced[], subscribers: readonly Subscriber[]): FannedOut => {
  const byPartner = grouped(subscribers, ({ partnerId }) => partnerId);
  const everybodys = byPartner.get(undefined) ?? [];
  const last = new Map(subscribers.map(({ endpointId, lastSequence }) => [endpointId, lastSequence]));
  const messages: Message[] = [];
  const deliveries: Addressed[] = [];
  const called = new Set<Id<'evt'>>();
  for (const event of events) {
    const getters = [...(byPartner.get(event.partnerId) ?? []), ...everybodys].filter((each) => wants(each, event));
    if (getters.length === 0) continue;
    const { eventId, type, programId, occurredAt, data } = event;
    messages.push({ eventId, type, programId, body: bodyOf(type, occurredAt, data) });
    if (getters.some(({ postback }) => postback !== undefined)) called.add(eventId);
    for (const { endpointId } of getters) {
      const sequence = (last.get(endpointId) ?? 0) + 1;
      last.set(endpointId, sequence);
      deliveries.push({ eventId, endpointId, sequence });
    }
  }
  return { called, messages, deliveries };
};

const wants = ({ programId, eventTypes }: Subscriber, event: Announced): boolean =>
  (programId === undefined || programId === event.programId) &&
  (eventTypes.includes(EVERY_TYPE) || eventTypes.includes(event.type));
