import type { Clock } from '../../../../shared/clock.ts';
import { digest } from '../../../../shared/digest.ts';
import { AppError } from '../../../../shared/errors.ts';
import { isId } from '../../../../shared/ids.ts';
import { type Announcement, published } from '../../../../shared/outbox.ts';
import { unreachable } from '../../../../shared/errors.ts';
import { mustFollow } from '../../domain/reconciliation/bank-statement.ts';
import { type LineVerdict, type PayoutStep, reconcile } from '../../domain/reconciliation/reconciliation.ts';
import { PayoutFailedV1, PayoutReturnedV1, PayoutSettledV1 } from '../../events.ts';
import type { PayoutId } from '../../index.ts';
import type { ImportedStatement } from '../../ports/bank-stores.ts';
import type { PaymentFiles } from '../../ports/payment-files.ts';
import type { SettlementStores, SettlementTransaction, ShareOfPayout } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';

/** Takes a bank's statement in, whole or not at all, and lets each payout follow what the bank says of it. */
export class ImportBankStatement {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly files: PaymentFiles,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.malformed_bank_statement`, `settlement.unknown_bank_account`, `settlement.bank_statement_differs`,
   * `settlement.bank_statement_unbalanced`, `settlement.bank_statement_gap`.
   */
  async run(text: string): Promise<ImportedStatement> {
    const statement = this.files.readStatement(text);
    const content = digest(statement);
    return this.transaction.run(async (stores) => {
      const programId = await stores.bank.ownerOf(statement.account);
      if (programId === undefined) {
        throw new AppError(
          'refused',
          'settlement.unknown_bank_account',
          'no program pays from the account of this statement',
        );
      }
      const known = await stores.bank.imported(statement.account, statement.id);
      if (known !== undefined) return mustBeSame(known, content);
      mustFollow(statement, await stores.bank.last(statement.account));
      const ids = statement.lines.flatMap(({ endToEndId }) => (isId('pay', endToEndId) ? [endToEndId] : []));
      const payouts = await stores.payouts.ofIds(programId, [...new Set(ids)]);
      const { verdicts, steps } = reconcile(statement.lines, payouts);
      await apply(stores, steps);
      const imported = {
        programId,
        statementId: statement.id,
        digest: content,
        lines: statement.lines.length,
        ...countsOf(verdicts),
        importedAt: this.clock.now(),
      };
      await stores.bank.add(statement, imported, verdicts);
      return imported;
    });
  }
}

/** The same statement a second time is no second statement. */
const mustBeSame = (known: ImportedStatement, content: string): ImportedStatement => {
  if (known.digest === content) return known;
  throw new AppError(
    'conflict',
    'settlement.bank_statement_differs',
    `statement ${known.statementId} was imported with another content; ask the bank which one is right`,
  );
};

const apply = async (stores: SettlementStores, steps: readonly PayoutStep[]): Promise<void> => {
  if (steps.length === 0) return;
  const after = new Map(steps.map(({ payout }) => [payout.id, payout])); // the last step of each
  await stores.payouts.save([...after.values()]);
  await book(
    stores,
    steps.flatMap(({ facts }) => facts),
  );
  const allocations = await stores.payouts.allocations([...after.keys()]);
  stores.outbox.publish(...steps.map((step) => told(step, allocations.get(step.payout.id) ?? [])));
};

const countsOf = (verdicts: readonly LineVerdict[]) => {
  const count = (action: PayoutStep['action']): number =>
    verdicts.filter((verdict) => 'action' in verdict && verdict.action === action).length;
  return {
    settled: count('settle'),
    rejected: count('reject'),
    returned: count('return'),
    breaks: verdicts.filter((verdict) => 'break' in verdict).length,
  };
};

const told = ({ payout, action, at }: PayoutStep, shares: readonly ShareOfPayout[]): Announcement => {
  const { id: payoutId, batchId, programId, partnerId, amount } = payout;
  const about = { payoutId, batchId, programId, partnerId, amount: amount.toJSON() };
  const when = { aggregate: payoutId satisfies PayoutId, occurredAt: at };
  const reason = payout.reason ?? '';
  const { currency } = amount;
  const money = (minor: bigint) => ({ minor: minor.toString(), currency });
  const parts = shares.flatMap(({ commissionId, minor }) =>
    commissionId === undefined ? [] : [{ commissionId, minor }],
  );
  const split = {
    allocations: parts
      .filter(({ minor }) => minor > 0n)
      .map(({ commissionId, minor }) => ({ commissionId, amount: money(minor) })),
    recovered: parts
      .filter(({ minor }) => minor < 0n)
      .map(({ commissionId, minor }) => ({ commissionId, amount: money(-minor) })),
    adjustments: shares.flatMap(({ adjustmentId, minor }) =>
      adjustmentId === undefined ? [] : [{ adjustmentId, amount: money(minor) }],
    ),
  };
  switch (action) {
    case 'settle':
      return published(PayoutSettledV1, when, { ...about, ...split, settledAt: at });
    case 'reject':
      return published(PayoutFailedV1, when, { ...about, reason, failedAt: at });
    case 'return':
      return published(PayoutReturnedV1, when, { ...about, ...split, reason, returnedAt: at });
    default:
      return unreachable(action);
  }
};
