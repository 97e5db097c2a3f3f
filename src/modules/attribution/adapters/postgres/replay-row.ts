import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { Promotion, Replay, Tally } from '../../domain/deciding/replay.ts';

export interface ReplayRow {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly policy: Policy | null;
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly started_at: Instant;
  readonly total: bigint;
  readonly decided: bigint;
  readonly different: bigint;
  readonly reached_at: Instant | null;
  readonly reached: string | null;
  readonly finished_at: Instant | null;
  readonly promoted_version: number | null;
  readonly effective_from: Instant | null;
  readonly promoted_at: Instant | null;
}

export const REPLAY_COLUMNS =
  'id, program_id, name, policy, from_at, to_at, started_at, total, decided, different, reached_at, reached, ' +
  'finished_at, promoted_version, effective_from, promoted_at';

export const toReplay = (row: ReplayRow): Replay => ({
  replayId: fromUuid('rpl', row.id),
  programId: fromUuid('prg', row.program_id),
  name: row.name,
  policy: row.policy ?? undefined,
  from: row.from_at,
  to: row.to_at,
  startedAt: row.started_at,
  total: Number(row.total),
  decided: Number(row.decided),
  different: Number(row.different),
  reached:
    row.reached_at === null || row.reached === null
      ? undefined
      : { placedAt: row.reached_at, conversionId: fromUuid('cnv', row.reached) },
  finishedAt: row.finished_at ?? undefined,
  promotion: promotionIn(row),
});

/** As the table's checks promise it: all of it, or nothing. */
const promotionIn = ({ promoted_version, effective_from, promoted_at }: ReplayRow): Promotion | undefined =>
  promoted_version === null || effective_from === null || promoted_at === null
    ? undefined
    : { policyVersion: promoted_version, effectiveFrom: effective_from, promotedAt: promoted_at };

export interface TallyRow {
  readonly partner_id: string | null;
  readonly currency: string | null;
  /** Whole numbers, as text: in parts of a conversion, and in minor units. */
  readonly live_parts: string;
  readonly shadow_parts: string;
  readonly live_minor: string;
  readonly shadow_minor: string;
}

export const TALLY_COLUMNS =
  'partner_id, currency, live_parts::text as live_parts, shadow_parts::text as shadow_parts, ' +
  'live_minor::text as live_minor, shadow_minor::text as shadow_minor';

export const toTally = (row: TallyRow): Tally => ({
  partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
  currency: row.currency ?? undefined,
  live: { conversionParts: BigInt(row.live_parts), minor: BigInt(row.live_minor) },
  replayed: { conversionParts: BigInt(row.shadow_parts), minor: BigInt(row.shadow_minor) },
});
