import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Fault } from '../../../../shared/errors.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { QuarantineId } from '../../index.ts';
import type { Quarantine, Quarantined } from '../../ports/quarantine.ts';
import { QUARANTINE_COLUMNS, type QuarantineRow, toQuarantined } from './quarantine-rows.ts';

export class PostgresQuarantine implements Quarantine {
  constructor(private readonly db: Knex) {}

  async countRefused(day: string, source: string, more: number): Promise<number> {
    const [row] = await rowsOf<{ before: bigint }>(
      this.db,
      `insert into pipeline.quarantine_days as counted (day, source, refused) values (:day, :source, :more)
       on conflict (day, source) do update set refused = counted.refused + excluded.refused
       returning refused - :more::bigint as before`,
      { day, source, more },
    );
    return Number(row?.before ?? 0);
  }

  async forgetCounts(before: string): Promise<void> {
    await rowsOf(this.db, 'delete from pipeline.quarantine_days where day < :before', { before });
  }

  async keep(events: readonly Quarantined[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into pipeline.quarantine as kept
         (day, id, arrived_at, source, event_id, type, reason, pointer, faults, payload, state, changed_at)
       select day, id, arrived_at, source, event_id, type, reason, pointer, faults, payload, 'open', arrived_at
       from unnest(
         :days::date[], :ids::uuid[], :arrived::timestamptz[], :sources::text[], :eventIds::text[], :types::text[],
         :reasons::text[], :pointers::text[], :faults::jsonb[], :payloads::text[]
       ) as given (day, id, arrived_at, source, event_id, type, reason, pointer, faults, payload)
       order by id
       on conflict (day, id) do update
         set payload = excluded.payload, state = 'open', faults = excluded.faults, reason = excluded.reason,
           pointer = excluded.pointer, changed_at = excluded.changed_at
         where kept.state <> 'open'`,
      {
        days: events.map(({ day }) => day),
        ids: events.map(({ id }) => toUuid(id)),
        arrived: events.map(({ arrivedAt }) => arrivedAt),
        sources: events.map(({ source }) => source),
        eventIds: events.map(({ eventId }) => eventId),
        types: events.map(({ type }) => type),
        reasons: events.map(({ reason }) => reason),
        pointers: events.map(({ pointer }) => pointer),
        faults: events.map(({ faults }) => JSON.stringify(faults)),
        payloads: events.map(({ payload }) => payload),
      },
    );
  }

  async lockOpen(ids: readonly QuarantineId[]): Promise<readonly Quarantined[]> {
    const rows = await rowsOf<QuarantineRow>(
      this.db,
      `select ${QUARANTINE_COLUMNS} from pipeline.quarantine
       where id = any(:ids::uuid[]) and state = 'open'
       order by arrived_at, id
       for update`,
      { ids: ids.map(toUuid) },
    );
    return rows.map(toQuarantined);
  }

  async close(ids: readonly QuarantineId[], state: 'redriven' | 'discarded', at: Instant): Promise<number> {
    const rows = await rowsOf(
      this.db,
      `update pipeline.quarantine set state = :state, payload = null, changed_at = :at
       where id = any(:ids::uuid[]) and state = 'open'
       returning 1`,
      { ids: ids.map(toUuid), state, at },
    );
    return rows.length;
  }

  async blame(id: QuarantineId, faults: readonly Fault[], at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `update pipeline.quarantine
       set faults = :faults, reason = :reason, pointer = :pointer, changed_at = :at
       where id = :id and state = 'open'`,
      {
        id: toUuid(id),
        faults: JSON.stringify(faults),
        reason: faults[0]?.code ?? '',
        pointer: faults[0]?.pointer ?? '',
        at,
      },
    );
  }
}
