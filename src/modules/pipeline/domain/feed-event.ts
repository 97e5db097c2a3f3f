/** An event as a live feed shows it, written once for all who watch. */
import type { Envelope } from '../../../shared/events.ts';
import { isObject } from '../../../shared/shape.ts';
import { builtInTypes } from './event-types.ts';
import type { Lane } from './lanes.ts';

export interface FeedEvent {
  /** The outbox that holds it, and where. */
  readonly log: string;
  readonly position: bigint;
  /** What came in has the name it came with; what the platform says of itself has its own. */
  readonly type: string;
  /** Of what came in. */
  readonly lane: Lane | null;
  readonly programId: string | null;
  /** As JSON, without personal fields. */
  readonly text: () => string;
}

const lanes = new Map<unknown, Lane>(builtInTypes.map(({ type, lane }) => [type, lane]));

type Payload = Readonly<Record<string, unknown>>;

/** What came in is told of as one of these. */
const NAME_OF: Readonly<Record<string, (payload: Payload) => string>> = {
  'pipeline.order_event_received': ({ kind }) => `order.${String(kind)}`,
  'pipeline.click_received': () => 'click.recorded',
  'pipeline.event_received': ({ eventType }) => String(eventType),
};

/** Told of under another name. */
export const isRenamed = (type: string): boolean => type in NAME_OF;

export const feedEvent = (log: string, position: bigint, event: Envelope): FeedEvent => {
  const payload = isObject(event.payload) ? (event.payload as Payload) : {};
  const type = NAME_OF[event.type]?.(payload) ?? event.type;
  const lane = (payload['lane'] as Lane | undefined) ?? lanes.get(type) ?? null;
  const { programId } = payload;
  let text: string | undefined;
  return {
    log,
    position,
    type,
    lane: event.type in NAME_OF ? lane : null,
    programId: typeof programId === 'string' ? programId : null,
    text: () => (text ??= shown(event)),
  };
};

/** Whoever draws a dashboard needs nobody's name, address or trail. */
const PERSONAL = [
  'visitorId',
  'userAgent',
  'referrer',
  'address',
  'network',
  'ip',
  'email',
  'phone',
  'customerRef',
  'customerEmail',
  'customerPhone',
  'Fingerprint',
];
const PERSONAL_NAMES = new Set(PERSONAL);
const isPersonal = (field: string): boolean => PERSONAL_NAMES.has(field) || field.endsWith('Fingerprint');
/** Now and then it says so of what holds nothing; it spares most events the slow way, and misses none. */
const MAY_HOLD = new RegExp(`(?:${PERSONAL.join('|')})":`);

const shown = ({ id, type, version, source, aggregate, aggregateVersion, occurredAt, payload }: Envelope): string => {
  const event = { id, type, version, source, aggregate, aggregateVersion, occurredAt, payload };
  const text = JSON.stringify(event);
  if (!MAY_HOLD.test(text)) return text;
  return JSON.stringify(event, (field, value: unknown) => (isPersonal(field) ? undefined : value));
};
