import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import { instant, type Instant } from '../../../../shared/instant.ts';
import { malformedCursor, type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { UncalculatedOrder } from '../../index.ts';
import type { ExchangeRate } from '../../domain/rates/exchange-rates.ts';
import { type Backlog, OrderLists, type RateFilter } from '../../ports/order-lists.ts';
import type { SetAside } from '../../ports/periods.ts';

interface UncalculatedRow {
  readonly order_id: string;
  readonly order_ref: string;
  readonly program_id: string;
  readonly code: string;
  readonly detail: string;
  readonly since: Instant;
}

export class PostgresOrderLists extends OrderLists {
  constructor(private readonly db: Knex) {
    super();
  }

  async uncalculated({ programId, code }: SetAside, request: PageRequest): Promise<Page<UncalculatedOrder>> {
    const [since, orderId] = keyOf(request, 2);
    const rows = await rowsOf<UncalculatedRow>(
      this.db,
      `select * from commission.uncalculated
       where (:programId::uuid is null or program_id = :programId) and (:code::text is null or code = :code)
         ${since === undefined ? '' : 'and (since, order_id) > (:since::timestamptz, :orderId::uuid)'}
       order by since, order_id
       limit :limit`,
      {
        programId: programId === undefined ? null : toUuid(programId),
        code: code ?? null,
        limit: request.limit + 1,
        ...(since !== undefined && { since: instant(since), orderId: toUuid(parseId('ord', orderId ?? '')) }),
      },
    );
    return pageOf(rows.map(toUncalculated), request, (order) => [order.since, order.orderId]);
  }

  async uncalculatedOrder(orderId: Id<'ord'>): Promise<UncalculatedOrder | undefined> {
    const rows = await rowsOf<UncalculatedRow>(this.db, `select * from commission.uncalculated where order_id = :id`, {
      id: toUuid(orderId),
    });
    return rows.map(toUncalculated)[0];
  }

  async backlog(): Promise<Backlog> {
    const [row] = await rowsOf<{ orders: bigint; periods: bigint; set_aside: bigint }>(
      this.db,
      `select (select count(*) from commission.to_reckon) as orders,
         (select count(*) from commission.periods where unchecked_since is not null) as periods,
         (select count(*) from commission.uncalculated) as set_aside`,
    );
    const { orders = 0n, periods = 0n, set_aside = 0n } = row ?? {};
    return { orders: Number(orders), periods: Number(periods), setAside: Number(set_aside) };
  }

  async rates({ source, base, currency }: RateFilter, request: PageRequest): Promise<Page<ExchangeRate>> {
    const key = keyOf(request, 4);
    const rows = await rowsOf<ExchangeRate>(
      this.db,
      `select source, base, currency, at, rate::text as rate from commission.exchange_rates
       where (:source::text is null or source = :source) and (:base::text is null or base = :base)
         and (:currency::text is null or currency = :currency)
         ${key.length === 0 ? '' : 'and (at, source, base, currency) < (:at::timestamptz, :afterSource, :afterBase, :afterCurrency)'}
       order by at desc, source desc, base desc, currency desc
       limit :limit`,
      {
        source: source ?? null,
        base: base ?? null,
        currency: currency ?? null,
        limit: request.limit + 1,
        ...(key.length > 0 && {
          at: instant(key[0] ?? ''),
          afterSource: key[1],
          afterBase: key[2],
          afterCurrency: key[3],
        }),
      },
    );
    return pageOf(rows, request, (rate) => [rate.at, rate.source, rate.base, rate.currency]);
  }
}

/** Of as many parts as the list is sorted by. Throws `page.malformed_cursor`. */
const keyOf = ({ after = [] }: PageRequest, length: number): readonly string[] => {
  if (after.length !== 0 && after.length !== length) throw malformedCursor();
  return after;
};

const toUncalculated = (row: UncalculatedRow): UncalculatedOrder => ({
  orderId: fromUuid('ord', row.order_id),
  orderRef: row.order_ref,
  programId: fromUuid('prg', row.program_id),
  code: row.code,
  detail: row.detail,
  since: row.since,
});
