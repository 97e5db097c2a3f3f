import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { CommissionId } from '../../index.ts';
import type { Budgets } from '../../ports/budgets.ts';
import { NOBODY } from './period-rows.ts';

/** A budget counts over the life of the program, so there is one period of it. */
const PARTS = `
  from commission.periods
  join commission.contributions as part on part.period_id = periods.id
  join commission.commissions as mine
    on mine.order_id = part.order_id and mine.partner_id = part.partner_id
    and mine.parent_id is null and mine.end_reason is null
  where periods.program_id = :programId and periods.partner_id = :nobody and periods.scope = :scope`;

const LOCKED = `mine.state in ('locked', 'settled', 'paid')`;

export class PostgresBudgets implements Budgets {
  constructor(private readonly db: Knex) {}

  async secured(programId: Id<'prg'>, scope: string): Promise<bigint> {
    const [row] = await rowsOf<{ readonly minor: string }>(
      this.db,
      `select coalesce(sum(part.earned_minor), 0)::text as minor ${PARTS} and ${LOCKED}`,
      { programId: toUuid(programId), nobody: NOBODY, scope },
    );
    return BigInt(row?.minor ?? 0);
  }

  async wanted(
    programId: Id<'prg'>,
    scope: string,
    limit: number,
    after?: CommissionId,
  ): Promise<readonly { readonly commissionId: CommissionId; readonly minor: bigint }[]> {
    const rows = await rowsOf<{ readonly id: string; readonly minor: bigint }>(
      this.db,
      `select mine.id, part.wanted_minor as minor ${PARTS} and not ${LOCKED}
         ${after === undefined ? '' : 'and mine.id > :after'}
       order by mine.id
       limit :limit`,
      { programId: toUuid(programId), nobody: NOBODY, scope, limit, ...(after && { after: toUuid(after) }) },
    );
    return rows.map(({ id, minor }) => ({ commissionId: fromUuid('com', id), minor }));
  }
}
