/**
 * What keeps a commission from going on, from when until when. A clock that runs for a commission (its return window, the
 * day it has to be looked at) stands still while it is held: whoever is held up by us loses no time by it, and neither
 * does whoever may still send the order back.
 */
import { epochMs, type Instant, msBetween, plusDays, plusMs } from '../../../../shared/instant.ts';
import type { Verdict } from './credit.ts';

export interface Hold {
  /** Fraud wants to look; the order has become too old; somebody of the staff has a reason. */
  readonly by: 'fraud' | 'review' | 'staff';
  readonly reasons: readonly string[];
  readonly from: Instant;
  /** Absent: it still is. */
  readonly until?: Instant | undefined;
}

export const openHolds = (holds: readonly Hold[]): readonly Hold[] => holds.filter(({ until }) => until === undefined);

/** From each word that asks for a review to the next that does not. */
export const fraudHolds = (verdicts: readonly Verdict[]): readonly Hold[] => {
  const holds: Hold[] = [];
  for (const { verdict, reasons, assessedAt } of verdicts) {
    const last = holds.at(-1);
    const open = last !== undefined && last.until === undefined;
    if (verdict === 'review') {
      if (open) holds[holds.length - 1] = { ...last, reasons };
      else holds.push({ by: 'fraud', reasons, from: assessedAt });
    } else if (open) holds[holds.length - 1] = { ...last, until: assessedAt };
  }
  return holds;
};

/** Closes the open holds of one kind. */
export const released = (holds: readonly Hold[], by: Hold['by'], at: Instant): readonly Hold[] =>
  holds.map((hold) => (hold.by === by && hold.until === undefined ? { ...hold, until: at } : hold));

/** So many days later, not counting the time it was held. A hold that still is counts once it is over. */
export const daysUnheld = (from: Instant, days: number, holds: readonly Hold[]): Instant =>
  spans(holds).reduce(
    (end, span) => {
      if (span.until <= from || span.from >= end) return end;
      return plusMs(end, msBetween(span.from > from ? span.from : from, span.until));
    },
    plusDays(from, days),
  );

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** The holds that are over, as time: in order, those that overlap made one. */
const spans = (holds: readonly Hold[]): readonly Span[] => {
  const merged: Span[] = [];
  for (const span of holds.filter(isOver).toSorted((a, b) => epochMs(a.from) - epochMs(b.from))) {
    const last = merged.at(-1);
    if (last === undefined || span.from > last.until) merged.push({ from: span.from, until: span.until });
    else merged[merged.length - 1] = { from: last.from, until: span.until > last.until ? span.until : last.until };
  }
  return merged;
};

const isOver = (hold: Hold): hold is Hold & Span => hold.until !== undefined && hold.until > hold.from;
