import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Policy } from '../../domain/policy.ts';
import { type Policies } from '../../ports/attribution-stores.ts';

interface PolicyRow {
  readonly program_id: string;
  readonly version: number;
  readonly model: Policy['model'];
  readonly window_days: number;
}

export class PostgresPolicies implements Policies {
  constructor(private readonly db: Knex) {}

  async inForce(programIds: readonly Id<'prg'>[]): Promise<ReadonlyMap<Id<'prg'>, Policy>> {
    const rows = await rowsOf<PolicyRow>(
      this.db,
      `select distinct on (program_id) program_id, version, model, window_days
       from attribution.policies
       where program_id = any(:programIds)
       order by program_id, version desc`,
      { programIds: programIds.map(toUuid) },
    );
    return new Map(
      rows.map(({ program_id, version, model, window_days }) => [
        fromUuid('prg', program_id),
        { version, model, windowDays: window_days },
      ]),
    );
  }

  async add(programId: Id<'prg'>, { version, model, windowDays }: Policy): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into attribution.policies (program_id, version, model, window_days)
       values (:programId, :version, :model, :windowDays)
       on conflict do nothing
       returning version`,
      { programId: toUuid(programId), version, model, windowDays },
    );
    return rows.length > 0;
  }
}
