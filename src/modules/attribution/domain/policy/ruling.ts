/** A policy's rules as a decision needs them: spans in milliseconds, codes as they are compared. Made once a policy. */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { couponKey } from '../traffic/coupon.ts';
import {
  type CodeMatch,
  isDuring,
  matches,
  type Personal,
  type Policy,
  type PreferredPartner,
  type Rules,
  spanMs,
  type SuppressedCode,
} from './policy.ts';
import { TOUCH_KINDS, type TouchKind } from '../traffic/touchpoint.ts';

/** What applies to the touches of one partner. */
export interface PersonalRuling {
  readonly windowMs: ReadonlyMap<TouchKind, number>;
  readonly inCartMs: number;
  /** Absent: claims do not count. */
  readonly lateClaimMs?: number | undefined;
}

export interface Ruling {
  readonly rules: Rules;
  readonly personal: PersonalRuling;
  readonly ofGroups: readonly (readonly [group: string, personal: PersonalRuling])[];
  /** 1 is asked first. */
  readonly tierOf: ReadonlyMap<TouchKind, number>;
  /** With codes as they are compared. */
  readonly suppressed: readonly SuppressedCode[];
  readonly exclusive: NonNullable<Rules['exclusiveCodes']>;
  readonly markedSignals: ReadonlySet<string>;
  readonly markedGroups: ReadonlySet<string>;
}

const known = new WeakMap<Rules, Ruling>();

export const rulingOf = (rules: Rules): Ruling => {
  const before = known.get(rules);
  if (before !== undefined) return before;
  const ruling = madeOf(rules);
  known.set(rules, ruling);
  return ruling;
};

const madeOf = (rules: Rules): Ruling => ({
  rules,
  personal: personalRuling(rules),
  ofGroups: (rules.groups ?? []).map((override) => [override.group, personalRuling({ ...rules, ...override })]),
  tierOf: new Map(precedenceOf(rules).flatMap((tier, index) => tier.map((kind) => [kind, index + 1] as const))),
  suppressed: compared(rules.suppressedCodes),
  exclusive: compared(rules.exclusiveCodes),
  markedSignals: new Set(rules.standDown?.signals),
  markedGroups: new Set(rules.standDown?.groups),
});

/** What is said of a partner of these groups; the first that the policy names applies. */
export const rulesFor = (rules: Rules, groups: readonly string[] = []): Personal => ({
  ...rules,
  ...rules.groups?.find(({ group }) => groups.includes(group)),
});

const personalRuling = ({ windows, inCartSeconds = 0, lateClaims }: Personal): PersonalRuling => ({
  windowMs: new Map(
    TOUCH_KINDS.flatMap((kind) => {
      const span = windows[kind];
      return span === undefined ? [] : [[kind, spanMs(span)] as const];
    }),
  ),
  inCartMs: inCartSeconds * 1_000,
  lateClaimMs: lateClaims && spanMs(lateClaims.window),
});

const compared = <Match extends CodeMatch>(codes: readonly Match[] = []): readonly Match[] =>
  codes.map((each) => ({ ...each, code: couponKey(each.code) }));

/** Where a policy says nothing else, what was only shown yields to all else, and what was only claimed to that too. */
const precedenceOf = ({ precedence }: Rules): readonly (readonly TouchKind[])[] =>
  precedence ?? [
    TOUCH_KINDS.filter((kind) => kind !== 'impression' && kind !== 'late_claim'),
    ['impression'],
    ['late_claim'],
  ];

/** Of a partner in these groups: what the first that the policy names says. */
export const personalOf = ({ personal, ofGroups }: Ruling, groups: readonly string[]): PersonalRuling =>
  ofGroups.find(([group]) => groups.includes(group))?.[1] ?? personal;

/** Whether the policy gives touches of the kind a window, for anybody. */
export const counts = (policy: Policy, kind: TouchKind): boolean =>
  'rules' in policy &&
  [policy.rules, ...(policy.rules.groups ?? [])].some(({ windows }) => windows?.[kind] !== undefined);

/** The first of the policy's exclusive codes that this one is, at that moment; and how far down it stands. */
export const exclusiveRank = (
  { exclusive }: Ruling,
  code: string | undefined,
  partnerId: Id<'par'> | undefined,
  at: Instant,
): number =>
  code === undefined
    ? -1
    : exclusive.findIndex((each) => each.partnerId === partnerId && matches(each, code) && isDuring(each, at));

export const suppressionOf = ({ suppressed }: Ruling, code: string | undefined): SuppressedCode['earns'] | undefined =>
  code === undefined ? undefined : suppressed.find((each) => matches(each, code))?.earns;

export const preferredAt = (preferred: readonly PreferredPartner[], at: Instant): ReadonlySet<Id<'par'>> =>
  new Set(preferred.filter((each) => isDuring(each, at)).map(({ partnerId }) => partnerId));
