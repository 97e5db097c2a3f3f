import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { AdjustmentSum } from '../../domain/balance.ts';
import type { CommissionFacts, CommissionState } from '../../domain/commission-status.ts';
import type { AssessmentNews, CommissionId, Owner, PayoutStep } from '../../domain/news.ts';
import type { PayoutFacts } from '../../domain/payout-status.ts';
import type { RollupMeasure } from '../../index.ts';
import type { CommissionSum, DailyFigure, PayoutSum, ReportReader, Scope, Tally } from '../../ports/report-reader.ts';

interface DailyRow {
  readonly day: string;
  readonly measure: RollupMeasure;
  readonly currency: string | null;
  readonly count: string;
  readonly minor: string;
}

interface SumRow<State> {
  readonly state: State;
  readonly currency: string | null;
  readonly count: bigint;
  readonly amount: string;
}

interface CommissionSumRow extends SumRow<CommissionState> {
  readonly vested: string;
  readonly clawed_back: string;
}

interface TallyRow {
  readonly clicks: string;
  readonly attributed: bigint;
  readonly unattributed: bigint;
  readonly statements: bigint;
}

const whose = ({ programId, partnerId }: Scope) => ({
  where: `program_id = :programId${partnerId === undefined ? '' : ' and partner_id = :partnerId'}`,
  values: { programId: toUuid(programId), ...(partnerId && { partnerId: toUuid(partnerId) }) },
});

/** Sums may be larger than what they are sums of: they come as text. */
export class PostgresReportReader implements ReportReader {
  constructor(private readonly db: Knex) {}

  async daily(scope: Scope, from: string, to: string): Promise<readonly DailyFigure[]> {
    const { where, values } = whose(scope);
    const rows = await rowsOf<DailyRow>(
      this.db,
      `select day, measure, currency, sum(count)::text as count, sum(minor)::text as minor
       from reporting.daily
       where ${where} and day between :from::date and :to::date
       group by day, measure, currency
       having sum(count) <> 0 or sum(minor) <> 0
       order by day, measure, currency`,
      { ...values, from, to },
    );
    return rows.map(({ day, measure, currency, count, minor }) => ({
      day,
      measure,
      currency: currency ?? undefined,
      count: Number(count),
      minor: BigInt(minor),
    }));
  }

  async commissionSums(scope: Scope): Promise<readonly CommissionSum[]> {
    const { where, values } = whose(scope);
    const rows = await rowsOf<CommissionSumRow>(
      this.db,
      `select state, currency, count(*) as count, sum(amount_minor)::text as amount, sum(vested_minor)::text as vested,
         sum(clawed_back_minor)::text as clawed_back
       from reporting.commission_status
       where ${where}
       group by state, currency
       order by state, currency`,
      values,
    );
    return rows.map((row) => ({
      state: row.state,
      currency: row.currency ?? undefined,
      count: Number(row.count),
      amountMinor: BigInt(row.amount),
      vestedMinor: BigInt(row.vested),
      clawedBackMinor: BigInt(row.clawed_back),
    }));
  }

  async adjustmentSums(scope: Scope): Promise<readonly AdjustmentSum[]> {
    const { where, values } = whose(scope);
    const rows = await rowsOf<{ readonly currency: string; readonly count: string; readonly minor: string }>(
      this.db,
      `select currency, sum(count)::text as count, sum(minor)::text as minor
       from reporting.daily
       where measure = 'adjusted' and ${where}
       group by currency
       order by currency`,
      values,
    );
    return rows.map(({ currency, count, minor }) => ({ currency, count: Number(count), minor: BigInt(minor) }));
  }

  async payoutSums(scope: Scope): Promise<readonly PayoutSum[]> {
    const { where, values } = whose(scope);
    const rows = await rowsOf<SumRow<PayoutStep> & { readonly currency: string }>(
      this.db,
      `select state, currency, count(*) as count, sum(amount_minor)::text as amount
       from reporting.payouts
       where ${where}
       group by state, currency
       order by state, currency`,
      values,
    );
    return rows.map(({ state, currency, count, amount }) => ({
      state,
      currency,
      count: Number(count),
      minor: BigInt(amount),
    }));
  }

  async tally(scope: Scope): Promise<Tally> {
    const { where, values } = whose(scope);
    const [row] = await rowsOf<TallyRow>(
      this.db,
      `select
         (select coalesce(sum(count), 0)::text from reporting.daily where measure = 'clicks' and ${where}) as clicks,
         (select count(*) from reporting.conversions where partner_id is not null and ${where}) as attributed,
         (select count(*) from reporting.conversions where partner_id is null and ${where}) as unattributed,
         (select count(*) from reporting.statements where ${where}) as statements`,
      values,
    );
    return {
      clicks: Number(row?.clicks ?? 0),
      attributed: Number(row?.attributed ?? 0),
      unattributed: Number(row?.unattributed ?? 0),
      statements: Number(row?.statements ?? 0),
    };
  }

  async commission(commissionId: CommissionId): Promise<CommissionFacts | undefined> {
    const [row] = await rowsOf<{ facts: CommissionFacts | null }>(
      this.db,
      `select facts from reporting.commission_status where commission_id = :id`,
      { id: toUuid(commissionId) },
    );
    return row?.facts ?? undefined;
  }

  async assessment(
    orderId: Id<'ord'>,
    partnerId: Id<'par'>,
  ): Promise<Pick<AssessmentNews, 'verdict' | 'reasons'> | undefined> {
    const [row] = await rowsOf<Pick<AssessmentNews, 'verdict' | 'reasons'>>(
      this.db,
      `select verdict, reasons from reporting.assessments where order_id = :orderId and partner_id = :partnerId`,
      { orderId: toUuid(orderId), partnerId: toUuid(partnerId) },
    );
    return row;
  }

  async payouts({ programId, partnerId }: Owner): Promise<readonly PayoutFacts[]> {
    const rows = await rowsOf<{ facts: PayoutFacts }>(
      this.db,
      `select facts from reporting.payouts
       where program_id = :programId and partner_id = :partnerId and facts is not null
       order by payout_id`,
      { programId: toUuid(programId), partnerId: toUuid(partnerId) },
    );
    return rows.map(({ facts }) => facts);
  }
}
