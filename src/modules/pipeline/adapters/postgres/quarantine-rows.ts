import type { Fault } from '../../../../shared/errors.ts';
import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { QuarantineState } from '../../index.ts';
import type { Quarantined } from '../../ports/quarantine.ts';

export interface QuarantineRow {
  readonly id: string;
  readonly day: string;
  readonly arrived_at: Instant;
  readonly source: string;
  readonly event_id: string | null;
  readonly type: string | null;
  readonly reason: string;
  readonly pointer: string;
  readonly faults: readonly Fault[];
  readonly payload: string | null;
  readonly state: QuarantineState;
  readonly changed_at: Instant;
}

export const QUARANTINE_COLUMNS =
  'id, day, arrived_at, source, event_id, type, reason, pointer, faults, payload, state, changed_at';

export const toQuarantined = (row: QuarantineRow): Quarantined => ({
  id: fromUuid('qua', row.id),
  day: row.day,
  arrivedAt: row.arrived_at,
  source: row.source,
  eventId: row.event_id,
  type: row.type,
  reason: row.reason,
  pointer: row.pointer,
  faults: row.faults,
  payload: row.payload,
  state: row.state,
  changedAt: row.changed_at,
});
