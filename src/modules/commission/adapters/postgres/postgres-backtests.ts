import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { inTransaction } from '../../../../infrastructure/postgres/in-transaction.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Backtest, BacktestResult, BacktestSubject } from '../../domain/backtest/backtest.ts';
import type { Quotes } from '../../domain/rates/exchange-rates.ts';
import type { RateTaken } from '../../domain/rates/taken-rates.ts';
import type { RateAsked } from '../../domain/terms/version-for.ts';
import type { BacktestId } from '../../index.ts';
import { Backtests, type PastCommission, type PastOrder } from '../../ports/backtests.ts';
import { PostgresExchangeRates } from './postgres-exchange-rates.ts';
import { type CommissionRow, type CreditRow, toCredit, toRecruit } from './rows.ts';

interface BacktestRow {
  readonly id: string;
  readonly program_id: string;
  readonly subject: { readonly of: BacktestSubject; readonly budget?: Backtest['budget'] };
  readonly from_at: Instant;
  readonly until_at: Instant;
  readonly asked_by: string;
  readonly asked_at: Instant;
  readonly state: Backtest['state'];
  readonly judged: bigint;
  readonly result: BacktestResult | null;
  readonly failure: string | null;
  readonly finished_at: Instant | null;
}

const toBacktest = (row: BacktestRow): Backtest => ({
  backtestId: fromUuid('bkt', row.id),
  programId: fromUuid('prg', row.program_id),
  subject: row.subject.of,
  budget: row.subject.budget,
  from: row.from_at,
  until: row.until_at,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  state: row.state,
  judged: Number(row.judged),
  result: row.result ?? undefined,
  failure: row.failure ?? undefined,
  finishedAt: row.finished_at ?? undefined,
});

/** A third of them all: a back-test reads a commission for every order there was. */
const PAST_COLUMNS = [
  ...(['id', 'order_id', 'partner_id', 'state', 'currency', 'amount_minor', 'adjusted_minor'] as const),
  ...(['clawed_back_minor', 'end_reason', 'parent_id', 'recruit_level', 'recruit_percent'] as const),
];

type PastRow = Pick<CommissionRow, (typeof PAST_COLUMNS)[number]>;

const toPast = (row: PastRow): PastCommission => ({
  id: fromUuid('com', row.id),
  partnerId: fromUuid('par', row.partner_id),
  recruit: toRecruit(row),
  state: row.state,
  amount: Money.of(row.amount_minor, row.currency),
  adjusted: Money.of(row.adjusted_minor ?? 0n, row.currency),
  clawedBack: Money.of(row.clawed_back_minor, row.currency),
  endReason: row.end_reason ?? undefined,
});

export class PostgresBacktests extends Backtests {
  constructor(private readonly db: Knex) {
    super();
  }

  async add(backtest: Backtest): Promise<void> {
    const { backtestId, programId, subject, budget, from, until, askedBy, askedAt, state, judged } = backtest;
    await rowsOf(
      this.db,
      `insert into commission.backtests (id, program_id, subject, from_at, until_at, asked_by, asked_at, state, judged)
       values (:id, :programId, :subject::jsonb, :from, :until, :askedBy, :askedAt, :state, :judged)`,
      {
        ...{ id: toUuid(backtestId), programId: toUuid(programId), from, until, askedBy, askedAt, state, judged },
        subject: JSON.stringify({ of: subject, budget }),
      },
    );
  }

  async save({ backtestId, state, judged, result, failure, finishedAt }: Backtest): Promise<void> {
    await rowsOf(
      this.db,
      `update commission.backtests
       set state = :state, judged = :judged, result = :result::jsonb, failure = :failure, finished_at = :finishedAt
       where id = :id`,
      {
        ...{ id: toUuid(backtestId), state, judged },
        result: result === undefined ? null : JSON.stringify(result),
        failure: failure ?? null,
        finishedAt: finishedAt ?? null,
      },
    );
  }

  async find(backtestId: BacktestId): Promise<Backtest | undefined> {
    const [row] = await rowsOf<BacktestRow>(this.db, 'select * from commission.backtests where id = :id', {
      id: toUuid(backtestId),
    });
    return row && toBacktest(row);
  }

  async page(programId: Id<'prg'>, request: PageRequest): Promise<Page<Backtest>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<BacktestRow>(
      this.db,
      `select * from commission.backtests
       where program_id = :programId ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        programId: toUuid(programId),
        limit: request.limit + 1,
        ...(after !== undefined && { after: toUuid(parseId('bkt', after)) }),
      },
    );
    return pageOf(rows.map(toBacktest), request, ({ backtestId }) => [backtestId]);
  }

  async nextRunning(): Promise<Backtest | undefined> {
    const [row] = await rowsOf<BacktestRow>(
      this.db,
      `select * from commission.backtests where state = 'running' order by asked_at, id limit 1`,
    );
    return row && toBacktest(row);
  }

  async past(orderIds: readonly Id<'ord'>[]): Promise<ReadonlyMap<Id<'ord'>, PastOrder>> {
    const ids = orderIds.map(toUuid);
    const [credits, commissions] = await Promise.all([
      rowsOf<CreditRow>(this.db, 'select * from commission.credits where order_id = any(:ids)', { ids }),
      rowsOf<PastRow>(
        this.db,
        `select ${PAST_COLUMNS.join(', ')} from commission.commissions where order_id = any(:ids) order by id`,
        { ids },
      ),
    ]);
    const byOrder = grouped(commissions, ({ order_id }) => order_id);
    return new Map(
      credits.map((row) => {
        const credit = toCredit(row);
        return [credit.orderId, { credit, commissions: (byOrder.get(row.order_id) ?? []).map(toPast) }];
      }),
    );
  }

  taken(orderIds: readonly Id<'ord'>[]): Promise<readonly RateTaken[]> {
    return new PostgresExchangeRates(this.db).taken(orderIds);
  }

  quotes(asked: readonly RateAsked[]): Promise<readonly Quotes[]> {
    return inTransaction(this.db, (trx) => new PostgresExchangeRates(trx).quotes(asked));
  }
}
