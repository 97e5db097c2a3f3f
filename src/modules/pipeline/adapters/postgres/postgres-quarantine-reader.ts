import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, isId, toUuid } from '../../../../shared/ids.ts';
import { isInstant } from '../../../../shared/instant.ts';
import { malformedCursor, type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { QuarantineFilter, QuarantineId } from '../../index.ts';
import type { QuarantineCount, Quarantined, QuarantineReader } from '../../ports/quarantine.ts';
import { QUARANTINE_COLUMNS, type QuarantineRow, toQuarantined } from './quarantine-rows.ts';

const FITS = `
  (:type::text is null or type = :type)
  and (:source::text is null or source = :source)
  and (:reason::text is null or reason = :reason)
  and (:state::text is null or state = :state)`;

const given = ({ type, source, reason, state }: QuarantineFilter): Readonly<Record<string, string | null>> => ({
  type: type ?? null,
  source: source ?? null,
  reason: reason ?? null,
  state: state ?? null,
});

/** Where a page ended: a moment, and the id that had it. */
const keyIn = ([at, id]: readonly string[]): { readonly at: string; readonly id: string } => {
  if (!isInstant(at) || !isId('qua', id)) throw malformedCursor();
  return { at, id: toUuid(id) };
};

export class PostgresQuarantineReader implements QuarantineReader {
  constructor(private readonly db: Knex) {}

  async list(request: PageRequest, filter: QuarantineFilter): Promise<Page<Quarantined>> {
    const after = request.after === undefined ? { at: null, id: null } : keyIn(request.after);
    const rows = await rowsOf<QuarantineRow>(
      this.db,
      `select ${QUARANTINE_COLUMNS} from pipeline.quarantine
       where ${FITS} and (:at::timestamptz is null or (arrived_at, id) < (:at::timestamptz, :id::uuid))
       order by arrived_at desc, id desc
       limit :limit`,
      { ...given(filter), ...after, limit: request.limit + 1 },
    );
    return pageOf(rows.map(toQuarantined), request, ({ arrivedAt, id }) => [arrivedAt, id]);
  }

  async find(id: QuarantineId): Promise<Quarantined | undefined> {
    const [row] = await rowsOf<QuarantineRow>(
      this.db,
      `select ${QUARANTINE_COLUMNS} from pipeline.quarantine where id = :id order by arrived_at desc limit 1`,
      { id: toUuid(id) },
    );
    return row === undefined ? undefined : toQuarantined(row);
  }

  async counts(): Promise<readonly QuarantineCount[]> {
    const rows = await rowsOf<Omit<QuarantineCount, 'count'> & { readonly count: bigint }>(
      this.db,
      `select type, reason, state, count(*) as count from pipeline.quarantine
       group by type, reason, state
       order by type nulls last, reason, state`,
    );
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  async refused(): Promise<number> {
    const [row] = await rowsOf<{ refused: bigint }>(
      this.db,
      'select coalesce(sum(refused), 0)::bigint as refused from pipeline.quarantine_days',
    );
    return Number(row?.refused ?? 0);
  }

  /** Those that were judged again go to the back, or they would be all that is ever judged again. */
  async openIds(filter: QuarantineFilter, limit: number): Promise<readonly QuarantineId[]> {
    const rows = await rowsOf<{ id: string }>(
      this.db,
      `select id from pipeline.quarantine
       where ${FITS} and state = 'open'
       order by changed_at, id
       limit :limit`,
      { ...given(filter), limit },
    );
    return rows.map(({ id }) => fromUuid('qua', id));
  }
}
