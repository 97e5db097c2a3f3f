import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { DisputeId, PayoutId, StatementId } from '../../index.ts';
import type { MoneyFact } from '../books/booking.ts';
import type { DisputeState } from './dispute-life-cycle.ts';
import type { DisputeTerms } from './dispute-terms.ts';
import type { DisputeKind, DisputeOutcome } from './reasons.ts';

/** One of them. */
export interface DisputeSubject {
  readonly orderId?: Id<'ord'> | undefined;
  /** The commerce system's own name; nobody says whether there is such an order. */
  readonly orderRef?: string | undefined;
  readonly commissionId?: Id<'com'> | undefined;
  readonly statementId?: StatementId | undefined;
  readonly payoutId?: PayoutId | undefined;
}

export interface Ruling {
  readonly outcome: DisputeOutcome;
  /** A code of `DISPUTE_REASONS`. */
  readonly reason: string;
  /** What is to be paid by an adjustment. */
  readonly granted: Money;
  /** In words, which the partner reads. */
  readonly text: string;
  /** No person ruled: which rule did, by which facts. */
  readonly rule?: string | undefined;
  readonly facts?: Readonly<Record<string, string>> | undefined;
}

/** A ruling that waits for a second person. */
export interface Proposal extends Ruling {
  readonly by: string;
  readonly at: Instant;
}

export interface Resolution extends Ruling {
  readonly disputeId: DisputeId;
  /** 1, and 2 after an appeal. */
  readonly round: number;
  readonly by: string;
  readonly approvedBy?: string | undefined;
  readonly at: Instant;
  /** Absent when nothing is granted. */
  readonly adjustmentId?: Id<'adj'> | undefined;
  /** When commission had made it. */
  readonly adjustedAt?: Instant | undefined;
}

export interface Dispute {
  readonly id: DisputeId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly kind: DisputeKind;
  readonly about: DisputeSubject;
  /** What it is about, however it was named: of a partner and a thing, one is open at a time. */
  readonly thing: string;
  /** The statement that shows it, if one does. */
  readonly statementId?: StatementId | undefined;
  readonly claimed: Money;
  /** By all its resolutions. */
  readonly granted: Money;
  /** What stands in the ledger for it now. */
  readonly reserved: Money;
  readonly terms: DisputeTerms;
  readonly state: DisputeState;
  readonly round: number;
  /** How often evidence was asked for in this round. */
  readonly requests: number;
  readonly openedBy: string;
  readonly openedAt: Instant;
  /** When whoever is awaited must have answered; absent once it is decided. */
  readonly dueAt?: Instant | undefined;
  /** While the partner is awaited: what is left of our own time. */
  readonly leftMs?: number | undefined;
  readonly proposal?: Proposal | undefined;
  /** Until when the partner may appeal. */
  readonly appealUntil?: Instant | undefined;
  readonly closedAt?: Instant | undefined;
  /** How many entries its history has. */
  readonly entries: number;
}

/** Who does something, for which side; `system`: a rule, or a deadline. */
export interface Hand {
  readonly side: 'partner' | 'staff' | 'system';
  readonly by: string;
  readonly at: Instant;
}

/** Something that happened to it. Never changed. */
export interface DisputeEntry extends Hand {
  readonly disputeId: DisputeId;
  readonly n: number;
  readonly what: string;
  /** What was said, for the other side to read. */
  readonly text?: string | undefined;
}

/** What was known when it was opened, or appealed. */
export interface Snapshot {
  readonly everything: object;
  readonly shown: object;
}

export type DisputeNews = 'opened' | 'evidence_requested' | 'resolved' | 'appealed';

/** What comes of an action: all of it is kept, booked and told, or nothing is. */
export interface Turn {
  readonly dispute: Dispute;
  readonly entry: DisputeEntry;
  readonly resolution?: Resolution | undefined;
  readonly facts: readonly MoneyFact[];
  readonly news?: DisputeNews | undefined;
}

export const MAX_ENTRIES = 300;

/** Throws `settlement.dispute_too_long`. */
export const turn = (
  before: Dispute,
  changes: Partial<Dispute>,
  hand: Hand,
  said: Pick<DisputeEntry, 'what' | 'text'> & Partial<Pick<Turn, 'resolution' | 'facts' | 'news'>>,
): Turn => {
  const { what, text, resolution, facts = [], news } = said;
  const n = before.entries + 1;
  if (n > MAX_ENTRIES && hand.side !== 'system')
    throw new AppError('refused', 'settlement.dispute_too_long', `${before.id} has ${MAX_ENTRIES} entries already`);
  const { side, by, at } = hand;
  const entry: DisputeEntry = { disputeId: before.id, n, what, side, by, at, text };
  return { dispute: { ...before, ...changes, entries: n }, entry, resolution, facts, news };
};

/** What is still claimed after what was granted. */
export const outstandingOf = ({ claimed, granted }: Pick<Dispute, 'claimed' | 'granted'>): Money =>
  claimed.minus(granted);

/** What a dispute's reserve is in the ledger: each round has its own, opened and closed once. */
export const reserveFact = (
  { id, programId, partnerId, round }: Dispute,
  purpose: 'dispute_open' | 'dispute_close',
  amount: Money,
  occurredAt: Instant,
): MoneyFact => ({ programId, partnerId, purpose, amount, occurredAt, subject: id, nth: String(round) });

/** Throws `settlement.dispute_overdue`: what time has decided, nobody decides otherwise because a job was late. */
export const mustBeInTime = ({ id, dueAt }: Dispute, now: Instant): void => {
  if (dueAt === undefined || now < dueAt) return;
  throw new AppError(
    'conflict',
    'settlement.dispute_overdue',
    `the time of ${id} was over at ${dueAt}; its contract decides it`,
    { ids: { disputeId: id } },
  );
};

/** Withdrawn as well as decided. */
export const closing = (closedAt: Instant): Partial<Dispute> => ({
  dueAt: undefined,
  leftMs: undefined,
  proposal: undefined,
  closedAt,
});
