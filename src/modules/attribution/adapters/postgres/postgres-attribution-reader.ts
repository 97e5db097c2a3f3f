import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Conversion } from '../../domain/deciding/conversion.ts';
import type { Credit, Outcome } from '../../domain/deciding/journey.ts';
import type { Coupon } from '../../domain/traffic/coupon.ts';
import { isSaid, type SubIds, type TouchKind } from '../../domain/traffic/touchpoint.ts';
import type { Link } from '../../domain/traffic/link.ts';
import type { ClickId, ConversionId, CouponId, CreditFacts, LinkId, TouchpointFacts } from '../../index.ts';
import {
  type AttributionReader,
  type ConversionFilter,
  type DecisionHistory,
  type LinkFilter,
  type Totals,
} from '../../ports/attribution-reader.ts';
import {
  type ConversionRow,
  conversionsSql,
  DECISION_COLUMNS,
  type DecisionRow,
  IS_SHOWN,
  SHOWN_CONVERSIONS,
  toConversion,
  toDecision,
} from './conversion-row.ts';
import { creditsOf } from './credit-row.ts';
import { COUPON_COLUMNS, type CouponRow, toCoupon } from './coupon-row.ts';
import { LINK_COLUMNS, type LinkRow, toLink } from './link-row.ts';
import { PostgresLinks } from './postgres-links.ts';

interface FactsRow {
  readonly click_id: string;
  readonly program_id: string;
  readonly partner_id: string | null;
  readonly occurred_at: Instant;
  readonly user_agent: string | null;
  readonly visitor_id: string | null;
  readonly live: boolean;
  readonly kind: TouchKind;
  readonly signals: readonly string[];
  readonly subs: SubIds | null;
  readonly campaign: string | null;
}

interface WonRow {
  readonly order_id: string;
  readonly conversion_id: string;
  readonly partner: Id<'par'>;
  readonly outcome: Outcome;
}

interface ShownRow {
  readonly conversion_id: string;
  readonly decision: number;
  readonly outcome: Outcome['kind'];
  readonly partner_id: string | null;
  readonly won_by: string | null;
  readonly touched_at: Instant | null;
  readonly reason: string | null;
}

export class PostgresAttributionReader implements AttributionReader {
  constructor(private readonly db: Knex) {}

  async touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]> {
    const rows = await rowsOf<FactsRow>(
      this.db,
      `select click_id, program_id, partner_id, occurred_at, user_agent, visitor_id, live, kind, signals,
         subs, campaign
       from attribution.touchpoints
       where click_id = any(:ids)`,
      { ids: clickIds.map(toUuid) },
    );
    return rows.map(toFacts);
  }

  async credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]> {
    if (asked.length === 0) return [];
    const won = await rowsOf<WonRow>(
      this.db,
      `select distinct on (order_id, partner) order_id, conversion_id, partner, decisions.outcome
       from unnest(:orderIds::uuid[], :partners::text[]) as asked (order_id, partner)
       join attribution.conversions using (order_id)
       join attribution.decisions using (conversion_id)
       where decisions.outcome->>'partnerId' = partner
         or decisions.outcome->'credits' @> jsonb_build_array(jsonb_build_object('partnerId', partner))
       order by order_id, partner, number desc`,
      { orderIds: asked.map(({ orderId }) => toUuid(orderId)), partners: asked.map(({ partnerId }) => partnerId) },
    );
    const credits = won.map((row) => ({ row, clickId: touchOf(row.outcome, row.partner) }));
    const touches = await rowsOf<{ click_id: string; kind: TouchKind; subs: SubIds | null }>(
      this.db,
      'select click_id, kind, subs from attribution.touchpoints where click_id = any(:ids)',
      { ids: credits.flatMap(({ clickId }) => (clickId === undefined ? [] : [toUuid(clickId)])) },
    );
    const byId = new Map(touches.map((row) => [fromUuid('clk', row.click_id), row]));
    return credits.map(({ row, clickId }) => {
      const { kind = 'click', subs } = (clickId && byId.get(clickId)) ?? {};
      return {
        orderId: fromUuid('ord', row.order_id),
        partnerId: row.partner,
        conversionId: fromUuid('cnv', row.conversion_id),
        clickId: isSaid(kind) ? undefined : clickId,
        subs: subs ?? undefined,
      };
    });
  }

  async link(by: { readonly code: string } | { readonly linkId: LinkId }): Promise<Link | undefined> {
    const [row] = await rowsOf<LinkRow>(
      this.db,
      `select ${LINK_COLUMNS} from attribution.links where ${'code' in by ? 'code = :code' : 'id = :id'}`,
      'code' in by ? { code: by.code } : { id: toUuid(by.linkId) },
    );
    return row && toLink(row);
  }

  linksByCodes(codes: readonly string[]): Promise<readonly Link[]> {
    return new PostgresLinks(this.db).byCodes(codes);
  }

  async newestCodes(count: number): Promise<readonly string[]> {
    const rows = await rowsOf<{ code: string }>(
      this.db,
      'select code from attribution.links order by id desc limit :count',
      { count },
    );
    return rows.map(({ code }) => code).toReversed();
  }

  async links(request: PageRequest, { programId, partnerId }: LinkFilter): Promise<Page<Link>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<LinkRow>(
      this.db,
      `select ${LINK_COLUMNS}
       from attribution.links
       where true
         ${programId === undefined ? '' : 'and program_id = :programId'}
         ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      { limit: request.limit + 1, ...filterValues({ programId, partnerId }), ...afterId('lnk', after) },
    );
    return pageOf(rows.map(toLink), request, ({ linkId }) => [linkId]);
  }

  async coupon(couponId: CouponId): Promise<Coupon | undefined> {
    const [row] = await rowsOf<CouponRow>(this.db, `select ${COUPON_COLUMNS} from attribution.coupons where id = :id`, {
      id: toUuid(couponId),
    });
    return row && toCoupon(row);
  }

  async coupons(request: PageRequest, { programId, partnerId }: LinkFilter): Promise<Page<Coupon>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<CouponRow>(
      this.db,
      `select ${COUPON_COLUMNS}
       from attribution.coupons
       where true
         ${programId === undefined ? '' : 'and program_id = :programId'}
         ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      { limit: request.limit + 1, ...filterValues({ programId, partnerId }), ...afterId('cpn', after) },
    );
    return pageOf(rows.map(toCoupon), request, ({ couponId }) => [couponId]);
  }

  async conversions(request: PageRequest, filter: ConversionFilter): Promise<Page<Conversion>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<ConversionRow>(this.db, conversionsSql(filter, after), {
      limit: request.limit + 1,
      ...filterValues(filter),
      ...(filter.outcome !== undefined && { outcome: filter.outcome }),
      ...(filter.orderRef !== undefined && { orderRef: filter.orderRef }),
      ...afterId('ord', after),
    });
    return pageOf(rows.map(toConversion), request, ({ order }) => [order.orderId]);
  }

  async conversion(conversionId: ConversionId): Promise<Conversion | undefined> {
    const [row] = await rowsOf<ConversionRow>(
      this.db,
      `${SHOWN_CONVERSIONS} where ${IS_SHOWN} and conversion_id = :id`,
      { id: toUuid(conversionId) },
    );
    return row && toConversion(row);
  }

  async totals(programId?: Id<'prg'>): Promise<Totals> {
    const ofProgram = programId === undefined ? '' : 'and program_id = :programId';
    const [row] = await rowsOf<Record<keyof Totals, bigint>>(
      this.db,
      `select
         (select count(*) from attribution.conversions where outcome = 'attributed' ${ofProgram}) as attributed,
         (select count(*) from attribution.conversions where outcome = 'unattributed' ${ofProgram}) as unattributed,
         (
           select count(*) from attribution.touchpoints where objection is null and kind in ('click', 'qr') ${ofProgram}
         ) as clicks`,
      filterValues({ programId }),
    );
    const { attributed = 0n, unattributed = 0n, clicks = 0n } = row ?? {};
    return { attributed: Number(attributed), unattributed: Number(unattributed), clicks: Number(clicks) };
  }

  async histories(limit: number, after?: ConversionId): Promise<readonly DecisionHistory[]> {
    const shown = await rowsOf<ShownRow>(
      this.db,
      `select conversion_id, decision, outcome, partner_id, won_by, touched_at, reason
       from attribution.conversions
       ${after === undefined ? '' : 'where conversion_id > :after'}
       order by conversion_id
       limit :limit`,
      { limit, ...afterId('cnv', after) },
    );
    const rows = await rowsOf<DecisionRow & { readonly conversion_id: string }>(
      this.db,
      `select conversion_id, ${DECISION_COLUMNS}
       from attribution.decisions
       where conversion_id = any(:ids)
       order by conversion_id, number`,
      { ids: shown.map(({ conversion_id }) => conversion_id) },
    );
    const byConversion = grouped(rows, ({ conversion_id }) => conversion_id);
    const credits = await creditsOf(
      this.db,
      shown.map(({ conversion_id }) => conversion_id),
    );
    return shown.map((row) => ({
      conversionId: fromUuid('cnv', row.conversion_id),
      shown: { number: row.decision, outcome: shownOutcome(row, credits.get(row.conversion_id)) },
      decisions: (byConversion.get(row.conversion_id) ?? []).map(toDecision),
    }));
  }
}

/** By its parts, where it has any. */
const touchOf = (outcome: Outcome, partner: Id<'par'>): ClickId | undefined =>
  outcome.kind === 'attributed'
    ? (outcome.credits?.find(({ partnerId }) => partnerId === partner) ?? outcome).clickId
    : undefined;

const filterValues = ({ programId, partnerId }: LinkFilter): Readonly<Record<string, string>> => ({
  ...(programId !== undefined && { programId: toUuid(programId) }),
  ...(partnerId !== undefined && { partnerId: toUuid(partnerId) }),
});

const afterId = (prefix: string, after: string | undefined): Readonly<Record<string, string>> =>
  after === undefined ? {} : { after: toUuid(parseId(prefix, after)) };

const toFacts = (row: FactsRow): TouchpointFacts => ({
  clickId: fromUuid('clk', row.click_id),
  programId: fromUuid('prg', row.program_id),
  partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
  occurredAt: row.occurred_at,
  userAgent: row.user_agent ?? undefined,
  visitorId: row.visitor_id ?? undefined,
  live: row.live ? true : undefined,
  coupon: row.kind === 'coupon' ? true : undefined,
  kind: row.kind,
  signals: row.signals,
  subs: row.subs ?? undefined,
  campaign: row.campaign ?? undefined,
});

/** As the table's checks promise it: all of one kind, or all of the other. */
const shownOutcome = (
  { partner_id, won_by, touched_at, reason }: ShownRow,
  credits: readonly Credit[] | undefined,
): Outcome =>
  partner_id !== null && won_by !== null && touched_at !== null
    ? {
        kind: 'attributed',
        partnerId: fromUuid('par', partner_id),
        clickId: fromUuid('clk', won_by),
        touchedAt: touched_at,
        ...(credits && { credits }),
      }
    : { kind: 'unattributed', reason: reason ?? '' };
