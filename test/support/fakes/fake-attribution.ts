import { AttributionQueries } from '../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import type { Conversion } from '../../../src/modules/attribution/domain/deciding/conversion.ts';
import { type Coupon, couponKey } from '../../../src/modules/attribution/domain/traffic/coupon.ts';
import { keysOf } from '../../../src/modules/attribution/domain/identity/identity.ts';
import { byTime, namedTouches, UNKNOWN_PROGRAM } from '../../../src/modules/attribution/domain/deciding/journey.ts';
import type { Link } from '../../../src/modules/attribution/domain/traffic/link.ts';
import { partsOf } from '../../../src/modules/attribution/domain/deciding/credit.ts';
import type { Claim, ClaimId } from '../../../src/modules/attribution/domain/deciding/claim.ts';
import type { PolicyVersion } from '../../../src/modules/attribution/domain/policy/policy.ts';
import { isClick, isSaid, type Touchpoint } from '../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import {
  AttributionPort,
  type ClickId,
  type ConversionId,
  type CreditFacts,
  type DecidedOrder,
  type CouponId,
  type LinkId,
  type TouchpointFacts,
} from '../../../src/modules/attribution/index.ts';
import {
  AttributionReader,
  type ConversionFilter,
  type DecisionHistory,
  type LinkFilter,
  type Totals,
} from '../../../src/modules/attribution/ports/attribution-reader.ts';
import {
  type AttributionStores,
  type AttributionTransaction,
  Conversions,
  type CouponName,
  Claims,
  Coupons,
  Links,
  type NewPolicy,
  PER_VISITOR,
  Policies,
  type Sought,
  Touchpoints,
} from '../../../src/modules/attribution/ports/attribution-stores.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';
import { type ErasureTables, FakeErasures } from './fake-erasures.ts';
import { customerKeys, FakeIdentities, type IdentityTables } from './fake-identities.ts';
import { type FakeParts, FakeTransaction, type Rows, Table } from './fake-transaction.ts';

type Decisions = readonly Conversion[];

interface Tables extends ErasureTables, IdentityTables {
  readonly coupons: Table<Coupon>;
  readonly links: Table<Link>;
  readonly touchpoints: Table<Touchpoint>;
  /** By conversion, every decision in turn. */
  readonly conversions: Table<Decisions>;
  readonly policies: Table<readonly PolicyVersion[]>;
  readonly claims: Table<Claim>;
}

const owner = ({ programId, partnerId }: Pick<Link, 'programId' | 'partnerId'>): string => `${programId}/${partnerId}`;

class FakeLinks extends Links {
  constructor(private readonly table: Table<Link>) {
    super();
  }

  add(link: Link): Promise<boolean> {
    if (this.table.has(link.code)) return Promise.resolve(false);
    this.table.set(link.code, link);
    return Promise.resolve(true);
  }

  put(links: readonly Link[]): Promise<readonly Link[]> {
    for (const link of links) {
      const standing = this.table.get(link.code);
      if (standing === undefined) this.table.set(link.code, link);
      else if (owner(standing) === owner(link))
        this.table.set(link.code, { ...standing, destination: link.destination });
    }
    return this.byCodes(links.map(({ code }) => code));
  }

  byCodes(codes: readonly string[]): Promise<readonly Link[]> {
    return Promise.resolve([...new Set(codes)].flatMap((code) => this.table.get(code) ?? []));
  }

  get(linkId: LinkId): Promise<Link> {
    const found = this.table.values().find((link) => link.linkId === linkId);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'attribution.unknown_link', `there is no link ${linkId}`))
      : Promise.resolve(found);
  }

  async save(link: Link): Promise<void> {
    const { state, suspendedAt } = link;
    this.table.set(link.code, { ...(await this.get(link.linkId)), state, suspendedAt });
  }
}

class FakeCoupons extends Coupons {
  constructor(private readonly table: Table<Coupon>) {
    super();
  }

  add(coupon: Coupon): Promise<boolean> {
    const name = couponName({ programId: coupon.programId, key: couponKey(coupon.code) });
    if (this.table.has(name)) return Promise.resolve(false);
    this.table.set(name, coupon);
    return Promise.resolve(true);
  }

  named(names: readonly CouponName[]): Promise<readonly Coupon[]> {
    return Promise.resolve([...new Set(names.map(couponName))].flatMap((name) => this.table.get(name) ?? []));
  }

  get(couponId: CouponId): Promise<Coupon> {
    const found = this.table.values().find((coupon) => coupon.couponId === couponId);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'attribution.unknown_coupon', `there is no coupon ${couponId}`))
      : Promise.resolve(found);
  }

  async save({ couponId, disabledAt }: Coupon): Promise<void> {
    const before = await this.get(couponId);
    this.table.set(couponName({ programId: before.programId, key: couponKey(before.code) }), { ...before, disabledAt });
  }
}

const couponName = ({ programId, key }: CouponName): string => `${programId}/${key}`;

class FakeTouchpoints extends Touchpoints {
  constructor(
    private readonly table: Table<Touchpoint>,
    private readonly merges: IdentityTables['merges'],
  ) {
    super();
  }

  /** One transaction at a time runs here anyway. */
  hold(): Promise<void> {
    return Promise.resolve();
  }

  record(touchpoints: readonly Touchpoint[]): Promise<ReadonlySet<ClickId>> {
    const fresh = new Set<ClickId>();
    for (const touchpoint of touchpoints) {
      if (this.table.has(touchpoint.clickId)) continue;
      this.table.set(touchpoint.clickId, touchpoint);
      fresh.add(touchpoint.clickId);
    }
    return Promise.resolve(fresh);
  }

  candidates(orders: readonly Sought[]): Promise<ReadonlyMap<Id<'ord'>, readonly Touchpoint[]>> {
    return Promise.resolve(new Map(orders.map((order) => [order.orderId, this.candidatesOf(order)])));
  }

  private candidatesOf(order: Sought): readonly Touchpoint[] {
    const { programId, visitorId, placedAt, impressions } = order;
    const named = namedTouches(order).flatMap((touchId) => this.table.get(touchId) ?? []);
    const keys = customerKeys(this.merges.values(), order.orderId);
    const ofVisitor = this.table
      .values()
      .filter(
        (touch) =>
          touch.consent !== 'denied' &&
          ((visitorId !== undefined && touch.visitorId === visitorId) || keysOf(touch).some((key) => keys.has(key))),
      )
      .filter((touch) => touch.programId === programId)
      .filter(({ occurredAt }) => occurredAt <= placedAt)
      .toSorted(byTime);
    const latest = ofVisitor.filter(({ kind }) => kind !== 'impression').slice(-PER_VISITOR);
    const shown = impressions === true ? ofVisitor.filter(({ kind }) => kind === 'impression').slice(-PER_VISITOR) : [];
    return [...new Set([...named, ...latest, ...shown])];
  }
}

class FakeConversions extends Conversions {
  constructor(
    private readonly table: Table<Decisions>,
    private readonly merges: IdentityTables['merges'],
  ) {
    super();
  }

  decided(conversionIds: readonly ConversionId[]): Promise<readonly Conversion[]> {
    const wanted = new Set(conversionIds);
    return Promise.resolve(shownIn(this.table).filter(({ conversionId }) => wanted.has(conversionId)));
  }

  touchedBy(touchpoints: readonly Touchpoint[]): Promise<readonly Conversion[]> {
    const isOfCustomer = (touch: Touchpoint, { orderId }: Conversion['order']): boolean =>
      touch.consent !== 'denied' && keysOf(touch).some((key) => customerKeys(this.merges.values(), orderId).has(key));
    const touches = ({ order }: Conversion): boolean =>
      touchpoints.some(
        ({ clickId, programId, visitorId, occurredAt, ...touch }) =>
          clickId === order.clickId ||
          (programId === order.programId &&
            occurredAt <= order.placedAt &&
            isOfCustomer({ clickId, programId, visitorId, occurredAt, ...touch }, order)) ||
          (visitorId !== undefined &&
            visitorId === order.visitorId &&
            programId === order.programId &&
            occurredAt <= order.placedAt),
      );
    return Promise.resolve(shownIn(this.table).filter(touches));
  }

  programsOfStrays(): Promise<readonly Id<'prg'>[]> {
    const strays = shownIn(this.table).filter(isStray);
    return Promise.resolve([...new Set(strays.map(({ order }) => order.programId))].toSorted());
  }

  strays(programIds: readonly Id<'prg'>[], limit: number): Promise<readonly Conversion[]> {
    const ofThem = shownIn(this.table).filter(({ order }) => programIds.includes(order.programId));
    return Promise.resolve(ofThem.filter(isStray).slice(0, limit));
  }

  save(conversions: readonly Conversion[]): Promise<void> {
    for (const conversion of conversions) {
      const before = this.table.get(conversion.conversionId) ?? [];
      // Through JSON, as the real table keeps it.
      this.table.set(conversion.conversionId, [...before, JSON.parse(JSON.stringify(conversion)) as Conversion]);
    }
    return Promise.resolve();
  }
}

class FakePolicies extends Policies {
  constructor(private readonly table: Table<readonly PolicyVersion[]>) {
    super();
  }

  ofPrograms(programIds: readonly Id<'prg'>[]): Promise<readonly PolicyVersion[]> {
    return Promise.resolve(programIds.flatMap((id) => this.table.get(id) ?? []));
  }

  add(version: NewPolicy): Promise<boolean> {
    const known = this.table.get(version.programId) ?? [];
    if (known.some(({ policy }) => policy.version === version.policy.version)) return Promise.resolve(false);
    this.table.set(version.programId, [...known, version]);
    return Promise.resolve(true);
  }
}

class FakeClaims extends Claims {
  constructor(private readonly table: Table<Claim>) {
    super();
  }

  add(claim: Claim): Promise<boolean> {
    const open = this.table
      .values()
      .filter(
        ({ state, orderId, partnerId }) =>
          state !== 'rejected' && orderId === claim.orderId && partnerId === claim.partnerId,
      );
    if (open.length > 0) return Promise.resolve(false);
    this.table.set(claim.claimId, claim);
    return Promise.resolve(true);
  }

  get(claimId: ClaimId): Promise<Claim> {
    const found = this.table.get(claimId);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'attribution.unknown_claim', `there is no claim ${claimId}`))
      : Promise.resolve(found);
  }

  save(claim: Claim): Promise<void> {
    this.table.set(claim.claimId, claim);
    return Promise.resolve();
  }

  confirmed(orderIds: readonly Id<'ord'>[]): Promise<readonly Claim[]> {
    const wanted = new Set(orderIds);
    const claims = this.table.values().filter(({ orderId, state }) => state === 'confirmed' && wanted.has(orderId));
    return Promise.resolve(claims.toSorted((a, b) => (a.claimId < b.claimId ? -1 : 1)));
  }
}

const isStray = ({ decision: { outcome } }: Conversion): boolean =>
  outcome.kind === 'unattributed' && outcome.reason === UNKNOWN_PROGRAM;

const shownIn = (table: Rows<Decisions>): Conversion[] => table.values().flatMap((decisions) => decisions.at(-1) ?? []);

export class FakeAttributionTransaction extends FakeTransaction<AttributionStores> implements AttributionTransaction {
  readonly tables: Tables;

  constructor(parts: Partial<FakeParts<AttributionStores>> = {}) {
    const tables: Tables = {
      coupons: new Table(),
      links: new Table(),
      touchpoints: new Table(),
      conversions: new Table(),
      policies: new Table(),
      claims: new Table(),
      erasures: new Table(),
      erased: new Table(),
      merges: new Table(),
    };
    super({
      schema: 'attribution',
      tables: Object.values(tables) as Table<unknown>[],
      stores: (outbox) => ({
        coupons: new FakeCoupons(tables.coupons),
        links: new FakeLinks(tables.links),
        touchpoints: new FakeTouchpoints(tables.touchpoints, tables.merges),
        conversions: new FakeConversions(tables.conversions, tables.merges),
        policies: new FakePolicies(tables.policies),
        claims: new FakeClaims(tables.claims),
        erasures: new FakeErasures(tables),
        identities: new FakeIdentities(tables),
        outbox,
      }),
      ...parts,
    });
    this.tables = tables;
  }

  /** Each conversion with the decision that counts. */
  conversions(): readonly Conversion[] {
    return shownIn(this.tables.conversions.committed);
  }

  clicks(): readonly Touchpoint[] {
    return this.tables.touchpoints.committed.values();
  }
}

export class FakeAttributionReader extends AttributionReader {
  constructor(private readonly transaction: FakeAttributionTransaction) {
    super();
  }

  touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]> {
    return Promise.resolve(clickIds.flatMap((id) => this.facts(id)));
  }

  credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]> {
    const { conversions, touchpoints } = this.transaction.tables;
    return Promise.resolve(
      asked.flatMap(({ orderId, partnerId }): readonly CreditFacts[] => {
        const decisions = conversions.committed.values().flat();
        const last = decisions.findLast(
          ({ order, decision: { outcome } }) =>
            order.orderId === orderId && partsOf(outcome).some((part) => part.partnerId === partnerId),
        );
        if (last?.decision.outcome.kind !== 'attributed') return [];
        const { outcome } = last.decision;
        const { clickId } = outcome.credits?.find((credit) => credit.partnerId === partnerId) ?? outcome;
        const { kind = 'click', subs } = touchpoints.committed.get(clickId) ?? {};
        const clicked = isSaid(kind) ? undefined : clickId;
        return [{ orderId, partnerId, conversionId: last.conversionId, clickId: clicked, subs }];
      }),
    );
  }

  link(by: { readonly code: string } | { readonly linkId: LinkId }): Promise<Link | undefined> {
    return Promise.resolve(
      this.transaction.tables.links.committed
        .values()
        .find((link) => ('code' in by ? link.code === by.code : link.linkId === by.linkId)),
    );
  }

  linksByCodes(codes: readonly string[]): Promise<readonly Link[]> {
    return Promise.resolve(codes.flatMap((code) => this.transaction.tables.links.committed.get(code) ?? []));
  }

  newestCodes(count: number): Promise<readonly string[]> {
    const links = this.transaction.tables.links.committed.values();
    return Promise.resolve(
      links
        .toSorted((a, b) => (a.linkId < b.linkId ? -1 : 1))
        .slice(-count)
        .map(({ code }) => code),
    );
  }

  links(request: PageRequest, { programId, partnerId }: LinkFilter): Promise<Page<Link>> {
    const links = this.transaction.tables.links.committed
      .values()
      .filter((link) => programId === undefined || link.programId === programId)
      .filter((link) => partnerId === undefined || link.partnerId === partnerId);
    return Promise.resolve(paged(links, request, ({ linkId }) => linkId));
  }

  coupon(couponId: CouponId): Promise<Coupon | undefined> {
    const coupons = this.transaction.tables.coupons.committed.values();
    return Promise.resolve(coupons.find((coupon) => coupon.couponId === couponId));
  }

  coupons(request: PageRequest, { programId, partnerId }: LinkFilter): Promise<Page<Coupon>> {
    const coupons = this.transaction.tables.coupons.committed
      .values()
      .filter((coupon) => programId === undefined || coupon.programId === programId)
      .filter((coupon) => partnerId === undefined || coupon.partnerId === partnerId);
    return Promise.resolve(paged(coupons, request, ({ couponId }) => couponId));
  }

  conversions(request: PageRequest, filter: ConversionFilter): Promise<Page<Conversion>> {
    const { programId, partnerId, outcome, orderRef } = filter;
    const conversions = this.transaction.conversions().filter(({ order, decision }) => {
      const credited = partsOf(decision.outcome).map((part) => part.partnerId);
      return (
        (programId === undefined || order.programId === programId) &&
        (partnerId === undefined || credited.includes(partnerId)) &&
        (outcome === undefined || decision.outcome.kind === outcome) &&
        (orderRef === undefined || order.orderRef === orderRef)
      );
    });
    return Promise.resolve(paged(conversions, request, ({ order }) => order.orderId));
  }

  conversion(conversionId: ConversionId): Promise<Conversion | undefined> {
    return Promise.resolve(this.transaction.conversions().find((one) => one.conversionId === conversionId));
  }

  totals(programId?: Id<'prg'>): Promise<Totals> {
    const conversions = this.transaction
      .conversions()
      .filter(({ order }) => programId === undefined || order.programId === programId);
    const attributed = conversions.filter(({ decision }) => decision.outcome.kind === 'attributed').length;
    const clicks = this.transaction
      .clicks()
      .filter(({ kind }) => isClick(kind))
      .filter((click) => click.objection === undefined && (programId === undefined || click.programId === programId));
    return Promise.resolve({ attributed, unattributed: conversions.length - attributed, clicks: clicks.length });
  }

  histories(limit: number, after?: ConversionId): Promise<readonly DecisionHistory[]> {
    const histories = this.transaction.conversions().flatMap(({ conversionId, decision }) => {
      const { number, outcome } = decision;
      const decisions = (this.transaction.tables.conversions.committed.get(conversionId) ?? []).map(
        (each) => each.decision,
      );
      return after === undefined || conversionId > after
        ? [{ conversionId, shown: { number, outcome }, decisions }]
        : [];
    });
    return Promise.resolve(histories.toSorted((a, b) => (a.conversionId < b.conversionId ? -1 : 1)).slice(0, limit));
  }

  private facts(clickId: ClickId): readonly TouchpointFacts[] {
    const touch = this.transaction.tables.touchpoints.committed.get(clickId);
    if (touch === undefined) return [];
    const { programId, partnerId, occurredAt, userAgent, visitorId, kind, live, signals, subs, campaign } = touch;
    return [
      {
        clickId,
        programId,
        partnerId,
        occurredAt,
        userAgent,
        visitorId,
        live: live ? true : undefined,
        coupon: kind === 'coupon' ? true : undefined,
        kind,
        signals,
        subs,
        campaign,
      },
    ];
  }
}

const paged = <Item>(items: readonly Item[], request: PageRequest, keyOf: (item: Item) => string): Page<Item> => {
  const [after] = request.after ?? [];
  const rows = items
    .filter((item) => after === undefined || keyOf(item) > after)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return pageOf(rows, request, (item) => [keyOf(item)]);
};

/** Answers other modules' questions from a fake store. */
export class FakeAttributionPort extends AttributionPort {
  private readonly reader: FakeAttributionReader;

  constructor(transaction: FakeAttributionTransaction) {
    super();
    this.reader = new FakeAttributionReader(transaction);
  }

  touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]> {
    return this.reader.touchpoints(clickIds);
  }

  credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]> {
    return this.reader.credits(asked);
  }

  decision(orderId: Id<'ord'>): Promise<DecidedOrder | undefined> {
    return new AttributionQueries(this.reader).decision(orderId);
  }
}
