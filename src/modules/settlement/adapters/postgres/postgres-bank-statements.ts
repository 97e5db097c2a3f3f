import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { accountTaken } from '../../domain/rails/bank-account.ts';
import type { LastStatement } from '../../domain/reconciliation/bank-statement.ts';
import type { BankStatement } from '../../domain/reconciliation/reconciliation.ts';
import type { BankAccount, BankStatements, ImportedStatement, KeptLine } from '../../ports/bank-stores.ts';
import { addBankLines } from './reconciliation/bank-lines.ts';

interface AccountRow {
  readonly program_id: string;
  readonly holder: string;
  readonly scheme: 'iban' | 'domestic';
  readonly number: string;
  readonly bank_scheme: 'bic' | 'domestic';
  readonly bank_code: string;
  readonly town: string;
  readonly country: string;
  readonly pays_in: string | null;
}

interface LastRow {
  readonly statement_id: string;
  readonly closing_minor: bigint;
  readonly currency: string;
  readonly sequence: bigint | null;
}

interface ImportedRow {
  readonly program_id: string;
  readonly statement_id: string;
  readonly digest: Buffer;
  readonly lines: number;
  readonly settled: number;
  readonly rejected: number;
  readonly returned: number;
  readonly confirmed: number;
  readonly breaks: number;
  readonly imported_at: Instant;
}

export class PostgresBankStatements implements BankStatements {
  constructor(private readonly db: Knex) {}

  async saveAccount(saved: BankAccount): Promise<void> {
    const { programId, holder, account, bank, town, country, paysIn = null } = saved;
    await rowsOf(
      this.db,
      `update settlement.bank_accounts set is_current = is_current and :paysIn::text is not null, pays_in = null
       where program_id = :programId and number <> :number
         and (case when :paysIn::text is null then is_current else pays_in = :paysIn end)`,
      { programId: toUuid(programId), number: account.number, paysIn },
    );
    const rows = await rowsOf(
      this.db,
      `insert into settlement.bank_accounts
         (number, program_id, is_current, holder, scheme, bank_scheme, bank_code, town, country, pays_in)
       values (:number, :programId, :paysIn::text is null, :holder, :scheme, :bankScheme, :bankCode, :town, :country,
         :paysIn)
       on conflict (number) do update
       set is_current = excluded.is_current, holder = excluded.holder, scheme = excluded.scheme,
           bank_scheme = excluded.bank_scheme, bank_code = excluded.bank_code, town = excluded.town,
           country = excluded.country, pays_in = excluded.pays_in
       where bank_accounts.program_id = excluded.program_id
       returning 1`,
      {
        programId: toUuid(programId),
        ...{ holder, town, country, paysIn },
        scheme: account.scheme,
        number: account.number,
        bankScheme: bank.scheme,
        bankCode: bank.code,
      },
    );
    if (rows.length > 0) return;
    throw accountTaken();
  }

  accountOf(programId: Id<'prg'>, paysIn?: string): Promise<BankAccount | undefined> {
    return bankAccountOf(this.db, programId, paysIn);
  }

  async ownerOf(account: string): Promise<Id<'prg'> | undefined> {
    const [row] = await rowsOf<{ program_id: string }>(
      this.db,
      `select program_id from settlement.bank_accounts where number = :account for update`,
      { account },
    );
    return row && fromUuid('prg', row.program_id);
  }

  async imported(account: string, statementId: string): Promise<ImportedStatement | undefined> {
    const [row] = await rowsOf<ImportedRow>(
      this.db,
      `select * from settlement.bank_statements where account = :account and statement_id = :statementId`,
      { account, statementId },
    );
    return row && toImported(row);
  }

  async last(account: string): Promise<LastStatement | undefined> {
    const [row] = await rowsOf<LastRow>(
      this.db,
      `select statement_id, closing_minor, currency, sequence from settlement.bank_statements
       where account = :account order by position desc limit 1`,
      { account },
    );
    if (row === undefined) return undefined;
    return {
      statementId: row.statement_id,
      closing: Money.of(row.closing_minor, row.currency),
      sequence: row.sequence === null ? undefined : Number(row.sequence),
    };
  }

  async add(statement: BankStatement, imported: ImportedStatement): Promise<void> {
    const { account, id, sequence, opening, closing } = statement;
    await rowsOf(
      this.db,
      `insert into settlement.bank_statements (
         account, statement_id, program_id, sequence, currency, opening_minor, closing_minor, digest, lines, settled,
         rejected, returned, confirmed, breaks, imported_at
       )
       values (
         :account, :id, :programId, :sequence, :currency, :opening, :closing, decode(:digest, 'hex'), :lines, :settled,
         :rejected, :returned, :confirmed, :breaks, :importedAt
       )`,
      {
        ...imported,
        account,
        id,
        programId: toUuid(imported.programId),
        sequence: sequence ?? null,
        currency: opening.currency,
        opening: opening.minor.toString(),
        closing: closing.minor.toString(),
      },
    );
  }

  addLines(lines: readonly KeptLine[]): Promise<void> {
    return addBankLines(this.db, lines);
  }
}

export const bankAccountOf = async (
  db: Knex,
  programId: Id<'prg'>,
  paysIn?: string,
): Promise<BankAccount | undefined> => {
  const [row] = await rowsOf<AccountRow>(
    db,
    `select * from settlement.bank_accounts
     where program_id = :id and ${paysIn === undefined ? 'is_current' : 'pays_in = :paysIn'}`,
    { id: toUuid(programId), ...(paysIn !== undefined && { paysIn }) },
  );
  if (row === undefined) return undefined;
  return {
    programId,
    holder: row.holder,
    account: { scheme: row.scheme, number: row.number },
    bank: { scheme: row.bank_scheme, code: row.bank_code },
    town: row.town,
    country: row.country,
    ...(row.pays_in !== null && { paysIn: row.pays_in }),
  };
};

const toImported = (row: ImportedRow): ImportedStatement => ({
  programId: fromUuid('prg', row.program_id),
  statementId: row.statement_id,
  digest: row.digest.toString('hex'),
  lines: row.lines,
  settled: row.settled,
  rejected: row.rejected,
  returned: row.returned,
  confirmed: row.confirmed,
  breaks: row.breaks,
  importedAt: row.imported_at,
});
