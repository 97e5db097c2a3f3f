import { unreachable } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { TouchKind } from '../traffic/touchpoint.ts';

/** A stretch of time: hours, or days of exactly 24 hours. */
export type Span = { readonly hours: number } | { readonly days: number };

/** How those whose touches count divide the credit. */
export type Model =
  | { readonly kind: 'last_touch' | 'first_touch' | 'linear' }
  | { readonly kind: 'position_based'; readonly first: number; readonly middle: number; readonly last: number }
  | { readonly kind: 'time_decay'; readonly halfLifeHours: number }
  /** Whole percentages, 100 together, by what a partner was; `missing` has the contributors' part when there are none. */
  | {
      readonly kind: 'split';
      readonly initiator: number;
      readonly contributor: number;
      readonly converter: number;
      readonly missing: 'initiator' | 'converter' | 'both';
    };

/** Which codes are meant: as codes are compared, so case and width do not count. */
export interface CodeMatch {
  readonly code: string;
  readonly match: 'equals' | 'contains' | 'starts_with' | 'ends_with';
}

/** From then, and until just before then; by the moment of the order. */
export interface During {
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** An order with such a code is this partner's, whatever else there was. */
export interface ExclusiveCode extends CodeMatch, During {
  readonly partnerId: Id<'par'>;
}

/** If any touch of its counts, nobody else's does. */
export interface PreferredPartner extends During {
  readonly partnerId: Id<'par'>;
}

/**
 * What a code is worth · `nothing`: its use is no touch · `with_click`: it is one if its partner also has a click ·
 * `nobody_anything`: an order with it is nobody's.
 */
export interface SuppressedCode extends CodeMatch {
  readonly earns: 'nothing' | 'with_click' | 'nobody_anything';
}

/** Who is marked yields to another partner's click shortly before. */
export type StandDown = {
  /** Of partners. */
  readonly groups: readonly string[];
  /** Of touches (docs/signals.md). */
  readonly signals: readonly string[];
} & (
  | { readonly withinMinutes: number }
  /** 1: the same visit. A visit ends when nothing happens for half an hour. */
  | { readonly withinSessions: number }
);

export interface LateClaims {
  /** After the order. */
  readonly window: Span;
  /** Who must agree: somebody of the staff, or nobody when the code the claim names is the partner's. */
  readonly confirmation: 'staff' | 'valid_code';
}

/** What concerns one partner's touches alone, and so may differ from group to group. */
export interface Personal {
  /** Kinds that are not here do not count. */
  readonly windows: Readonly<Partial<Record<TouchKind, Span>>>;
  readonly inCartSeconds?: number | undefined;
  readonly lateClaims?: LateClaims | undefined;
}

export interface GroupOverride extends Partial<Personal> {
  readonly group: string;
}

/** How credit is decided, as data. `read-policy.ts` reads it; docs/attribution.md teaches it. */
export interface Rules extends Personal {
  readonly model: Model;
  /** Kinds of touch in tiers: only those of the first tier that has any count. */
  readonly precedence?: readonly (readonly TouchKind[])[] | undefined;
  readonly exclusiveCodes?: readonly ExclusiveCode[] | undefined;
  readonly preferredPartners?: readonly PreferredPartner[] | undefined;
  readonly suppressedCodes?: readonly SuppressedCode[] | undefined;
  readonly standDown?: StandDown | undefined;
  /** The first that the partner is in applies. */
  readonly groups?: readonly GroupOverride[] | undefined;
}

/** What all policies were before there were rules: decisions made by one are made again by the same. */
export interface PlainPolicy {
  readonly version: number;
  readonly model: 'last_touch';
  /** Half-open: a touch exactly so many days before the order is outside. */
  readonly windowDays: number;
}

export interface RuledPolicy {
  readonly version: number;
  readonly rules: Rules;
}

/** A version never changes: what was decided by it can be decided again. */
export type Policy = PlainPolicy | RuledPolicy;

/** Version 1 is what every program starts with. */
export const DEFAULT_POLICY: PlainPolicy = { version: 1, model: 'last_touch', windowDays: 30 };

/** A version of a program's policy as it was published. */
export interface PolicyVersion {
  readonly programId: Id<'prg'>;
  readonly policy: Policy;
  /** Of orders placed from then on. Absent: of all that were not decided yet. */
  readonly effectiveFrom?: Instant | undefined;
  readonly publishedAt?: Instant | undefined;
  readonly publishedBy?: string | undefined;
}

/** Of the newest version that was in force at the moment. */
export const policyInForce = (versions: readonly PolicyVersion[], at: Instant): Policy =>
  versions
    .filter(({ effectiveFrom }) => effectiveFrom === undefined || effectiveFrom <= at)
    .reduce<Policy>((newest, { policy }) => (policy.version > newest.version ? policy : newest), DEFAULT_POLICY);

/** The same policy in rules: what is decided for the first time is decided, and explained, by these. */
export const inRules = (policy: Policy): RuledPolicy => {
  if ('rules' in policy) return policy;
  const { version, model, windowDays } = policy;
  const windows = Object.fromEntries(PLAIN_KINDS.map((kind) => [kind, { days: windowDays }]));
  return { version, rules: { model: { kind: model }, windows } };
};

const PLAIN_KINDS: readonly TouchKind[] = ['click', 'qr', 'postback', 'coupon', 'dealer', 'test_drive'];

/** What is said of codes and partners holds at that moment. */
export const isDuring = ({ from, until }: During, at: Instant): boolean =>
  (from === undefined || from <= at) && (until === undefined || at < until);

const HOUR_MS = 3_600_000;

export const spanMs = (span: Span): number => ('hours' in span ? span.hours : span.days * 24) * HOUR_MS;

export const matches = ({ code, match }: CodeMatch, key: string): boolean => {
  switch (match) {
    case 'equals':
      return key === code;
    case 'contains':
      return key.includes(code);
    case 'starts_with':
      return key.startsWith(code);
    case 'ends_with':
      return key.endsWith(code);
    default:
      return unreachable(match);
  }
};
