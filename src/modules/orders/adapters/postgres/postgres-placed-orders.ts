import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import { type OrderFacts, PlacedOrdersPort } from '../../index.ts';

export class PostgresPlacedOrders extends PlacedOrdersPort {
  constructor(private readonly db: Knex) {
    super();
  }

  /** Instants are texts of one form: they sort as the moments do, and an index finds them as they are. */
  async placed(
    programId: Id<'prg'>,
    { from, until, after, limit }: Parameters<PlacedOrdersPort['placed']>[1],
  ): Promise<readonly OrderFacts[]> {
    const rows = await rowsOf<{ facts: OrderFacts }>(
      this.db,
      `select facts
       from orders.orders
       where facts is not null and program_id = :programId
         and (facts ->> 'placedAt') collate "C" >= :from and (facts ->> 'placedAt') collate "C" < :until
         ${after === undefined ? '' : `and ((facts ->> 'placedAt') collate "C", id) > (:placedAt, :orderId::uuid)`}
       order by (facts ->> 'placedAt') collate "C", id
       limit :limit`,
      {
        programId: toUuid(programId),
        from,
        until,
        limit,
        ...(after !== undefined && { placedAt: after.placedAt, orderId: toUuid(after.orderId) }),
      },
    );
    return rows.map(({ facts }) => facts);
  }
}
