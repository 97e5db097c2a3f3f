import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type CsvLayout, mustBeReadable, OUR_CSV } from '../../domain/reconciliation/csv-layout.ts';
import type { BankCsv, CsvStatement } from '../../ports/bank-csv.ts';
import type { ImportedStatement } from '../../ports/bank-stores.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { ImportBankStatement } from './import-bank-statement.ts';

/** Statements as CSV, by the layout that was given for the account; by ours, where none was. */
export class ImportCsv {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: Pick<ReconciliationReader, 'csvLayout'>,
    private readonly csv: BankCsv,
    private readonly importStatement: ImportBankStatement,
  ) {}

  /**
   * Of the account that moves in the statement's currency. Throws `settlement.bank_account_not_found`,
   * `settlement.malformed_bank_statement`, and all that importing a statement throws.
   */
  async run(programId: Id<'prg'>, statement: Omit<CsvStatement, 'account'>): Promise<ImportedStatement> {
    mustBeInOneCurrency(statement);
    const { account, layout = OUR_CSV } = await this.known(programId, statement.opening.currency);
    const [imported] = await this.importStatement.take([this.csv.read({ ...statement, account }, layout)]);
    if (imported === undefined) throw new Error('one statement in, none out');
    return imported;
  }

  /** Throws `settlement.malformed_csv_layout`, `settlement.bank_account_not_found`. */
  async setLayout(programId: Id<'prg'>, layout: CsvLayout): Promise<CsvLayout> {
    mustBeReadable(layout);
    const { account } = await this.known(programId);
    return this.transaction.run(async ({ reconciliations }) => {
      await reconciliations.saveCsvLayout(account, layout);
      return layout;
    });
  }

  /** Throws `settlement.bank_account_not_found`. */
  async layout(programId: Id<'prg'>): Promise<CsvLayout> {
    return (await this.known(programId)).layout ?? OUR_CSV;
  }

  private async known(programId: Id<'prg'>, currency?: string) {
    const known = await this.reader.csvLayout(programId, currency);
    if (known !== undefined) return known;
    const which = currency === undefined ? '' : ` in ${currency}`;
    const detail = `the program has named no account${which}: PUT /v1/programs/${programId}/bank-account first`;
    throw new AppError('not_found', 'settlement.bank_account_not_found', detail);
  }
}

const mustBeInOneCurrency = ({ opening, closing }: Pick<CsvStatement, 'opening' | 'closing'>): void => {
  if (opening.currency === closing.currency) return;
  const code = 'settlement.malformed_bank_statement';
  const detail = `an account has one currency: it opens in ${opening.currency} and cannot close in ${closing.currency}`;
  throw new AppError('invalid', code, detail, { faults: [{ pointer: '/closing/currency', code, detail }] });
};
