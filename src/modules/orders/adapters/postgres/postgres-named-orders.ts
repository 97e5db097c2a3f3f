import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import { NamedOrdersPort, type OrderId } from '../../index.ts';

export class PostgresNamedOrders extends NamedOrdersPort {
  constructor(private readonly db: Knex) {
    super();
  }

  async named(programId: Id<'prg'>, orderRef: string): Promise<OrderId | undefined> {
    const [row] = await rowsOf<{ id: string }>(
      this.db,
      `select id from orders.orders where program_id = :programId and order_ref = :orderRef and facts is not null`,
      { programId: toUuid(programId), orderRef },
    );
    return row && fromUuid('ord', row.id);
  }
}
