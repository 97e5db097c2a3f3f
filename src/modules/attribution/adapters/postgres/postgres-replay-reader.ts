import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Considered, Outcome } from '../../domain/deciding/journey.ts';
import type { Replay, Tally } from '../../domain/deciding/replay.ts';
import type { ReplayId } from '../../index.ts';
import type { ReplayReader, ReplaySample } from '../../ports/replays.ts';
import { REPLAY_COLUMNS, type ReplayRow, TALLY_COLUMNS, type TallyRow, toReplay, toTally } from './replay-row.ts';

interface SampleRow {
  readonly conversion_id: string;
  readonly order_ref: string;
  readonly placed_at: Instant;
  readonly live_number: number;
  readonly live_outcome: Outcome;
  readonly live_considered: readonly Considered[];
  readonly outcome: Outcome;
  readonly considered: readonly Considered[];
}

export class PostgresReplayReader implements ReplayReader {
  constructor(private readonly db: Knex) {}

  async count(programId: Id<'prg'>, from: Instant, to: Instant): Promise<number> {
    const [row] = await rowsOf<{ count: bigint }>(
      this.db,
      `select count(*) as count
       from attribution.conversions
       where program_id = :programId and placed_at >= :from and placed_at < :to`,
      { programId: toUuid(programId), from, to },
    );
    return Number(row?.count ?? 0n);
  }

  async replay(programId: Id<'prg'>, replayId: ReplayId): Promise<Replay | undefined> {
    const [row] = await rowsOf<ReplayRow>(
      this.db,
      `select ${REPLAY_COLUMNS} from attribution.shadows where id = :id and program_id = :programId`,
      { id: toUuid(replayId), programId: toUuid(programId) },
    );
    return row && toReplay(row);
  }

  async replays(request: PageRequest, programId: Id<'prg'>): Promise<Page<Replay>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<ReplayRow>(
      this.db,
      `select ${REPLAY_COLUMNS}
       from attribution.shadows
       where program_id = :programId
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        programId: toUuid(programId),
        limit: request.limit + 1,
        ...(after !== undefined && { after: toUuid(parseId('rpl', after)) }),
      },
    );
    return pageOf(rows.map(toReplay), request, ({ replayId }) => [replayId]);
  }

  async tallies(replayId: ReplayId): Promise<readonly Tally[]> {
    const rows = await rowsOf<TallyRow>(
      this.db,
      `select ${TALLY_COLUMNS} from attribution.shadow_tallies where shadow_id = :id order by partner_id, currency`,
      { id: toUuid(replayId) },
    );
    return rows.map(toTally);
  }

  async samples(replayId: ReplayId, limit: number): Promise<readonly ReplaySample[]> {
    const rows = await rowsOf<SampleRow>(
      this.db,
      `select conversion_id, order_ref, placed_at, live_number, live.outcome as live_outcome,
         live.considered as live_considered, shadow.outcome, shadow.considered
       from attribution.shadow_decisions as shadow
       join attribution.conversions using (conversion_id)
       join attribution.decisions as live using (conversion_id)
       where shadow_id = :id and shadow.considered is not null and live.number = live_number
       order by conversion_id
       limit :limit`,
      { id: toUuid(replayId), limit },
    );
    return rows.map((row) => ({
      conversionId: fromUuid('cnv', row.conversion_id),
      orderRef: row.order_ref,
      placedAt: row.placed_at,
      live: { number: row.live_number, outcome: row.live_outcome, considered: row.live_considered },
      replayed: { outcome: row.outcome, considered: row.considered },
    }));
  }

  async isUnfinished(): Promise<boolean> {
    const [row] = await rowsOf<{ found: boolean }>(
      this.db,
      'select exists (select from attribution.shadows where finished_at is null) as found',
    );
    return row?.found ?? false;
  }
}
