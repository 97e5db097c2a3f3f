import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Faded, type Trace, Traces } from '../../ports/traces.ts';

interface TraceRow {
  readonly click_id: string;
  readonly recorded_at: Instant;
  readonly network: string | null;
}

export class PostgresTraces extends Traces {
  constructor(private readonly db: Knex) {
    super();
  }

  async before(moment: Instant, limit: number): Promise<readonly Trace[]> {
    const rows = await rowsOf<TraceRow>(
      this.db,
      `select click_id, recorded_at, network
       from attribution.touchpoints
       where (user_agent is not null or network is not null) and recorded_at < :moment
       order by recorded_at, click_id
       limit :limit`,
      { moment, limit },
    );
    return rows.map(({ click_id, recorded_at, network }) => ({
      clickId: fromUuid('clk', click_id),
      recordedAt: recorded_at,
      network: network ?? undefined,
    }));
  }

  async fade(faded: readonly Faded[]): Promise<void> {
    await rowsOf(
      this.db,
      `update attribution.touchpoints as touch
       set user_agent = null, network = null, network_hash = case when network is null then network_hash else hash end
       from unnest(:clickIds::uuid[], :hashes::text[]) as faded (click_id, hash)
       where touch.click_id = faded.click_id`,
      {
        clickIds: faded.map(({ clickId }) => toUuid(clickId)),
        hashes: faded.map(({ networkHash }) => networkHash ?? null),
      },
    );
  }

  async salt(month: string, offered: Uint8Array): Promise<Uint8Array> {
    const day = `${month}-01`;
    await rowsOf(
      this.db,
      'insert into attribution.network_salts (month, salt) values (:day, :offered) on conflict (month) do nothing',
      { day, offered: Buffer.from(offered) },
    );
    const [row] = await rowsOf<{ salt: Buffer }>(
      this.db,
      'select salt from attribution.network_salts where month = :day',
      { day },
    );
    return row?.salt ?? offered;
  }

  async destroySaltsBefore(month: string): Promise<void> {
    await rowsOf(this.db, 'delete from attribution.network_salts where month < :day', { day: `${month}-01` });
  }
}
