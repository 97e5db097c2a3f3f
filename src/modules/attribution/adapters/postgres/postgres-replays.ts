import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Conversion } from '../../domain/deciding/conversion.ts';
import type { Replay, ShadowDecision, Tally } from '../../domain/deciding/replay.ts';
import type { ReplayId } from '../../index.ts';
import type { Replays } from '../../ports/replays.ts';
import { type ConversionRow, IS_SHOWN, SHOWN_CONVERSIONS, toConversion } from './conversion-row.ts';
import { REPLAY_COLUMNS, type ReplayRow, toReplay } from './replay-row.ts';

export class PostgresReplays implements Replays {
  constructor(private readonly db: Knex) {}

  async add({ replayId, programId, name, policy, from, to, startedAt, total }: Replay): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into attribution.shadows (id, program_id, name, policy, from_at, to_at, started_at, total)
       values (:id, :programId, :name, :policy, :from, :to, :startedAt, :total)
       on conflict (program_id, name) do nothing
       returning id`,
      {
        id: toUuid(replayId),
        programId: toUuid(programId),
        name,
        policy: policy === undefined ? null : JSON.stringify(policy),
        from,
        to,
        startedAt,
        total,
      },
    );
    return rows.length > 0;
  }

  async get(replayId: ReplayId): Promise<Replay> {
    const [row] = await rowsOf<ReplayRow>(
      this.db,
      `select ${REPLAY_COLUMNS} from attribution.shadows where id = :id for update`,
      { id: toUuid(replayId) },
    );
    if (row === undefined)
      throw new AppError('not_found', 'attribution.unknown_replay', `there is no replay ${replayId}`);
    return toReplay(row);
  }

  async next(): Promise<Replay | undefined> {
    const [row] = await rowsOf<ReplayRow>(
      this.db,
      `select ${REPLAY_COLUMNS}
       from attribution.shadows
       where finished_at is null
       order by id
       limit 1
       for update`,
    );
    return row && toReplay(row);
  }

  async ahead({ programId, from, to, reached }: Replay, limit: number): Promise<readonly Conversion[]> {
    const rows = await rowsOf<ConversionRow>(
      this.db,
      `${SHOWN_CONVERSIONS}
       where ${IS_SHOWN} and program_id = :programId
         and placed_at >= :from and placed_at < :to
         ${reached === undefined ? '' : 'and (placed_at, conversion_id) > (:reachedAt, :reached)'}
       order by placed_at, conversion_id
       limit :limit`,
      {
        programId: toUuid(programId),
        from,
        to,
        limit,
        ...(reached && { reachedAt: reached.placedAt, reached: toUuid(reached.conversionId) }),
      },
    );
    return rows.map(toConversion);
  }

  async save({ replayId, decided, different, reached, finishedAt, promotion }: Replay): Promise<void> {
    await rowsOf(
      this.db,
      `update attribution.shadows
       set decided = :decided, different = :different, reached_at = :reachedAt, reached = :reached,
         finished_at = :finishedAt, promoted_version = :policyVersion, effective_from = :effectiveFrom,
         promoted_at = :promotedAt
       where id = :id`,
      {
        id: toUuid(replayId),
        decided,
        different,
        reachedAt: reached?.placedAt ?? null,
        reached: reached === undefined ? null : toUuid(reached.conversionId),
        finishedAt: finishedAt ?? null,
        ...(promotion ?? { policyVersion: null, effectiveFrom: null, promotedAt: null }),
      },
    );
  }

  async keep(replayId: ReplayId, decisions: readonly ShadowDecision[], tallies: readonly Tally[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into attribution.shadow_decisions (shadow_id, conversion_id, live_number, outcome, considered)
       select :id, * from unnest(:ids::uuid[], :numbers::integer[], :outcomes::jsonb[], :considered::jsonb[])`,
      {
        id: toUuid(replayId),
        ids: decisions.map(({ conversionId }) => toUuid(conversionId)),
        numbers: decisions.map(({ liveNumber }) => liveNumber),
        outcomes: decisions.map(({ outcome }) => JSON.stringify(outcome)),
        considered: decisions.map(({ considered }) => (considered === undefined ? null : JSON.stringify(considered))),
      },
    );
    await this.addTo(replayId, tallies);
  }

  private async addTo(replayId: ReplayId, tallies: readonly Tally[]): Promise<void> {
    await rowsOf(
      this.db,
      `insert into attribution.shadow_tallies as known (
         shadow_id, partner_id, currency, live_parts, shadow_parts, live_minor, shadow_minor
       )
       select :id, *
       from unnest(
         :partnerIds::uuid[], :currencies::text[], :liveParts::numeric[], :shadowParts::numeric[],
         :liveMinor::numeric[], :shadowMinor::numeric[]
       )
       on conflict (shadow_id, partner_id, currency) do update
       set live_parts = known.live_parts + excluded.live_parts,
         shadow_parts = known.shadow_parts + excluded.shadow_parts,
         live_minor = known.live_minor + excluded.live_minor,
         shadow_minor = known.shadow_minor + excluded.shadow_minor`,
      {
        id: toUuid(replayId),
        partnerIds: tallies.map(({ partnerId }) => (partnerId === undefined ? null : toUuid(partnerId))),
        currencies: tallies.map(({ currency }) => currency ?? null),
        liveParts: tallies.map(({ live }) => live.conversionParts.toString()),
        shadowParts: tallies.map(({ replayed }) => replayed.conversionParts.toString()),
        liveMinor: tallies.map(({ live }) => live.minor.toString()),
        shadowMinor: tallies.map(({ replayed }) => replayed.minor.toString()),
      },
    );
  }
}
