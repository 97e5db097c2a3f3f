import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';
import type { Page, PageRequest } from '../../shared/page.ts';

export type LinkId = Id<'lnk'>;
export type ClickId = Id<'clk'>;
export type ConversionId = Id<'cnv'>;
export type CouponId = Id<'cpn'>;
export type ReplayId = Id<'rpl'>;

export interface TouchpointFacts {
  readonly clickId: ClickId;
  readonly programId: Id<'prg'>;
  readonly partnerId?: Id<'par'> | undefined;
  readonly occurredAt: Instant;
  readonly userAgent?: string | undefined;
  readonly visitorId?: string | undefined;
  /** Our own redirect saw it; absent when a neighbour told us of it. */
  readonly live?: true | undefined;
  /** A code that was typed with the order: nobody clicked. */
  readonly coupon?: true | undefined;
  /** `click`, `coupon`, `test_drive`, `late_claim` and so on. */
  readonly kind: string;
  /** What was odd about it at first sight: the codes of docs/signals.md. Evidence, no verdict. */
  readonly signals: readonly string[];
  /** The partner's own notes: `sub1` to `sub5`, and its campaign. */
  readonly subs?: Readonly<Record<string, string>> | undefined;
  readonly campaign?: string | undefined;
}

/** By which touch of a partner an order was, or had been, credited to it. */
export interface CreditFacts {
  readonly orderId: Id<'ord'>;
  readonly partnerId: Id<'par'>;
  readonly conversionId: ConversionId;
  /** None, when a coupon or a claim won: nobody clicked. */
  readonly clickId?: ClickId | undefined;
  /** The partner's own notes on the click: `sub1` to `sub5`. */
  readonly subs?: Readonly<Record<string, string>> | undefined;
}

/** How an order's credit was decided, by the decision that counts. */
export interface DecidedOrder extends DecisionFacts {
  readonly orderId: Id<'ord'>;
  readonly conversionId: ConversionId;
  readonly policyVersion: number;
  readonly decidedAt: Instant;
}

/** What other modules may ask of attribution. */
export abstract class AttributionPort {
  /** Of those that are known. */
  abstract touchpoints(clickIds: readonly ClickId[]): Promise<readonly TouchpointFacts[]>;
  /** The last time each partner had each order's credit, of those who ever had it. */
  abstract credits(asked: readonly Pick<CreditFacts, 'orderId' | 'partnerId'>[]): Promise<readonly CreditFacts[]>;
  /** With every touch that was considered; undefined while nothing is decided. */
  abstract decision(orderId: Id<'ord'>): Promise<DecidedOrder | undefined>;
}

/** Why an order is nobody's; null, where it is somebody's. */
export interface CreditReason {
  readonly orderId: Id<'ord'>;
  readonly reason: string | null;
}

/** For whoever holds many orders against what became of them. */
export abstract class CreditReasonsPort {
  /** Of those that are decided; in no particular order. */
  abstract reasons(orderIds: readonly Id<'ord'>[]): Promise<readonly CreditReason[]>;
}

/** Which policy is to decide: rules, or a version that was published; neither: each order by its own. */
export interface ReplayRequest {
  readonly programId: Id<'prg'>;
  readonly name: string;
  /** Of orders placed from then on, and up to, but not including. */
  readonly from: Instant;
  readonly to: Instant;
  readonly rules?: object | undefined;
  readonly policyVersion?: number | undefined;
}

export interface ReplayFacts {
  readonly id: ReplayId;
  readonly programId: Id<'prg'>;
  readonly name: string;
  readonly state: 'running' | 'finished' | 'promoted';
  /** Null: each order by the policy it was decided by. */
  readonly policy: object | null;
  readonly from: Instant;
  readonly to: Instant;
  readonly total: number;
  readonly decided: number;
  readonly different: number;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly promotedVersion: number | null;
  readonly effectiveFrom: Instant | null;
}

/** Decimals are texts: conversions with three places, parts of a whole with six. */
export interface Standings {
  /** Null: nobody. */
  readonly partnerId: Id<'par'> | null;
  readonly conversions: { readonly live: string; readonly replayed: string; readonly gain: string };
  /** What was ordered, by currency; of orders that are known. */
  readonly values: readonly {
    readonly live: MoneyJson;
    readonly replayed: MoneyJson;
    readonly gain: MoneyJson;
    readonly liveShare: string;
    readonly replayedShare: string;
  }[];
}

export interface DecisionFacts {
  readonly partners: readonly { readonly partnerId: Id<'par'>; readonly share: string }[];
  readonly reason: string | null;
  readonly touches: readonly {
    readonly touchId: ClickId;
    readonly partnerId: Id<'par'> | null;
    readonly kind: string;
    readonly occurredAt: Instant;
    readonly fate: string;
    readonly share: string | null;
  }[];
}

export interface ReplayComparison {
  readonly replay: ReplayFacts;
  /** Who gains or loses most comes first. */
  readonly standings: readonly Standings[];
  /** How many standings there are in all. */
  readonly owners: number;
  readonly samples: readonly {
    readonly conversionId: ConversionId;
    readonly orderRef: string;
    readonly placedAt: Instant;
    readonly live: DecisionFacts;
    readonly replayed: DecisionFacts;
  }[];
}

/** Another policy over a period, beside the live decisions: nothing of it is anybody's credit. */
export abstract class ReplayPort {
  /** Files it; a job decides. Throws `attribution.replay_named_twice`, `attribution.unknown_policy`, … */
  abstract start(request: ReplayRequest): Promise<ReplayFacts>;
  /** Oldest first. */
  abstract list(request: PageRequest, programId: Id<'prg'>): Promise<Page<ReplayFacts>>;
  /** Throws `attribution.unknown_replay`; so do the others. */
  abstract replay(programId: Id<'prg'>, replayId: ReplayId): Promise<ReplayFacts>;
  abstract comparison(programId: Id<'prg'>, replayId: ReplayId, samples: number): Promise<ReplayComparison>;
  /** Publishes its policy for orders placed from that moment, which lies ahead. Nothing decided before moves. */
  abstract promote(programId: Id<'prg'>, replayId: ReplayId, effectiveFrom: Instant, by: string): Promise<ReplayFacts>;
}
