/**
 * Our envelope as an AMQP message. One event alone: CloudEvents 1.0, AMQP protocol binding 1.0.2, binary content mode.
 * Several at once: its JSON batch format. To the broker, and on the way to it and back, a message costs far more than
 * its bytes.
 */
import type { Message, Options } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import { type Envelope, nameOf } from '../../shared/events.ts';
import { parseId } from '../../shared/ids.ts';
import { instant } from '../../shared/instant.ts';
import { quoted } from '../../shared/json-text.ts';
import type { Positioned, Unopened } from '../postgres/outbox-reader.ts';

const PREFIX = 'cloudEvents:';
const ONE = 'application/json';
const SEVERAL = 'application/cloudevents-batch+json';
/** How many events are inside, for whoever has not opened it yet. */
const COUNT = 'events';

export interface Outgoing {
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/** Of events that take the same way; at least one. */
export const toMessage = (first: Unopened, ...more: readonly Unopened[]): Outgoing =>
  more.length === 0 ? oneIn(first) : severalIn(first, [first, ...more]);

const optionsOf = ({ id, ...rest }: Unopened['event']) => ({
  persistent: true,
  mandatory: true,
  messageId: id,
  type: nameOf(rest),
});

const oneIn = ({ position, event, json }: Unopened): Outgoing => ({
  content: Buffer.from(json),
  options: {
    ...optionsOf(event),
    contentType: ONE,
    headers: {
      [`${PREFIX}specversion`]: '1.0',
      [`${PREFIX}id`]: event.id,
      [`${PREFIX}type`]: nameOf(event),
      [`${PREFIX}source`]: `${SOURCE}${event.source}`,
      [`${PREFIX}time`]: event.occurredAt,
      [`${PREFIX}subject`]: event.aggregate,
      [`${PREFIX}aggregate`]: event.aggregate,
      [`${PREFIX}aggregateversion`]: event.aggregateVersion,
      [`${PREFIX}partitionkey`]: event.partitionKey,
      ...(event.traceparent !== undefined && { [`${PREFIX}traceparent`]: event.traceparent }),
      // Where the outbox holds it, as text: AMQP numbers and JavaScript's disagree beyond 2^53.
      [`${PREFIX}position`]: position.toString(),
    },
  },
});

const severalIn = ({ event }: Unopened, all: readonly Unopened[]): Outgoing => ({
  content: Buffer.from(`[${all.map(written).join()}]`),
  options: { ...optionsOf(event), contentType: SEVERAL, headers: { [COUNT]: all.length } },
});

/** Around a payload that is JSON already. */
const written = ({ position, event, json }: Unopened): string => {
  const aggregate = quoted(event.aggregate);
  const key = event.partitionKey === event.aggregate ? aggregate : quoted(event.partitionKey);
  const trace = event.traceparent === undefined ? '' : `,"traceparent":${quoted(event.traceparent)}`;
  return (
    `{"specversion":"1.0","id":"${event.id}","type":"${nameOf(event)}","source":"${SOURCE}${event.source}",` +
    `"time":"${event.occurredAt}","subject":${aggregate},"aggregate":${aggregate},` +
    `"aggregateversion":${event.aggregateVersion},"partitionkey":${key}${trace},"position":"${position}","data":${json}}`
  );
};

const SOURCE = '/tributary/';

/** As the message says, unopened. */
export const countIn = ({ properties }: Message): number => {
  const count: unknown = properties.headers?.[COUNT];
  return typeof count === 'number' ? count : 1;
};

/** At least one. Throws `event.unreadable` for what is not ours. */
export const fromMessage = ({ content, properties }: Message): readonly [Positioned, ...Positioned[]] => {
  try {
    const json = JSON.parse(content.toString()) as unknown;
    if (properties.contentType !== SEVERAL) return [readAs(properties.headers ?? {}, json, PREFIX)];
    const [first, ...more] = (json as readonly Attributes[]).map((each) => readAs(each, each['data'], ''));
    if (first === undefined) throw unreadable('the message is empty');
    return [first, ...more];
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadable('the message is not one of ours', cause);
  }
};

type Attributes = Readonly<Record<string, unknown>>;

const readAs = (attributes: Attributes, payload: unknown, prefix: string): Positioned => {
  const text = (name: string): string => {
    const value = attributes[prefix + name];
    if (typeof value !== 'string') throw unreadable(`the attribute ${name} is missing`);
    return value;
  };
  const [, type, version] = /^(.+)\.v(\d+)$/.exec(text('type')) ?? [];
  if (type === undefined) throw unreadable(`"${text('type')}" is no versioned type`);
  const traceparent = attributes[`${prefix}traceparent`];
  const event: Envelope = {
    id: parseId('evt', text('id')),
    type,
    version: Number(version),
    source: text('source').replace(SOURCE, ''),
    aggregate: text('aggregate'),
    aggregateVersion: Number(attributes[`${prefix}aggregateversion`]),
    partitionKey: text('partitionkey'),
    occurredAt: instant(text('time')),
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    payload,
  };
  return { position: BigInt(text('position')), event };
};

const unreadable = (message: string, cause?: unknown): AppError =>
  new AppError('invalid', 'event.unreadable', message, { cause });
