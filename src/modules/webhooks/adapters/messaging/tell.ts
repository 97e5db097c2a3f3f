/** One of our events as what a partner is told of it. */
import { type Contract, type Envelope, read } from '../../../../shared/events.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Announced } from '../../domain/fan-out.ts';
import type { PublicEventType } from '../../domain/public-events.ts';

interface Told {
  readonly partnerId: Id<'par'>;
  readonly programId?: Id<'prg'>;
}

export interface Entry {
  readonly contract: Contract;
  readonly announced: (event: Envelope) => Announced;
}

export const tell = <Payload extends Told>(
  contract: Contract<Payload>,
  type: PublicEventType,
  data: (payload: Payload) => object,
): Entry => ({
  contract,
  announced: (event) => {
    const payload = read(contract, event);
    const { partnerId, programId } = payload;
    return { eventId: event.id, type, occurredAt: event.occurredAt, partnerId, programId, data: data(payload) };
  },
});
