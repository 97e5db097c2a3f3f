import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Closing } from '../../ports/ledger-reader.ts';
import { type Closings, type Occasion } from '../../ports/ledger-stores.ts';
import { goAlone } from './door.ts';

interface ClosingRow {
  readonly scope: string;
  readonly closed_before: Instant;
  readonly closed_by: string;
  readonly closed_at: Instant;
}

export class PostgresClosings implements Closings {
  constructor(private readonly db: Knex) {}

  async close(scope: string, before: Instant, { by, at }: Occasion): Promise<Closing> {
    await goAlone(this.db);
    await rowsOf(
      this.db,
      `insert into ledger.closings (scope, closed_before, closed_by, closed_at)
       select :scope::text, :before::timestamptz, :by, :at
       where not exists (select from ledger.closings where scope = :scope and closed_before >= :before)`,
      { scope, before, by, at },
    );
    const found = (await closingsOf(this.db)).find((closing) => closing.scope === scope);
    if (found === undefined) throw new Error(`"${scope}" is closed, and has no closing`);
    return found;
  }
}

/** Of each scope, the one in force. */
export const closingsOf = async (db: Knex): Promise<readonly Closing[]> => {
  const rows = await rowsOf<ClosingRow>(
    db,
    `select distinct on (scope) scope, closed_before, closed_by, closed_at
     from ledger.closings order by scope, closed_before desc`,
  );
  return rows.map(({ scope, closed_before, closed_by, closed_at }) => ({
    scope,
    closedBefore: closed_before,
    closedBy: closed_by,
    closedAt: closed_at,
  }));
};
