import type { Month } from '../../../../shared/calendar.ts';
import { digest } from '../../../../shared/digest.ts';
import { AppError } from '../../../../shared/errors.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { TransactionId } from '../../../ledger/index.ts';
import type { PayoutId, StatementId } from '../../index.ts';
import type { Purpose } from '../books/purpose.ts';

/** One movement of a partner's available balance. */
export interface StatementLine {
  readonly transactionId: TransactionId;
  readonly purpose: Purpose;
  /** Negative when it makes the balance smaller. */
  readonly amount: Money;
  readonly effectiveAt: Instant;
  /** When it happened; earlier than `effectiveAt` for what arrived after its own period was closed. */
  readonly occurredAt: Instant;
  readonly commissionId?: Id<'com'> | undefined;
  readonly payoutId?: PayoutId | undefined;
  readonly adjustmentId?: Id<'adj'> | undefined;
  /** What else it is about: a dispute, a slice of a reserve. */
  readonly subject?: string | undefined;
}

export interface PartnerLine extends StatementLine {
  readonly partnerId: Id<'par'>;
}

/** A partner's account of a period: what there was, what happened, what there is. Final. */
export interface Statement {
  readonly id: StatementId;
  readonly number: number;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly period: Month;
  readonly opening: Money;
  readonly closing: Money;
  readonly lineCount: number;
  /** SHA-256 of the canonical JSON of everything on it. */
  readonly digest: string;
  readonly closedAt: Instant;
}

/** `2018-03/000042`: the period, and the program's running number, which has no gaps. */
export const numberOf = ({ period, number }: Pick<Statement, 'period' | 'number'>): string =>
  `${period}/${String(number).padStart(6, '0')}`;

export interface StatementParts extends Omit<Statement, 'id' | 'lineCount' | 'digest'> {
  readonly lines: readonly StatementLine[];
}

/** Throws `settlement.statement_differs_from_ledger` when opening and lines do not make the closing. */
export const statementOf = ({ lines, ...parts }: StatementParts): Statement => {
  const { programId, partnerId, period, opening, closing } = parts;
  const sum = Money.sum(
    opening.currency,
    lines.map(({ amount }) => amount),
  );
  if (!opening.plus(sum).equals(closing)) {
    throw new AppError(
      'conflict',
      'settlement.statement_differs_from_ledger',
      `${partnerId} in ${period}: the ledger says ${closing.toString()}, opening and entries make ${opening.plus(sum).toString()}`,
      { ids: { programId, partnerId } },
    );
  }
  return {
    ...parts,
    id: derivedId('stm', programId, period, partnerId),
    lineCount: lines.length,
    digest: statementDigest({ ...parts, lines }),
  };
};

export const statementDigest = (parts: StatementParts): string => {
  const { programId, partnerId, period, opening, closing, lines } = parts;
  return digest({ number: numberOf(parts), programId, partnerId, period, opening, closing, lines: lines.map(plain) });
};

/** Field by field, so that a field added later changes no digest of before. */
const plain = ({
  transactionId,
  purpose,
  amount,
  effectiveAt,
  occurredAt,
  commissionId,
  payoutId,
  adjustmentId,
  subject,
}: StatementLine) => ({
  transactionId,
  purpose,
  amount,
  effectiveAt,
  occurredAt,
  commissionId,
  payoutId,
  adjustmentId,
  subject,
});
