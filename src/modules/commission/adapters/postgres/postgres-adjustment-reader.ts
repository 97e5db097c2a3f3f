import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Money } from '../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Adjustment, AdjustmentId } from '../../domain/life-cycle/adjustment.ts';
import type { LimitChange } from '../../domain/life-cycle/adjustment-limit.ts';
import type { AdjustmentFilter, AdjustmentReader } from '../../ports/adjustment-reader.ts';
import { limitOf, pendingLimitOf } from './adjustment-limits.ts';
import { type AdjustmentRow, toAdjustment } from './postgres-adjustments.ts';

const COLUMNS = {
  programId: 'program_id',
  partnerId: 'partner_id',
  commissionId: 'commission_id',
  state: 'state',
} as const satisfies Readonly<Record<keyof AdjustmentFilter, keyof AdjustmentRow>>;

/** Of what the filter names. */
const valuesOf = (filter: AdjustmentFilter) =>
  (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).flatMap((name) => {
    const value = filter[name];
    if (value === undefined) return [];
    return [[name, name === 'state' ? value : toUuid(value as Id<string>)] as const];
  });

export class PostgresAdjustmentReader implements AdjustmentReader {
  constructor(private readonly db: Knex) {}

  async find(id: AdjustmentId): Promise<Adjustment | undefined> {
    const [row] = await rowsOf<AdjustmentRow>(this.db, `select * from commission.adjustments where id = :id`, {
      id: toUuid(id),
    });
    return row && toAdjustment(row);
  }

  async page(filter: AdjustmentFilter, request: PageRequest): Promise<Page<Adjustment>> {
    const values = valuesOf(filter);
    const [after] = request.after ?? [];
    const rows = await rowsOf<AdjustmentRow>(
      this.db,
      `select * from commission.adjustments
       where true
         ${values.map(([name]) => `and ${COLUMNS[name]} = :${name}`).join('\n')}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...Object.fromEntries(values),
        ...(after !== undefined && { after: toUuid(parseId('adj', after)) }),
      },
    );
    return pageOf(rows.map(toAdjustment), request, ({ id }) => [id]);
  }

  limit(programId: Id<'prg'>): Promise<Money | undefined> {
    return limitOf(this.db, programId);
  }

  pendingLimit(programId: Id<'prg'>): Promise<LimitChange | undefined> {
    return pendingLimitOf(this.db, programId);
  }
}
