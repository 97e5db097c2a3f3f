import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Conversion } from '../../domain/deciding/conversion.ts';
import type { ConversionId } from '../../index.ts';
import type { DriftLog, DriftLook } from '../../ports/drift-log.ts';
import { type ConversionRow, IS_SHOWN, SHOWN_CONVERSIONS, toConversion } from './conversion-row.ts';

interface LookRow {
  readonly started_at: Instant;
  readonly reached: string | null;
  readonly checked: bigint;
  readonly from_inputs: bigint;
  readonly from_touches: bigint;
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

  async begin({ startedAt }: DriftLook): Promise<void> {
    await rowsOf(this.db, 'insert into attribution.drift_looks (started_at) values (:startedAt)', { startedAt });
  }

  async save({ reached, checked, drift, finishedAt }: DriftLook): Promise<void> {
    await rowsOf(
      this.db,
      `update attribution.drift_looks
       set reached = :reached, checked = :checked, from_inputs = :fromInputs, from_touches = :fromTouches,
         finished_at = :finishedAt
       where id = (select max(id) from attribution.drift_looks)`,
      { reached: reached === undefined ? null : toUuid(reached), checked, ...drift, finishedAt: finishedAt ?? null },
    );
  }

  async conversions(limit: number, after?: ConversionId): Promise<readonly Conversion[]> {
    const rows = await rowsOf<ConversionRow>(
      this.db,
      `${SHOWN_CONVERSIONS}
       where ${IS_SHOWN} ${after === undefined ? '' : 'and conversion_id > :after'}
       order by conversion_id
       limit :limit`,
      { limit, ...(after !== undefined && { after: toUuid(after) }) },
    );
    return rows.map(toConversion);
  }

  async those(conversionIds: readonly ConversionId[]): Promise<readonly Conversion[]> {
    const rows = await rowsOf<ConversionRow>(
      this.db,
      `${SHOWN_CONVERSIONS} where ${IS_SHOWN} and conversion_id = any(:ids)`,
      { ids: conversionIds.map(toUuid) },
    );
    return rows.map(toConversion);
  }

  private async latest(those: string): Promise<DriftLook | undefined> {
    const [row] = await rowsOf<LookRow>(
      this.db,
      `select started_at, reached, checked, from_inputs, from_touches, finished_at
       from attribution.drift_looks ${those} order by id desc limit 1`,
    );
    return row && toLook(row);
  }
}

const toLook = ({ started_at, reached, checked, from_inputs, from_touches, finished_at }: LookRow): DriftLook => ({
  startedAt: started_at,
  reached: reached === null ? undefined : fromUuid('cnv', reached),
  checked: Number(checked),
  drift: { fromInputs: Number(from_inputs), fromTouches: Number(from_touches) },
  finishedAt: finished_at ?? undefined,
});
