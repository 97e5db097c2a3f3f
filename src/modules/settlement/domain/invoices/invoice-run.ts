import type { Month } from '../../../../shared/calendar.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { StatementId } from '../../index.ts';

/**
 *   running ──▶ done
 *      ▲          │ asked again: from the beginning, for partners have agreed meanwhile
 *      └──────────┘
 *
 * Drafting the invoices of all statements of a month, in the order of partners. Who is cut off goes on behind the last.
 */
export interface InvoiceRun {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly state: 'running' | 'done';
  /** The last whose statement was looked at. */
  readonly after?: Id<'par'> | undefined;
  /** Drafted, or drafted anew. */
  readonly drafted: number;
  /** Issued before, and left as they are. */
  readonly kept: number;
  readonly refused: number;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly endedAt?: Instant | undefined;
}

/** Why there is no invoice of a statement. */
export interface InvoiceRefusal {
  readonly partnerId: Id<'par'>;
  readonly statementId: StatementId;
  /** `settlement.not_agreed` … */
  readonly code: string;
  readonly detail: string;
}

export const begunRun = (
  programId: Id<'prg'>,
  period: Month,
  { by: askedBy, at: askedAt }: { readonly by: string; readonly at: Instant },
): InvoiceRun => ({ programId, period, state: 'running', drafted: 0, kept: 0, refused: 0, askedBy, askedAt });
