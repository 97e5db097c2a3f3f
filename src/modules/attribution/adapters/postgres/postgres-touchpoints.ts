import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { namedTouches, type OrderTouches } from '../../domain/decide.ts';
import type { Consent, Objection, SubIds, TouchKeys, TouchKind, Touchpoint } from '../../domain/touchpoint.ts';
import type { ClickId } from '../../index.ts';
import { PER_VISITOR, type Touchpoints } from '../../ports/attribution-stores.ts';

interface CandidateRow {
  readonly order_id: string;
  readonly click_id: string;
  readonly program_id: string;
  readonly link_code: string;
  readonly partner_id: string | null;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
  readonly live: boolean;
  readonly visitor_id: string | null;
  readonly user_agent: string | null;
  readonly referrer: string | null;
  readonly objection: Objection | null;
  readonly kind: TouchKind;
  readonly subs: SubIds | null;
  readonly campaign: string | null;
  readonly network: string | null;
  readonly consent: Consent;
  readonly signals: readonly string[];
}

const COLUMNS =
  'click_id, program_id, link_code, partner_id, occurred_at, recorded_at, live, visitor_id, user_agent, referrer, ' +
  'objection, kind, subs, campaign, network, consent, signals';

const qualified = (table: string): string => COLUMNS.replace(/\w+/g, `${table}.$&`);

export class PostgresTouchpoints implements Touchpoints {
  constructor(private readonly db: Knex) {}

  /** Advisory locks, for there may be no row yet to lock. Sorted, so that two batches cannot wait in a circle. */
  async hold(keys: readonly TouchKeys[]): Promise<void> {
    const names = keys.flatMap(({ programId, clickId, visitorId }) => [
      ...(clickId === undefined ? [] : [clickId]),
      ...(visitorId === undefined ? [] : [`${programId}/${visitorId}`]),
    ]);
    if (names.length === 0) return;
    await rowsOf(
      this.db,
      `select count(pg_advisory_xact_lock(key))
       from (select distinct hashtextextended(name, 0) as key from unnest(:names::text[]) as name order by key) as keys`,
      { names },
    );
  }

  async record(touchpoints: readonly Touchpoint[]): Promise<ReadonlySet<ClickId>> {
    // The first telling of a click is kept; the reversed map ends with it.
    const distinct = [...new Map(touchpoints.toReversed().map((each) => [each.clickId, each])).values()];
    const rows = await rowsOf<{ click_id: string }>(
      this.db,
      `insert into attribution.touchpoints (${COLUMNS})
       select ${COLUMNS.replace('signals', "string_to_array(signals, ',')")}
       from unnest(
         :clickIds::uuid[], :programIds::uuid[], :codes::text[], :partnerIds::uuid[], :occurred::timestamptz[],
         :recorded::timestamptz[], :live::boolean[], :visitorIds::text[], :agents::text[], :referrers::text[],
         :objections::text[], :kinds::text[], :subs::jsonb[], :campaigns::text[], :networks::text[], :consents::text[],
         :signals::text[]
       ) as touch (${COLUMNS})
       order by click_id
       on conflict (click_id) do nothing
       returning click_id`,
      {
        clickIds: distinct.map(({ clickId }) => toUuid(clickId)),
        programIds: distinct.map(({ programId }) => toUuid(programId)),
        codes: distinct.map(({ linkCode }) => linkCode),
        partnerIds: distinct.map(({ partnerId }) => (partnerId === undefined ? null : toUuid(partnerId))),
        occurred: distinct.map(({ occurredAt }) => occurredAt),
        recorded: distinct.map(({ recordedAt }) => recordedAt),
        live: distinct.map(({ live }) => live),
        visitorIds: distinct.map(({ visitorId }) => visitorId ?? null),
        agents: distinct.map(({ userAgent }) => userAgent ?? null),
        referrers: distinct.map(({ referrer }) => referrer ?? null),
        objections: distinct.map(({ objection }) => objection ?? null),
        kinds: distinct.map(({ kind }) => kind),
        subs: distinct.map(({ subs }) => (subs === undefined ? null : JSON.stringify(subs))),
        campaigns: distinct.map(({ campaign }) => campaign ?? null),
        networks: distinct.map(({ network }) => network ?? null),
        consents: distinct.map(({ consent }) => consent),
        signals: distinct.map(({ signals }) => signals.join()),
      },
    );
    return new Set(rows.map(({ click_id }) => fromUuid('clk', click_id)));
  }

  async candidates(orders: readonly OrderTouches[]): Promise<ReadonlyMap<Id<'ord'>, readonly Touchpoint[]>> {
    const found = new Map<Id<'ord'>, Touchpoint[]>(orders.map(({ orderId }) => [orderId, []]));
    for (const row of await this.candidateRows(orders))
      found.get(fromUuid('ord', row.order_id))?.push(toTouchpoint(row));
    return found;
  }

  private candidateRows(orders: readonly OrderTouches[]): Promise<CandidateRow[]> {
    const naming = orders.flatMap((order) =>
      namedTouches(order).map((touchId) => ({ orderId: order.orderId, touchId })),
    );
    return rowsOf<CandidateRow>(
      this.db,
      `with wanted as (
         select * from unnest(
           :orderIds::uuid[], :programIds::uuid[], :visitorIds::text[], :placed::timestamptz[]
         ) as wanted (order_id, program_id, named_visitor, placed_at)
       )
       select order_id, ${qualified('own')}
       from unnest(:namingOrders::uuid[], :namedTouches::uuid[]) as naming (order_id, named_touch)
       join attribution.touchpoints as own on own.click_id = named_touch
       union
       select order_id, latest.*
       from wanted
       cross join lateral (
         select ${COLUMNS} from attribution.touchpoints as touch
         where touch.program_id = wanted.program_id
           and touch.visitor_id = named_visitor
           and touch.occurred_at <= placed_at
           and touch.kind <> 'impression'
         order by touch.occurred_at desc, touch.click_id desc
         limit ${PER_VISITOR}
       ) as latest
       where named_visitor is not null`,
      {
        orderIds: orders.map(({ orderId }) => toUuid(orderId)),
        programIds: orders.map(({ programId }) => toUuid(programId)),
        namingOrders: naming.map(({ orderId }) => toUuid(orderId)),
        namedTouches: naming.map(({ touchId }) => toUuid(touchId)),
        visitorIds: orders.map(({ visitorId }) => visitorId ?? null),
        placed: orders.map(({ placedAt }) => placedAt),
      },
    );
  }
}

const toTouchpoint = (row: CandidateRow): Touchpoint => ({
  clickId: fromUuid('clk', row.click_id),
  programId: fromUuid('prg', row.program_id),
  linkCode: row.link_code,
  partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
  occurredAt: row.occurred_at,
  recordedAt: row.recorded_at,
  live: row.live,
  visitorId: row.visitor_id ?? undefined,
  userAgent: row.user_agent ?? undefined,
  referrer: row.referrer ?? undefined,
  objection: row.objection ?? undefined,
  kind: row.kind,
  subs: row.subs ?? undefined,
  campaign: row.campaign ?? undefined,
  network: row.network ?? undefined,
  consent: row.consent,
  signals: row.signals,
});
