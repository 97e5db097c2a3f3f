import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Lane } from '../../domain/lanes.ts';
import type { Schema } from '../../domain/schema.ts';
import type { Compatibility, EventTypes, RegisteredType } from '../../ports/event-types.ts';

interface TypeRow {
  readonly type: string;
  readonly version: number;
  readonly lane: Lane;
  readonly about: string;
  readonly schema: Schema;
  readonly compatibility: Compatibility;
  readonly registered_at: Instant;
  readonly registered_by: string;
}

const COLUMNS = 'type, version, lane, about, schema, compatibility, registered_at, registered_by';

export class PostgresEventTypes implements EventTypes {
  constructor(private readonly db: Knex) {}

  async all(): Promise<readonly RegisteredType[]> {
    const rows = await rowsOf<TypeRow>(
      this.db,
      `select ${COLUMNS} from pipeline.event_types order by type collate "C", version`,
    );
    return rows.map(toType);
  }

  async lockVersions(type: string): Promise<readonly RegisteredType[]> {
    await rowsOf(this.db, `select pg_advisory_xact_lock(hashtext('pipeline.event_types'), hashtext(:type))`, { type });
    const rows = await rowsOf<TypeRow>(
      this.db,
      `select ${COLUMNS} from pipeline.event_types where type = :type order by version`,
      { type },
    );
    return rows.map(toType);
  }

  async count(): Promise<number> {
    const [row] = await rowsOf<{ count: bigint }>(this.db, 'select count(*) as count from pipeline.event_types');
    return Number(row?.count ?? 0);
  }

  async add({ schema, registeredAt, registeredBy, ...type }: RegisteredType): Promise<void> {
    await rowsOf(
      this.db,
      `insert into pipeline.event_types (${COLUMNS})
       values (:type, :version, :lane, :about, :schema, :compatibility, :registeredAt, :registeredBy)`,
      { ...type, schema: JSON.stringify(schema), registeredAt, registeredBy },
    );
  }
}

const toType = ({ registered_at: registeredAt, registered_by: registeredBy, ...type }: TypeRow): RegisteredType => ({
  ...type,
  registeredAt,
  registeredBy,
});
