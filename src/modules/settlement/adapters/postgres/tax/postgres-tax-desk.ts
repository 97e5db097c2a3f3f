import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { digestOfText } from '../../../../../shared/digest.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import { Money } from '../../../../../shared/money.ts';
import type { Vault } from '../../../../../shared/vault.ts';
import type { TaxReport } from '../../../domain/tax/report.ts';
import type { Jurisdiction } from '../../../domain/tax/rules.ts';
import type { YearPayment } from '../../../domain/tax/year.ts';
import type { PayingYear, StoredTaxSettings, TaxDesk } from '../../../ports/tax.ts';
import { PostgresTaxSettings } from './postgres-tax-settings.ts';

interface PaymentRow {
  readonly partner_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly withheld_minor: string | null;
  readonly quarter: number;
  readonly back: boolean;
}

type ReportKey = Pick<TaxReport, 'programId' | 'year' | 'jurisdiction' | 'number'>;

const sealOf = ({ programId, year, jurisdiction, number }: ReportKey): string =>
  `settlement.tax_reports/${programId}/${year}/${jurisdiction}/${number}`;

export class PostgresTaxDesk implements TaxDesk {
  constructor(
    private readonly db: Knex,
    private readonly vault: Vault,
  ) {}

  settings(programId: Id<'prg'>): Promise<StoredTaxSettings | undefined> {
    return new PostgresTaxSettings(this.db).current(programId);
  }

  async payments(programId: Id<'prg'>, { from, until, timeZone }: PayingYear): Promise<readonly YearPayment[]> {
    const rows = await rowsOf<PaymentRow>(
      this.db,
      `select partner_id, amount_minor, currency, withholding ->> 'minor' as withheld_minor,
         extract(quarter from at at time zone :timeZone)::integer as quarter, back
       from (
         select *, settled_at as at, false as back from settlement.payouts where settled_at is not null
         union all
         select *, ended_at as at, true as back from settlement.payouts
         where settled_at is not null and state = 'returned'
       ) as payments
       where program_id = :id and at >= :from and at < :until
       order by partner_id, at, id`,
      { id: toUuid(programId), from, until, timeZone },
    );
    return rows.map(({ partner_id, amount_minor, currency, withheld_minor, quarter, back }) => ({
      partnerId: fromUuid('par', partner_id),
      paid: Money.of(amount_minor, currency),
      withheld: Money.of(BigInt(withheld_minor ?? 0), currency),
      quarter,
      back,
    }));
  }

  async lastReport(programId: Id<'prg'>, year: number, jurisdiction: Jurisdiction): Promise<TaxReport | undefined> {
    const [row] = await rowsOf<{ number: number; sealed: string }>(
      this.db,
      `select number, sealed from settlement.tax_reports
       where program_id = :id and year = :year and jurisdiction = :jurisdiction
       order by number desc
       limit 1`,
      { id: toUuid(programId), year, jurisdiction },
    );
    if (row === undefined) return undefined;
    const key = { programId, year, jurisdiction, number: row.number };
    return JSON.parse(this.vault.open(row.sealed, sealOf(key))) as TaxReport;
  }

  async addReport(report: TaxReport): Promise<boolean> {
    const { programId, year, jurisdiction, number, madeBy, madeAt } = report;
    const text = JSON.stringify(report);
    const rows = await rowsOf(
      this.db,
      `insert into settlement.tax_reports
         (program_id, year, jurisdiction, number, sealed, digest, made_by, made_at)
       values (:id, :year, :jurisdiction, :number, :sealed, decode(:digest, 'hex'), :madeBy, :madeAt)
       on conflict (program_id, year, jurisdiction, number) do nothing
       returning number`,
      {
        id: toUuid(programId),
        ...{ year, jurisdiction, number, madeBy, madeAt },
        sealed: this.vault.seal(text, sealOf(report)),
        digest: digestOfText(text),
      },
    );
    return rows.length > 0;
  }
}
