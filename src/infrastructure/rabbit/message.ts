/** Our envelope as an AMQP message: CloudEvents 1.0, AMQP protocol binding 1.0.2, binary content mode. */
import type { Message, Options } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import { nameOf } from '../../shared/events.ts';
import { parseId } from '../../shared/ids.ts';
import { instant } from '../../shared/instant.ts';
import type { Positioned } from '../postgres/outbox-reader.ts';

const PREFIX = 'cloudEvents:';

export interface Outgoing {
  readonly content: Buffer;
  readonly options: Options.Publish;
}

export const toMessage = ({ position, event }: Positioned): Outgoing => ({
  content: Buffer.from(JSON.stringify(event.payload)),
  options: {
    persistent: true,
    mandatory: true,
    contentType: 'application/json',
    messageId: event.id,
    type: nameOf(event),
    headers: {
      [`${PREFIX}specversion`]: '1.0',
      [`${PREFIX}id`]: event.id,
      [`${PREFIX}type`]: nameOf(event),
      [`${PREFIX}source`]: `/tributary/${event.source}`,
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

/** Throws `event.unreadable` for what is not one of ours. */
export const fromMessage = ({ content, properties }: Message): Positioned => {
  const headers = (properties.headers ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const value = headers[`${PREFIX}${name}`];
    if (typeof value !== 'string') throw unreadable(`the header ${PREFIX}${name} is missing`);
    return value;
  };
  const [, type, version] = /^(.+)\.v(\d+)$/.exec(text('type')) ?? [];
  if (type === undefined) throw unreadable(`"${text('type')}" is no versioned type`);
  const traceparent = headers[`${PREFIX}traceparent`];
  try {
    return {
      position: BigInt(text('position')),
      event: {
        id: parseId('evt', text('id')),
        type,
        version: Number(version),
        source: text('source').replace('/tributary/', ''),
        aggregate: text('aggregate'),
        aggregateVersion: Number(headers[`${PREFIX}aggregateversion`]),
        partitionKey: text('partitionkey'),
        occurredAt: instant(text('time')),
        traceparent: typeof traceparent === 'string' ? traceparent : undefined,
        payload: JSON.parse(content.toString()) as unknown,
      },
    };
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadable('the message is not one of ours', cause);
  }
};

const unreadable = (message: string, cause?: unknown): AppError =>
  new AppError('invalid', 'event.unreadable', message, { cause });
