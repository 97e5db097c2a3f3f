import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { AccountDetails } from '../domain/rails/bank-account.ts';
import type { LastStatement } from '../domain/reconciliation/bank-statement.ts';
import type { BreakKind } from '../domain/reconciliation/classify.ts';
import type { MatchAction } from '../domain/reconciliation/match.ts';
import type { BankLine, BankStatement, Line } from '../domain/reconciliation/reconciliation.ts';
import type { PayoutId } from '../index.ts';

/** The account a program pays from. */
export interface BankAccount extends AccountDetails {
  readonly programId: Id<'prg'>;
  readonly holder: string;
  readonly town: string;
  readonly country: string;
  /** Another currency than that of the books, which is paid from here. */
  readonly paysIn?: string | undefined;
}

/** What came of an imported statement. */
export interface ImportedStatement {
  readonly programId: Id<'prg'>;
  readonly statementId: string;
  readonly digest: string;
  readonly lines: number;
  readonly settled: number;
  readonly rejected: number;
  readonly returned: number;
  /** Lines that tell of what was booked before them. */
  readonly confirmed: number;
  readonly breaks: number;
  readonly importedAt: Instant;
}

/** A line, and what was made of it when it came; what is made of it later is a match. */
export interface KeptLine {
  readonly line: Line;
  readonly verdict: MatchAction | BreakKind | BankLine['status'];
  readonly payoutId?: PayoutId | undefined;
}

export abstract class BankStatements {
  /** The program pays in its currency from here on; the one before is still known as its. Throws `settlement.bank_account_taken`. */
  abstract saveAccount(account: BankAccount): Promise<void>;
  /** From which the program pays in its books' currency, or in another one. */
  abstract accountOf(programId: Id<'prg'>, paysIn?: string): Promise<BankAccount | undefined>;
  /** The program that pays from the account. Its statements are nobody else's until the transaction ends. */
  abstract ownerOf(account: string): Promise<Id<'prg'> | undefined>;
  abstract imported(account: string, statementId: string): Promise<ImportedStatement | undefined>;
  abstract last(account: string): Promise<LastStatement | undefined>;
  abstract add(statement: BankStatement, imported: ImportedStatement): Promise<void>;
  abstract addLines(lines: readonly KeptLine[]): Promise<void>;
}
