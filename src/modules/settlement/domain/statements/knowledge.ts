/**
 * A statement says when things count, and never changes. What happened in its period, whenever it came to be known, is
 * another question: it has two clocks, the time of what happened and the time it was recorded.
 */
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { StatementLine } from './statement.ts';

/** A balance at the beginning and the end of a period, by the time things happened. */
export interface Knowledge {
  readonly opening: Money;
  readonly entries: Money;
  readonly count: number;
}

export interface RecordedLine extends StatementLine {
  readonly recordedAt: Instant;
}

export const closingOf = ({ opening, entries }: Knowledge): Money => opening.plus(entries);

/** What has come to be known between the two. */
export const learned = (then: Knowledge, now: Knowledge): Knowledge => ({
  opening: now.opening.minus(then.opening),
  entries: now.entries.minus(then.entries),
  count: now.count - then.count,
});

export const knowledgeOf = (
  currency: string,
  sums: { opening: bigint; entries: bigint; count: number },
): Knowledge => ({
  opening: Money.of(sums.opening, currency),
  entries: Money.of(sums.entries, currency),
  count: sums.count,
});
