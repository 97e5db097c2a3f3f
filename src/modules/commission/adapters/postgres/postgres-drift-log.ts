import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { DriftLog, DriftLook } from '../../ports/drift-log.ts';
import { uuidsOf } from './period-rows.ts';

interface LookRow {
  readonly started_at: Instant;
  readonly reached: string | null;
  readonly checked: bigint;
  readonly from_explanation: bigint;
  readonly from_facts: bigint;
  readonly suspects: readonly string[];
  readonly read_at: Instant | null;
  readonly finished_at: Instant | null;
}

export class PostgresDriftLog implements DriftLog {
  constructor(private readonly db: Knex) {}

  last(): Promise<DriftLook | undefined> {
    return this.latest('');
  }

  lastFinished(): Promise<DriftLook | undefined> {
    return this.latest('where finished_at is not null');
  }

  async begin({ startedAt, reached }: Pick<DriftLook, 'startedAt' | 'reached'>): Promise<void> {
    await rowsOf(this.db, 'insert into commission.drift_looks (started_at, reached) values (:startedAt, :reached)', {
      startedAt,
      reached: reached === undefined ? null : toUuid(reached),
    });
  }

  async save({ reached, checked, drift, suspects, readAt, finishedAt }: DriftLook): Promise<void> {
    await rowsOf(
      this.db,
      `update commission.drift_looks
       set reached = :reached, checked = :checked, from_explanation = :fromExplanation, from_facts = :fromFacts,
         suspects = :suspects::uuid[], read_at = :readAt, finished_at = :finishedAt
       where id = (select max(id) from commission.drift_looks)`,
      {
        reached: reached === undefined ? null : toUuid(reached),
        checked,
        ...drift,
        suspects: uuidsOf(suspects),
        readAt: readAt ?? null,
        finishedAt: finishedAt ?? null,
      },
    );
  }

  private async latest(those: string): Promise<DriftLook | undefined> {
    const [row] = await rowsOf<LookRow>(
      this.db,
      `select started_at, reached, checked, from_explanation, from_facts, suspects, read_at, finished_at
       from commission.drift_looks ${those} order by id desc limit 1`,
    );
    return row && toLook(row);
  }
}

const toLook = (row: LookRow): DriftLook => ({
  startedAt: row.started_at,
  reached: row.reached === null ? undefined : fromUuid('com', row.reached),
  checked: Number(row.checked),
  drift: { fromExplanation: Number(row.from_explanation), fromFacts: Number(row.from_facts) },
  suspects: row.suspects.map((uuid) => fromUuid('ord', uuid)),
  readAt: row.read_at ?? undefined,
  finishedAt: row.finished_at ?? undefined,
});
