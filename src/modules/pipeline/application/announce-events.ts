import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { JsonText, quoted } from '../../../shared/json-text.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { normalisedPhone } from '../../../shared/phone.ts';
import { normalisedEmail, type Vault } from '../../../shared/vault.ts';
import type { EventType } from '../domain/event-types.ts';
import type { Contact } from '../domain/schema.ts';
import { ClickReceivedV1, EventReceivedV1, OrderEventReceivedV1 } from '../events.ts';
import type { IncomingEvent } from '../index.ts';
import { dayOf } from '../ports/day-partitions.ts';
import type { ReadEvent } from '../ports/event-reader.ts';

type ClickData = Pick<ClickReceivedV1, 'clickId' | 'linkCode' | 'visitorId' | 'userAgent' | 'referrer'>;
type OfProgram = IncomingEvent & { readonly programId: Id<'prg'>; readonly subject: string };

const NORMALISED: Readonly<Record<Contact, (value: string) => string>> = {
  email: normalisedEmail,
  phone: normalisedPhone,
};

/** What is told of an event that was accepted: orders and clicks in words of their own, all others in one. */
export class AnnounceEvents {
  constructor(private readonly vault: Vault) {}

  run({ event, type, content }: ReadEvent, receivedAt: Instant): Announcement {
    const data = this.withoutContacts(event.data, type);
    if (!type.builtIn) return received(event, data === event.data ? content : JSON.stringify(data), type, receivedAt);
    // The reader lets no built-in type pass without a program and a subject.
    const told = { ...event, data } as OfProgram;
    return type.type.startsWith('order.') ? orderReceived(told, receivedAt) : clickReceived(told, receivedAt);
  }

  private withoutContacts(data: IncomingEvent['data'], { fingerprinted }: EventType): IncomingEvent['data'] {
    const given = Object.entries(fingerprinted).filter(
      ([field]) => Object.hasOwn(data, field) && typeof data[field] === 'string',
    );
    if (given.length === 0) return data;
    const fingerprints = given.map(([field, contact]) => [
      `${field}Fingerprint`,
      this.vault.fingerprint(contact, NORMALISED[contact](data[field] as string)),
    ]);
    const gone = new Set(given.map(([field]) => field));
    const others = Object.entries(data).filter(([field]) => !gone.has(field));
    return Object.fromEntries([...others, ...fingerprints]) as IncomingEvent['data'];
  }
}

const orderReceived = (
  { id, source, type, programId, subject, time, data }: OfProgram,
  receivedAt: Instant,
): Announcement =>
  published(
    OrderEventReceivedV1,
    { aggregate: `${programId}/${subject}`, occurredAt: time },
    {
      eventId: id,
      source,
      kind: type.slice('order.'.length),
      programId,
      orderRef: subject,
      occurredAt: time,
      receivedAt,
      data,
    },
  );

const clickReceived = ({ programId, time, data }: OfProgram, receivedAt: Instant): Announcement => {
  const { clickId, linkCode, visitorId, userAgent, referrer } = data as unknown as ClickData;
  return published(
    ClickReceivedV1,
    { aggregate: clickId, occurredAt: time },
    { clickId, programId, linkCode, occurredAt: time, receivedAt, visitorId, userAgent, referrer },
  );
};

/**
 * Its id is unique in its day and with its source; the name says all three, and nothing else is ever called so. The data
 * is written once, when the event is read, and not kept as an object while the event waits.
 */
const received = (
  { id, source, type: eventType, programId, subject, time }: IncomingEvent,
  data: string,
  { version, lane }: EventType,
  receivedAt: Instant,
): Announcement => {
  const of = (programId ? `,"programId":${quoted(programId)}` : '') + (subject ? `,"subject":${quoted(subject)}` : '');
  return published(
    EventReceivedV1,
    { aggregate: `event:${encodeURIComponent(source)}/${dayOf(time)}/${id}`, occurredAt: time, alone: true },
    new JsonText(
      `{"eventId":${quoted(id)},"source":${quoted(source)},"eventType":${quoted(eventType)},"schemaVersion":${version},` +
        `"lane":"${lane}"${of},"occurredAt":"${time}","receivedAt":"${receivedAt}","data":${data}}`,
    ),
  );
};
