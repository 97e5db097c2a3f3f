import type { Fault } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { Page, PageRequest } from '../../shared/page.ts';

/** What the pipeline says of each event. */
export type Verdict = 'accepted' | 'duplicate' | 'refused';

/** One thing that happened outside, as a neighbour tells it. */
export interface IncomingEvent {
  /** The neighbour's own, permanent id: the same id is the same event, for as long as it is remembered. */
  readonly id: string;
  /** Who counts these ids. */
  readonly source: string;
  /** `order.placed`, `click.recorded`, `acme.test_drive` … */
  readonly type: string;
  readonly programId?: Id<'prg'> | undefined;
  /** What it is about: an order's reference, a click's id. */
  readonly subject?: string | undefined;
  readonly time: Instant;
  readonly data: Readonly<Record<string, unknown>>;
}

export type QuarantineId = Id<'qua'>;

export const QUARANTINE_STATES = ['open', 'redriven', 'discarded'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];

export interface QuarantineFilter {
  readonly type?: string | undefined;
  readonly source?: string | undefined;
  /** The code of the first fault. */
  readonly reason?: string | undefined;
  readonly state?: QuarantineState | undefined;
}

/** Named one by one, or all open ones that fit. */
export type QuarantineChoice = { readonly ids: readonly QuarantineId[] } | { readonly filter: QuarantineFilter };

export interface RefusedEvent {
  readonly id: QuarantineId;
  readonly state: QuarantineState;
  readonly arrivedAt: Instant;
  readonly source: string;
  readonly eventId: string | null;
  readonly type: string | null;
  readonly reason: string;
  readonly pointer: string;
  readonly faults: readonly Fault[];
  readonly changedAt: Instant;
}

export interface RefusedCount {
  readonly type: string | null;
  readonly reason: string;
  readonly open: number;
  readonly redriven: number;
  readonly discarded: number;
}

export interface QuarantineSummary {
  /** Everything that was refused in the days that are kept, also what was too much to keep. */
  readonly refused: number;
  readonly counts: readonly RefusedCount[];
}

export interface Redriven {
  /** Events now, or known as such; without those that somebody discarded meanwhile. */
  readonly redriven: number;
  readonly stillRefused: number;
}

/** What was refused: to look at, to judge again, to give up. For operators, at the command line and over HTTP. */
export abstract class QuarantinePort {
  abstract list(request: PageRequest, filter: QuarantineFilter): Promise<Page<RefusedEvent>>;
  /** With the event as it came, while it is open. Throws `pipeline.not_quarantined`. */
  abstract show(id: QuarantineId): Promise<RefusedEvent & { readonly event: unknown }>;
  abstract summary(): Promise<QuarantineSummary>;
  /** A bounded piece: up to 1,000 of them, the oldest first. */
  abstract redrive(choice: QuarantineChoice): Promise<Redriven>;
  /** Answers how many. A bounded piece, as above. */
  abstract discard(choice: QuarantineChoice): Promise<number>;
}
