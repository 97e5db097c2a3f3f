import type { Clock } from '../../../../shared/clock.ts';
import { digest } from '../../../../shared/digest.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { mustFollow } from '../../domain/reconciliation/bank-statement.ts';
import { contentOf, keptLine } from '../../domain/reconciliation/kept-line.ts';
import type { MatchAction } from '../../domain/reconciliation/match.ts';
import type { MatchAnswer } from '../../domain/reconciliation/matcher.ts';
import type { BankLine, BankStatement } from '../../domain/reconciliation/reconciliation.ts';
import type { ImportedStatement } from '../../ports/bank-stores.ts';
import type { PaymentFiles } from '../../ports/payment-files.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen } from '../books/open-books.ts';
import type { AccountMarks } from './account-marks.ts';
import { closeGap, NoteGap } from './note-gap.ts';
import { keepLines, takeLines } from './take-lines.ts';

/** Takes a bank's statements in, all or none, and lets each payout follow what the bank says of it. */
export class ImportBankStatement {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly files: Pick<PaymentFiles, 'readStatements'>,
    private readonly reader: Pick<ReconciliationReader, 'ownerOf'>,
    private readonly partners: PartnersPort,
    private readonly marks: AccountMarks,
    private readonly clock: Clock,
  ) {}

  /**
   * One camt.053 document, with any number of statements. Throws `settlement.malformed_bank_statement`,
   * `settlement.unknown_bank_account`, `settlement.bank_statement_differs`, `settlement.bank_statement_unbalanced`,
   * `settlement.bank_statement_gap`.
   */
  run(text: string): Promise<readonly ImportedStatement[]> {
    return this.take(this.files.readStatements(text));
  }

  /** The same, of statements that were read already. */
  async take(statements: readonly BankStatement[]): Promise<readonly ImportedStatement[]> {
    const programs = await this.ownersOf(statements);
    const books = await Promise.all(
      [...new Set(programs.values())].map((programId) => booksToOpen(this.partners, programId)),
    );
    const now = this.clock.now();
    try {
      return await this.transaction.run(async (stores) => {
        await stores.books.open(books, now);
        const imported: ImportedStatement[] = [];
        for (const statement of statements) imported.push(await this.one(stores, statement, now));
        return imported;
      });
    } catch (error) {
      await new NoteGap(this.transaction).ifAny(error, statements, programs, now);
      throw error;
    }
  }

  private async ownersOf(statements: readonly BankStatement[]): Promise<ReadonlyMap<string, Id<'prg'>>> {
    const owners = new Map<string, Id<'prg'>>();
    for (const account of new Set(statements.map((statement) => statement.account))) {
      const programId = await this.reader.ownerOf(account);
      if (programId === undefined) throw unknownAccount();
      owners.set(account, programId);
    }
    return owners;
  }

  private async one(stores: SettlementStores, statement: BankStatement, now: Instant): Promise<ImportedStatement> {
    const { account, id: statementId } = statement;
    const programId = await stores.bank.ownerOf(account); // and nobody else imports for it meanwhile
    if (programId === undefined) throw unknownAccount();
    const content = digest(contentOf(statement));
    const known = await stores.bank.imported(account, statementId);
    if (known !== undefined) return mustBeSame(known, content);
    const last = await stores.bank.last(account);
    mustFollow(statement, last);
    if (last !== undefined) await closeGap(stores, account, last.statementId, now);
    const lines = statement.lines.map((line) => keptLine(statement, this.veiled(line)));
    const taken = await takeLines(stores, programId, lines);
    const counts = { lines: lines.length, ...countsOf(taken.answer) };
    const imported = { programId, statementId, digest: content, ...counts, importedAt: now };
    await stores.bank.add(statement, imported);
    await keepLines(stores, taken, now);
    return imported;
  }

  /** Of the other side's account only that is kept by which it is recognised. */
  private veiled(line: BankLine): BankLine {
    const { counterparty } = line;
    return counterparty === undefined ? line : { ...line, counterparty: this.marks.of(counterparty) };
  }
}

const unknownAccount = (): AppError =>
  new AppError('refused', 'settlement.unknown_bank_account', 'no program pays from the account of this statement');

/** The same statement a second time is no second statement. */
const mustBeSame = (known: ImportedStatement, content: string): ImportedStatement => {
  if (known.digest === content) return known;
  throw new AppError(
    'conflict',
    'settlement.bank_statement_differs',
    `statement ${known.statementId} was imported with another content; ask the bank which one is right`,
  );
};

const countsOf = ({ matches, unmatched }: MatchAnswer) => {
  const count = (action: MatchAction): number =>
    matches.filter((found) => found.action === action).reduce((sum, { lines }) => sum + lines.length, 0);
  return {
    settled: count('settle'),
    rejected: count('reject'),
    returned: count('return'),
    confirmed: count('confirm'),
    breaks: unmatched.filter(({ kind }) => kind !== undefined).length,
  };
};
