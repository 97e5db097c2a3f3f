import { AppError } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PolicyTerms } from './payout-policy.ts';
import { approved, type Batch } from './payout.ts';
import { moveBatch } from './payout-life-cycle.ts';

/** One person's word that the payouts of a batch are right. */
export interface Approval {
  readonly by: string;
  readonly at: Instant;
  /** Whether the person holds the scope for large amounts. */
  readonly isSenior: boolean;
}

/** How many people have to agree, and whether one of them has to be senior. */
export interface ApprovalRule {
  readonly people: 1 | 2;
  readonly needsSenior: boolean;
}

/** `total` is what the whole close comes to: cut into batches, it is no smaller. */
export const ruleFor = (
  total: bigint,
  { oneApproverUpTo, seniorAbove }: Pick<PolicyTerms, 'oneApproverUpTo' | 'seniorAbove'>,
): ApprovalRule => ({
  people: oneApproverUpTo !== undefined && total > BigInt(oneApproverUpTo.minor) ? 2 : 1,
  needsSenior: seniorAbove !== undefined && total > BigInt(seniorAbove.minor),
});

/** What is missing, in words; nothing when the batch may be sent. */
export const missingOf = (approvals: readonly Approval[], rule: ApprovalRule): readonly string[] => [
  ...(approvals.length >= rule.people ? [] : ['the approval of a second person']),
  ...(rule.needsSenior && !approvals.some(({ isSenior }) => isSenior)
    ? ['the approval of somebody with the scope payouts:approve_large']
    : []),
];

/** The batch after one more person has agreed: approved, if that was all it took. Throws `settlement.four_eyes`, `settlement.approved_already`, `settlement.illegal_move`. */
export const withApproval = (
  batch: Batch,
  before: readonly Approval[],
  approval: Approval,
  rule: ApprovalRule,
): Batch => {
  moveBatch(batch.state, 'approve');
  if (before.some(({ by }) => by === approval.by)) {
    throw new AppError(
      'conflict',
      'settlement.approved_already',
      `you have approved the batch; still missing: ${missingOf(before, rule).join(', and ')}`,
    );
  }
  const after = approved(batch, approval.by, approval.at);
  return missingOf([...before, approval], rule).length === 0 ? after : batch;
};
