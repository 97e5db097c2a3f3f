import type { Month } from '../../../../shared/calendar.ts';
import { canonicalJson } from '../../../../shared/canonical-json.ts';
import { RunningDigest } from '../../../../shared/digest.ts';
import { AppError } from '../../../../shared/errors.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { SealedHead, TransactionId } from '../../../ledger/index.ts';
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
  /** How far the ledger was sealed when the statements of the period were written. */
  readonly sealed?: SealedHead | undefined;
}

/** `2018-03/000042`: the period, and the program's running number, which has no gaps. */
export const numberOf = ({ period, number }: Pick<Statement, 'period' | 'number'>): string =>
  `${period}/${String(number).padStart(6, '0')}`;

export type StatementHead = Omit<Statement, 'id' | 'lineCount' | 'digest'>;

interface StatementParts extends StatementHead {
  readonly lines: readonly StatementLine[];
}

/** A statement in the making: its lines go by, one after the other, and none of them is kept. */
export class StatementDraft {
  private readonly hash: RunningDigest;
  private sum = 0n;
  private count = 0;

  constructor(private readonly parts: StatementHead) {
    this.hash = new RunningDigest().add(`{"closing":${canonicalJson(parts.closing)},"lines":[`);
  }

  add(line: StatementLine): void {
    this.hash.add(this.count === 0 ? lineJson(line) : `,${lineJson(line)}`);
    this.sum += line.amount.minor;
    this.count += 1;
  }

  /** Opening and lines so far. */
  get reached(): Money {
    return this.parts.opening.plus(Money.of(this.sum, this.parts.opening.currency));
  }

  /** Throws `settlement.statement_differs_from_ledger` when opening and lines do not make the closing. */
  finished(): Statement {
    const { programId, partnerId, period, closing } = this.parts;
    const { reached } = this;
    if (!reached.equals(closing)) {
      throw new AppError(
        'conflict',
        'settlement.statement_differs_from_ledger',
        `${partnerId} in ${period}: the ledger says ${closing.toString()}, opening and entries make ${reached.toString()}`,
        { ids: { programId, partnerId } },
      );
    }
    const id = derivedId('stm', programId, period, partnerId);
    return { ...this.parts, id, lineCount: this.count, digest: this.digest() };
  }

  /** Of the canonical JSON of everything on it; asked once. */
  digest(): string {
    const { programId, partnerId, period, opening, sealed } = this.parts;
    const rest = canonicalJson({ number: numberOf(this.parts), programId, partnerId, period, opening, sealed });
    return this.hash.add(`],${rest.slice(1)}`).hex();
  }
}

/** Throws `settlement.statement_differs_from_ledger`. */
export const statementOf = ({ lines, ...parts }: StatementParts): Statement => {
  const draft = new StatementDraft(parts);
  for (const line of lines) draft.add(line);
  return draft.finished();
};

/**
 * Canonical JSON, written field by field: there are millions of lines, and a field added later changes no digest of
 * before. Only a subject may hold what JSON has to escape.
 */
const lineJson = (line: StatementLine): string => {
  const { transactionId, purpose, amount, effectiveAt, occurredAt, commissionId, payoutId, adjustmentId, subject } =
    line;
  const about = (name: string, id: string | undefined): string => (id === undefined ? '' : `"${name}":"${id}",`);
  return (
    `{${about('adjustmentId', adjustmentId)}"amount":{"currency":"${amount.currency}","minor":"${amount.minor}"},` +
    `${about('commissionId', commissionId)}"effectiveAt":"${effectiveAt}","occurredAt":"${occurredAt}",` +
    `${about('payoutId', payoutId)}"purpose":"${purpose}",` +
    `${subject === undefined ? '' : `"subject":${JSON.stringify(subject)},`}"transactionId":"${transactionId}"}`
  );
};
