import type { Knex } from 'knex';
import { instants, texts, uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid, type Id, isId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type IdentityKey, valuesOf } from '../../domain/identity/identity.ts';
import { byTime, namedTouches } from '../../domain/deciding/journey.ts';
import type { Consent, Objection, SubIds, TouchKeys, TouchKind, Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { ClickId } from '../../index.ts';
import { PER_VISITOR, type Sought, type Touchpoints } from '../../ports/attribution-stores.ts';

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

/** Of clicks, and of uses of coupons, that the orders name or that are their customers'. */
const NAMED = `select order_id, ${qualified('own')}
  from unnest(:namingOrders::uuid[], :namedTouches::uuid[]) as naming (order_id, named_touch)
  cross join lateral (select * from attribution.touchpoints where click_id = named_touch offset 0) as own`;

/** Of visitors that the orders name or that are their customers'. */
const VISITED = `select order_id, latest.*
  from unnest(
    :orderIds::uuid[], :programIds::uuid[], :visitorIds::text[], :placed::timestamptz[], :impressions::boolean[]
  ) as wanted (order_id, program_id, named_visitor, placed_at, impressions)
  cross join lateral (
    (
      select ${COLUMNS} from attribution.touchpoints as touch
      where touch.program_id = wanted.program_id
        and touch.visitor_id = named_visitor
        and touch.occurred_at <= placed_at
        and touch.kind <> 'impression'
      order by touch.occurred_at desc, touch.click_id desc
      limit ${PER_VISITOR}
    )
    union all
    (
      select ${COLUMNS} from attribution.touchpoints as touch
      where impressions
        and touch.program_id = wanted.program_id
        and touch.visitor_id = named_visitor
        and touch.occurred_at <= placed_at
        and touch.kind = 'impression'
      order by touch.occurred_at desc, touch.click_id desc
      limit ${PER_VISITOR}
    )
  ) as latest`;

export class PostgresTouchpoints implements Touchpoints {
  constructor(private readonly db: Knex) {}

  /** Advisory locks, for there may be no row yet to lock. Sorted, so that two batches cannot wait in a circle. */
  async hold(keys: readonly TouchKeys[]): Promise<void> {
    const names = keys.flatMap(({ programId, clickId, visitorId }) => [
      ...(clickId === undefined ? [] : [clickId]),
      ...(visitorId === undefined ? [] : [`${programId}/${visitorId}`]),
    ]);
    if (names.length === 0) return;
    await rowsOfOften(
      this.db,
      `select count(pg_advisory_xact_lock(key))
       from (select distinct hashtextextended(name, 0) as key from unnest(:names::text[]) as name order by key) as keys`,
      { names },
    );
  }

  async record(touchpoints: readonly Touchpoint[]): Promise<ReadonlySet<ClickId>> {
    if (touchpoints.length === 0) return new Set();
    // The first telling of a click is kept; the reversed map ends with it.
    const distinct = [...new Map(touchpoints.toReversed().map((each) => [each.clickId, each])).values()];
    const rows = await rowsOfOften<{ click_id: string }>(
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
        clickIds: uuids(distinct.map(({ clickId }) => clickId)),
        programIds: uuids(distinct.map(({ programId }) => programId)),
        codes: texts(distinct.map(({ linkCode }) => linkCode)),
        partnerIds: uuids(distinct.map(({ partnerId }) => partnerId ?? null)),
        occurred: instants(distinct.map(({ occurredAt }) => occurredAt)),
        recorded: instants(distinct.map(({ recordedAt }) => recordedAt)),
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

  async candidates(orders: readonly Sought[]): Promise<ReadonlyMap<Id<'ord'>, readonly Touchpoint[]>> {
    const customers = await this.customersOf(orders);
    const rows = await this.candidateRows(orders, customers);
    const found = grouped(rows, ({ order_id }) => order_id);
    return new Map(
      orders.map((order) => {
        const touches = (found.get(toUuid(order.orderId)) ?? []).map(toTouchpoint);
        return [order.orderId, counted(order, touches)];
      }),
    );
  }

  /**
   * Keys that are the customer's of each order, by its id; of an order whose customer nobody names there are none. Most
   * customers are named by nobody else: only of the others it is asked who they are.
   */
  private async customersOf(orders: readonly Sought[]): Promise<ReadonlyMap<string, readonly IdentityKey[]>> {
    const rows = await rowsOfOften<{ order_id: string; keys: readonly IdentityKey[] }>(
      this.db,
      `with named as materialized (
         select order_id, program_id, array_agg(distinct key) as keys, bool_or(exists (
           select from attribution.identity_keys as other
           where other.program_id = own.program_id and other.key = own.key and other.stands
             and other.order_id is distinct from own.order_id
         )) as is_shared
         from attribution.identity_keys as own
         where order_id = any(:ids::uuid[]) and stands
         group by order_id, program_id
       )
       select order_id, keys from named where not is_shared
       union all
       select named.order_id, array_agg(distinct joined.key) as keys
       from named
       cross join lateral attribution.same_customer(named.program_id, named.keys) as joined
       where is_shared
       group by named.order_id`,
      { ids: uuids(orders.map(({ orderId }) => orderId)) },
    );
    return new Map(rows.map(({ order_id, keys }) => [order_id, keys]));
  }

  /** Each found once for an order, though it be named and visited. */
  private async candidateRows(
    orders: readonly Sought[],
    customers: ReadonlyMap<string, readonly IdentityKey[]>,
  ): Promise<readonly CandidateRow[]> {
    const keysOf = ({ orderId }: Sought): readonly IdentityKey[] => customers.get(toUuid(orderId)) ?? [];
    const naming = orders.flatMap((order) =>
      [...namedTouches(order), ...valuesOf('click', keysOf(order)).filter((id) => isId('clk', id))].map((touchId) => ({
        orderId: order.orderId,
        touchId,
      })),
    );
    const visiting = orders.flatMap((order) =>
      [
        ...new Set([
          ...(order.visitorId === undefined ? [] : [order.visitorId]),
          ...valuesOf('visitor', keysOf(order)),
        ]),
      ].map((visitorId) => ({ ...order, visitorId })),
    );
    const rows = [...(await this.namedRows(naming)), ...(await this.visitedRows(visiting))];
    return [...new Map(rows.map((row) => [row.order_id + row.click_id, row])).values()];
  }

  private async namedRows(
    naming: readonly { readonly orderId: Id<'ord'>; readonly touchId: ClickId }[],
  ): Promise<readonly CandidateRow[]> {
    if (naming.length === 0) return [];
    return rowsOfOften<CandidateRow>(this.db, NAMED, {
      namingOrders: uuids(naming.map(({ orderId }) => orderId)),
      namedTouches: uuids(naming.map(({ touchId }) => touchId)),
    });
  }

  private async visitedRows(
    visiting: readonly (Sought & { readonly visitorId: string })[],
  ): Promise<readonly CandidateRow[]> {
    if (visiting.length === 0) return [];
    return rowsOfOften<CandidateRow>(this.db, VISITED, {
      orderIds: uuids(visiting.map(({ orderId }) => orderId)),
      programIds: uuids(visiting.map(({ programId }) => programId)),
      visitorIds: texts(visiting.map(({ visitorId }) => visitorId)),
      placed: instants(visiting.map(({ placedAt }) => placedAt)),
      impressions: visiting.map(({ impressions }) => impressions === true),
    });
  }
}

/** Of what was found for an order, what may decide about it: all that it names, and the latest of the rest. */
const counted = (order: Sought, touches: readonly Touchpoint[]): readonly Touchpoint[] => {
  const named = new Set(namedTouches(order));
  const near = touches
    .filter(({ programId, consent, occurredAt }) => {
      return programId === order.programId && consent !== 'denied' && occurredAt <= order.placedAt;
    })
    .toSorted(byTime);
  const shown = order.impressions === true ? near.filter(({ kind }) => kind === 'impression') : [];
  const others = near.filter(({ kind }) => kind !== 'impression');
  return [
    ...new Set([
      ...touches.filter(({ clickId }) => named.has(clickId)),
      ...others.slice(-PER_VISITOR),
      ...shown.slice(-PER_VISITOR),
    ]),
  ];
};

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
