import { AppError } from '../../../../shared/errors.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { moveBreak } from '../../domain/reconciliation/break.ts';
import type { BankStatement } from '../../domain/reconciliation/reconciliation.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';

/** A statement that was refused because one before it is missing leaves a break, until the missing one is there. */
export class NoteGap {
  constructor(private readonly transaction: SettlementTransaction) {}

  async ifAny(
    error: unknown,
    statements: readonly BankStatement[],
    programs: ReadonlyMap<string, Id<'prg'>>,
    noticedAt: Instant,
  ): Promise<void> {
    const early = tooEarly(error, statements);
    const programId = programs.get(early?.account ?? '');
    if (early === undefined || programId === undefined) return;
    const { account, id: statementId } = early;
    await this.transaction.run(async ({ bank, reconciliations }) => {
      const last = await bank.last(account);
      if (last === undefined) return;
      const off = early.opening.currency === last.closing.currency ? early.opening.minus(last.closing) : early.opening;
      await reconciliations.addBreaks([
        {
          id: gapId(account, last.statementId),
          ...{ programId, kind: 'statement_gap', account, statementId, ref: statementId, state: 'open', noticedAt },
          amount: off.isNegative ? off.negated() : off,
          direction: off.isNegative ? 'debit' : 'credit',
          happenedAt: noticedAt,
        },
      ]);
    });
  }
}

const tooEarly = (error: unknown, statements: readonly BankStatement[]): BankStatement | undefined => {
  if (!(error instanceof AppError) || error.code !== 'settlement.bank_statement_gap') return undefined;
  const { statementId } = error.details.ids ?? {};
  return statements.find(({ id }) => id === statementId);
};

/** One behind each statement. */
const gapId = (account: string, behind: string): Id<'brk'> => derivedId('brk', account, 'gap', behind);

/** What was missing behind that statement is there. */
export const closeGap = async (
  { reconciliations }: SettlementStores,
  account: string,
  behind: string,
  at: Instant,
): Promise<void> => {
  const open = await reconciliations.breaksAbout([], [], [gapId(account, behind)]);
  await reconciliations.saveBreaks(
    open.map((found) => ({ ...found, state: moveBreak(found.state, 'close'), endedAt: at })),
  );
};
