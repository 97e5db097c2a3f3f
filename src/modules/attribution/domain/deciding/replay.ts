/**
 * A period decided again by another policy, beside the live decisions:
 *
 *   started --> decides a piece at a time --> finished --> promoted, at most once
 *
 * It touches nobody's credit. Promoting publishes its policy for orders placed from a moment to come; what was decided
 * before stays decided.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { ConversionId, ReplayId } from '../../index.ts';
import type { Conversion } from './conversion.ts';
import { partsOf } from './credit.ts';
import type { Considered, Decision, Outcome } from './journey.ts';
import { type FractionText, fractionParts } from '../models/share.ts';
import type { Policy } from '../policy/policy.ts';

export interface Replay {
  readonly replayId: ReplayId;
  readonly programId: Id<'prg'>;
  readonly name: string;
  /** Absent: each order by the policy it was decided by; nothing may differ then. */
  readonly policy?: Policy | undefined;
  readonly from: Instant;
  /** Orders placed up to, but not including. */
  readonly to: Instant;
  readonly startedAt: Instant;
  /** Conversions of the period when it was started; those that come meanwhile are decided too, if they lie ahead. */
  readonly total: number;
  readonly decided: number;
  readonly different: number;
  readonly reached?: Reached | undefined;
  readonly finishedAt?: Instant | undefined;
  readonly promotion?: Promotion | undefined;
}

/** How far it has come: conversions are decided by the time of their order. */
export interface Reached {
  readonly placedAt: Instant;
  readonly conversionId: ConversionId;
}

export interface Promotion {
  readonly policyVersion: number;
  readonly effectiveFrom: Instant;
  readonly promotedAt: Instant;
}

/** What a conversion came to, beside the live decision. */
export interface ShadowDecision {
  readonly conversionId: ConversionId;
  readonly liveNumber: number;
  readonly outcome: Outcome;
  /** Where the credit differs. */
  readonly considered?: readonly Considered[] | undefined;
}

/** What a partner has, or nobody, of the orders of one currency. Conversions count in parts of 10^-12, rounded down. */
export interface Tally {
  readonly partnerId?: Id<'par'> | undefined;
  readonly currency?: string | undefined;
  readonly live: TallySide;
  readonly replayed: TallySide;
}

export interface TallySide {
  readonly conversionParts: bigint;
  readonly minor: bigint;
}

export const PARTS_PER_CONVERSION = 1_000_000_000_000n;

export const shadowOf = ({ conversionId, decision: live }: Conversion, shadow: Decision): ShadowDecision => {
  const differs = !isSameCredit(live.outcome, shadow.outcome);
  const { outcome, considered } = shadow;
  return { conversionId, liveNumber: live.number, outcome, ...(differs && { considered }) };
};

/** Who has how much of it, and by which touch; why nobody has it. */
const isSameCredit = (a: Outcome, b: Outcome): boolean => {
  if (a.kind === 'unattributed' || b.kind === 'unattributed')
    return a.kind === 'unattributed' && b.kind === 'unattributed' && a.reason === b.reason;
  const [left, right] = [sharesOf(a), sharesOf(b)];
  return (
    a.clickId === b.clickId && left.size === right.size && [...left].every(([id, share]) => right.get(id) === share)
  );
};

const sharesOf = (outcome: Outcome): ReadonlyMap<Id<'par'>, FractionText> =>
  new Map(partsOf(outcome).map(({ partnerId, share }) => [partnerId, share]));

/** One order's part in the tallies; `value`: unknown, when nobody knows the order. */
export const talliesOf = (live: Outcome, shadow: Outcome, value: Money | undefined): readonly Tally[] => {
  const [before, after] = [sidesOf(live, value), sidesOf(shadow, value)];
  const owners = new Set([...before.keys(), ...after.keys()]);
  return [...owners].map((partnerId) => ({
    partnerId,
    currency: value?.currency,
    live: before.get(partnerId) ?? NOTHING,
    replayed: after.get(partnerId) ?? NOTHING,
  }));
};

const NOTHING: TallySide = { conversionParts: 0n, minor: 0n };

type Owner = Id<'par'> | undefined;

const sidesOf = (outcome: Outcome, value: Money | undefined): ReadonlyMap<Owner, TallySide> => {
  const parts = partsOf(outcome);
  if (parts.length === 0)
    return new Map([[undefined, { conversionParts: PARTS_PER_CONVERSION, minor: value?.minor ?? 0n }]]);
  const fractions = parts.map(({ share }) => fractionParts(share));
  const whole = fractions.reduce((product, [, below]) => product * below, 1n);
  const amounts = value?.allocate(fractions.map(([above, below]) => (above * whole) / below));
  return new Map(
    parts.map(({ partnerId }, at) => {
      const [above, below] = fractions[at] ?? [0n, 1n];
      return [
        partnerId,
        { conversionParts: (PARTS_PER_CONVERSION * above) / below, minor: amounts?.[at]?.minor ?? 0n },
      ];
    }),
  );
};

/** As one, those of the same owner and currency. */
export const summed = (tallies: readonly Tally[]): readonly Tally[] => {
  const sums = new Map<string, Tally>();
  for (const tally of tallies) {
    const name = `${tally.partnerId ?? ''}/${tally.currency ?? ''}`;
    const before = sums.get(name);
    sums.set(name, before === undefined ? tally : added(before, tally));
  }
  return [...sums.values()];
};

const added = (a: Tally, b: Tally): Tally => ({
  ...a,
  live: addedSides(a.live, b.live),
  replayed: addedSides(a.replayed, b.replayed),
});

const addedSides = (a: TallySide, b: TallySide): TallySide => ({
  conversionParts: a.conversionParts + b.conversionParts,
  minor: a.minor + b.minor,
});
