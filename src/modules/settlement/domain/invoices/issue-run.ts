import type { Month } from '../../../../shared/calendar.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { InvoiceId } from '../../index.ts';

/**
 *   running ──▶ done
 *      ▲          │ asked again: from the beginning; what is issued stays, what was refused may be ready meanwhile
 *      └──────────┘
 *
 * Issuing all drafts of a month, in the order of partners. Each step is noted in the transaction that issues, so that who
 * is cut off goes on with the very next.
 */
export interface IssueRun {
  readonly programId: Id<'prg'>;
  readonly period: Month;
  readonly state: 'running' | 'done';
  /** The last whose invoice was looked at. */
  readonly after?: Id<'par'> | undefined;
  readonly issued: number;
  /** Issued by somebody else, and left as they are. */
  readonly kept: number;
  readonly refused: number;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly endedAt?: Instant | undefined;
}

/** Why a draft could not be issued. */
export interface IssueRefusal {
  readonly partnerId: Id<'par'>;
  readonly invoiceId: InvoiceId;
  /** `settlement.not_agreed` … */
  readonly code: string;
  /** Says what to do, too. */
  readonly detail: string;
}

export const begunIssueRun = (
  programId: Id<'prg'>,
  period: Month,
  { by: askedBy, at: askedAt }: { readonly by: string; readonly at: Instant },
): IssueRun => ({ programId, period, state: 'running', issued: 0, kept: 0, refused: 0, askedBy, askedAt });
