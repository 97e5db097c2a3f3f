import type { Clock } from '../../../shared/clock.ts';
import { digest } from '../../../shared/digest.ts';
import type { Fault } from '../../../shared/errors.ts';
import { type Instant, plusMs } from '../../../shared/instant.ts';
import type { Id } from '../../../shared/ids.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { normalisedEmail, type Vault } from '../../../shared/vault.ts';
import type { AcceptedKey, PipelineStores, PipelineTransaction } from '../ports/accepted-events.ts';
import type { EventType } from '../domain/event-types.ts';
import { ClickReceivedV1, OrderEventReceivedV1 } from '../events.ts';
import type { IncomingEvent, Verdict } from '../index.ts';
import type { EventReader } from '../ports/event-reader.ts';

/** Of one event; a batch has a thousand, and an answer must stay bearable. */
export const MAX_EVENT_FAULTS = 20;

export interface EventResult {
  readonly index: number;
  readonly id: string | null;
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
}

interface Candidate {
  readonly index: number;
  readonly event: IncomingEvent;
  readonly type: EventType;
  readonly key: AcceptedKey;
}

/**
 * The front door for what happened outside. Each event is checked by itself, accepted once by its id, and on disk
 * before it is answered for; what is refused changes nothing and can be sent again once it is mended.
 */
export class AcceptEvents {
  constructor(
    private readonly transaction: PipelineTransaction,
    private readonly reader: EventReader,
    private readonly clock: Clock,
    private readonly vault: Vault,
    private readonly futureToleranceMs: number,
  ) {}

  async run(inputs: readonly unknown[]): Promise<readonly EventResult[]> {
    const now = this.clock.now();
    const refusals: EventResult[] = [];
    const candidates: Candidate[] = [];
    for (const [index, input] of inputs.entries()) {
      const reading = this.reader.read(input);
      if ('faults' in reading) refusals.push(refused(index, idOf(input), reading.faults));
      else if (reading.event.time > plusMs(now, this.futureToleranceMs))
        refusals.push(refused(index, reading.event.id, [tooEarly(now)]));
      else candidates.push({ index, ...reading, key: keyOf(reading.event) });
    }
    if (candidates.length === 0) return refusals;
    return this.transaction.run(async (stores) => {
      const results = await this.accept(stores, candidates, now);
      return [...refusals, ...results].toSorted((a, b) => a.index - b.index);
    });
  }

  private async accept(
    { accepted, outbox }: PipelineStores,
    candidates: readonly Candidate[],
    now: Instant,
  ): Promise<readonly EventResult[]> {
    const notes = await accepted.note(
      candidates.map(({ key }) => key),
      now,
    );
    return candidates.map(({ index, event, type }, position): EventResult => {
      switch (notes[position]) {
        case 'new':
          outbox.publish(this.relayed(event, type, now));
          return { index, id: event.id, verdict: 'accepted', faults: [] };
        case 'different':
          return refused(index, event.id, [sameIdOtherContent]);
        default:
          return { index, id: event.id, verdict: 'duplicate', faults: [] };
      }
    });
  }

  private relayed(event: IncomingEvent, type: EventType, receivedAt: Instant): Announcement {
    const { id, source, programId, subject, time } = event;
    const data = this.withoutEmail(event.data, type);
    if (type.type.startsWith('order.')) {
      return published(
        OrderEventReceivedV1,
        { aggregate: `${programId}/${subject}`, occurredAt: time },
        {
          eventId: id,
          source,
          kind: type.type.slice('order.'.length),
          programId,
          orderRef: subject,
          occurredAt: time,
          receivedAt,
          data,
        },
      );
    }
    const click = data as unknown as Omit<ClickReceivedV1, 'programId' | 'occurredAt' | 'receivedAt'> & {
      clickId: Id<'clk'>;
    };
    return published(
      ClickReceivedV1,
      { aggregate: click.clickId, occurredAt: time },
      {
        clickId: click.clickId,
        programId,
        linkCode: click.linkCode,
        occurredAt: time,
        receivedAt,
        visitorId: click.visitorId,
        userAgent: click.userAgent,
        referrer: click.referrer,
      },
    );
  }

  private withoutEmail(data: IncomingEvent['data'], { emailField }: EventType): IncomingEvent['data'] {
    const email = emailField === undefined ? undefined : data[emailField];
    if (emailField === undefined || typeof email !== 'string') return data;
    const { [emailField]: _, ...rest } = data;
    return { ...rest, [`${emailField}Fingerprint`]: this.vault.fingerprint('email', normalisedEmail(email)) };
  }
}

const keyOf = (event: IncomingEvent): AcceptedKey => ({ source: event.source, id: event.id, digest: digest(event) });

const idOf = (input: unknown): string | null =>
  typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string'
    ? input.id.slice(0, 200)
    : null;

const refused = (index: number, id: string | null, faults: readonly Fault[]): EventResult => ({
  index,
  id,
  verdict: 'refused',
  faults: faults.slice(0, MAX_EVENT_FAULTS),
});

const tooEarly = (now: Instant): Fault => ({
  pointer: '/time',
  code: 'pipeline.time_in_future',
  detail: `is later than now (${now}) by more than we tolerate; check the clock, or send it when it has happened`,
});

const sameIdOtherContent: Fault = {
  pointer: '/id',
  code: 'pipeline.id_reused',
  detail: 'was used for an event with another content; a new event needs a new id',
};
