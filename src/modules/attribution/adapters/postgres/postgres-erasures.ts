import type { Knex } from 'knex';
import { texts } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { digest } from '../../../../shared/digest.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { ERASED } from '../../domain/deciding/claim.ts';
import type { DecisionInputs } from '../../domain/deciding/conversion.ts';
import { type ErasedVisitor, type Erasure, type ErasureId, isPseudonym } from '../../domain/identity/erasure.ts';
import type { ClickId } from '../../index.ts';
import { type Claimed, type Erased, Erasures, type Tracks } from '../../ports/erasures.ts';

interface ErasureRow {
  readonly id: string;
  readonly kind: Erasure['kind'];
  readonly fingerprint: string;
  readonly touchpoints: number;
  readonly conversions: number;
  readonly requested_by: string;
  readonly erased_at: Instant;
}

const COLUMNS = 'id, kind, fingerprint, touchpoints, conversions, requested_by, erased_at';

/** What else a touch says of its visitor. The network's hash goes too: it was made of what is to be forgotten. */
const STRIPPED = 'user_agent = null, referrer = null, network = null, network_hash = null, subs = null';

export class PostgresErasures extends Erasures {
  constructor(private readonly db: Knex) {
    super();
  }

  async tracks(orderIds: readonly Id<'ord'>[]): Promise<Tracks> {
    const rows = await rowsOf<{ click_id: string | null; visitor_id: string | null }>(
      this.db,
      `with named as (
         select visitor_id, click_id, won_by from attribution.conversions where order_id = any(:ids::uuid[])
       ), clicks as (
         select click_id from named where click_id is not null
         union
         select won_by from named where won_by is not null
       )
       select click_id, visitor_id from clicks left join attribution.touchpoints using (click_id)
       union
       select null, visitor_id from named`,
      { ids: orderIds.map(toUuid) },
    );
    const visitorIds = rows.flatMap(({ visitor_id }) => visitor_id ?? []).filter((id) => !isPseudonym(id));
    return {
      visitorIds: [...new Set(visitorIds)].toSorted(),
      clickIds: rows.flatMap(({ click_id }) => (click_id === null ? [] : [fromUuid('clk', click_id)])),
    };
  }

  /** Jumps from one program to the next in each index, past all that lies between. */
  async programs(): Promise<readonly Id<'prg'>[]> {
    const rows = await rowsOf<{ program_id: string }>(
      this.db,
      ['touchpoints', 'conversions'].map(distinctPrograms).join(' union '),
    );
    return rows.map(({ program_id }) => fromUuid('prg', program_id));
  }

  async erase(visitorId: string, pseudonym: string, programIds: readonly Id<'prg'>[]): Promise<Erased> {
    const values = { visitorId, pseudonym, programs: programIds.map(toUuid) };
    const touches = await rowsOf(
      this.db,
      `update attribution.touchpoints set visitor_id = :pseudonym, ${STRIPPED}
       where program_id = any(:programs::uuid[]) and visitor_id = :visitorId
       returning 1`,
      values,
    );
    const conversions = await rowsOf(
      this.db,
      `update attribution.conversions set visitor_id = :pseudonym
       where program_id = any(:programs::uuid[]) and visitor_id = :visitorId
       returning 1`,
      values,
    );
    await this.pseudonymise(visitorId, pseudonym);
    return { touchpoints: touches.length, conversions: conversions.length };
  }

  async strip(clickIds: readonly ClickId[]): Promise<number> {
    if (clickIds.length === 0) return 0;
    const rows = await rowsOf(
      this.db,
      `update attribution.touchpoints set ${STRIPPED}
       where click_id = any(:ids)
         and coalesce(user_agent, referrer, network, network_hash, subs::text) is not null
       returning 1`,
      { ids: clickIds.map(toUuid) },
    );
    return rows.length;
  }

  /** Conversions first: whoever claims holds one, and what they write is seen then. */
  async clearEvidence({ orderIds, visitorIds }: Claimed, programIds: readonly Id<'prg'>[]): Promise<number> {
    const orders = await rowsOf<{ order_id: string }>(
      this.db,
      `select order_id from attribution.conversions
       where order_id = any(:orderIds::uuid[])
         or (program_id = any(:programs::uuid[]) and visitor_id = any(:visitorIds::text[]))
       order by conversion_id
       for update`,
      { orderIds: orderIds.map(toUuid), programs: programIds.map(toUuid), visitorIds },
    );
    const rows = await rowsOf(
      this.db,
      `update attribution.claims set evidence = :evidence, reference_list = :references::text[]
       where order_id = any(:orders::uuid[]) and (evidence, reference_list) <> (:evidence, :references::text[])
       returning 1`,
      { ...ERASED, orders: orders.map(({ order_id }) => order_id) },
    );
    return rows.length;
  }

  async add(erasure: Erasure, visitors: readonly ErasedVisitor[]): Promise<void> {
    const id = toUuid(erasure.erasureId);
    await rowsOf(
      this.db,
      `insert into attribution.erasures (${COLUMNS})
       values (:id, :kind, :fingerprint, :touchpoints, :conversions, :requestedBy, :erasedAt)`,
      { ...erasure, id },
    );
    await rowsOf(
      this.db,
      `insert into attribution.erased_visitors (fingerprint, erased_at, erasure_id, pseudonym)
       select fingerprint, :erasedAt, :id, pseudonym
       from unnest(:fingerprints::text[], :pseudonyms::text[]) as visitor (fingerprint, pseudonym)
       on conflict (fingerprint, erased_at) do nothing`,
      {
        id,
        erasedAt: erasure.erasedAt,
        fingerprints: visitors.map(({ fingerprint }) => fingerprint),
        pseudonyms: visitors.map(({ pseudonym }) => pseudonym),
      },
    );
  }

  async get(erasureId: ErasureId): Promise<Erasure | undefined> {
    const [row] = await rowsOf<ErasureRow>(this.db, `select ${COLUMNS} from attribution.erasures where id = :id`, {
      id: toUuid(erasureId),
    });
    return row && toErasure(row);
  }

  async last(fingerprint: string): Promise<Erasure | undefined> {
    const [row] = await rowsOf<ErasureRow>(
      this.db,
      `select ${COLUMNS} from attribution.erasures
       where fingerprint = :fingerprint
       order by erased_at desc, id desc
       limit 1`,
      { fingerprint },
    );
    return row && toErasure(row);
  }

  async erased(fingerprints: readonly string[]): Promise<readonly ErasedVisitor[]> {
    const rows = await rowsOfOften<{ fingerprint: string; erased_at: Instant; pseudonym: string }>(
      this.db,
      `select erased.*
       from (select distinct fingerprint from unnest(:fingerprints::text[]) as fingerprint) as wanted
       cross join lateral (
         select fingerprint, erased_at, pseudonym from attribution.erased_visitors as own
         where own.fingerprint = wanted.fingerprint
         offset 0
       ) as erased
       order by erased_at`,
      { fingerprints: texts(fingerprints) },
    );
    return rows.map(({ fingerprint, erased_at, pseudonym }) => ({ fingerprint, erasedAt: erased_at, pseudonym }));
  }

  /** Also decisions that others have followed, of orders that name somebody else by now. */
  private async pseudonymise(visitorId: string, pseudonym: string): Promise<void> {
    const decisions = await rowsOf<{ conversion_id: string; number: number; inputs: DecisionInputs }>(
      this.db,
      `select conversion_id, number, inputs from attribution.decisions
       where inputs #>> '{order,visitorId}' = :visitorId
       order by conversion_id, number`,
      { visitorId },
    );
    await rowsOf(
      this.db,
      `select attribution.pseudonymise_decision(conversion_id, number, :pseudonym, digest)
       from unnest(:ids::uuid[], :numbers::integer[], :digests::text[]) as decision (conversion_id, number, digest)`,
      {
        pseudonym,
        ids: decisions.map(({ conversion_id }) => conversion_id),
        numbers: decisions.map(({ number }) => number),
        digests: decisions.map(({ inputs }) => digest({ ...inputs, order: { ...inputs.order, visitorId: pseudonym } })),
      },
    );
  }
}

const distinctPrograms = (table: string): string =>
  `(with recursive known as (
      (select program_id from attribution.${table} where visitor_id is not null order by program_id limit 1)
      union all
      select (
        select later.program_id from attribution.${table} as later
        where later.visitor_id is not null and later.program_id > known.program_id
        order by later.program_id
        limit 1
      )
      from known
      where known.program_id is not null
    )
    select program_id from known where program_id is not null)`;

const toErasure = (row: ErasureRow): Erasure => ({
  erasureId: fromUuid('era', row.id),
  kind: row.kind,
  fingerprint: row.fingerprint,
  touchpoints: row.touchpoints,
  conversions: row.conversions,
  requestedBy: row.requested_by,
  erasedAt: row.erased_at,
});
