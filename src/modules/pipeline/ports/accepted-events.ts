import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { EventTypes } from './event-types.ts';
import type { Quarantine } from './quarantine.ts';
import type { SeenEvents } from './seen-events.ts';

export interface AcceptedKey {
  readonly source: string;
  readonly id: string;
  /** Of the event as it came: the same id with another content is a mistake of the sender. */
  readonly digest: string;
}

export abstract class AcceptedEvents {
  /** Notes the keys for ever. Answers, in their order, whether each is new, known, or known with another content. */
  abstract note(keys: readonly AcceptedKey[], at: Instant): Promise<readonly ('new' | 'known' | 'different')[]>;
}

export interface PipelineStores {
  readonly accepted: AcceptedEvents;
  readonly seen: SeenEvents;
  readonly types: EventTypes;
  readonly quarantine: Quarantine;
  readonly outbox: Outbox;
}

export abstract class PipelineTransaction extends Transaction<PipelineStores> {}
