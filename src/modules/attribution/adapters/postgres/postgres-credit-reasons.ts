import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import { conversionIdOf } from '../../domain/deciding/conversion.ts';
import { type CreditReason, CreditReasonsPort } from '../../index.ts';

export class PostgresCreditReasons extends CreditReasonsPort {
  constructor(private readonly db: Knex) {
    super();
  }

  async reasons(orderIds: readonly Id<'ord'>[]): Promise<readonly CreditReason[]> {
    const rows = await rowsOf<{ order_id: string; reason: string | null }>(
      this.db,
      `select order_id, reason from attribution.conversions where conversion_id = any(:ids)`,
      { ids: orderIds.map((orderId) => toUuid(conversionIdOf({ orderId }))) },
    );
    return rows.map(({ order_id, reason }) => ({ orderId: fromUuid('ord', order_id), reason }));
  }
}
