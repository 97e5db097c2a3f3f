/**
 * How far commissions come, learnt from those that went before:
 *
 *     placed ─▶ confirmed ─▶ in_production ─▶ in_transit ─▶ delivered ─▶ completed ─▶ vested ─▶ kept
 *        └───────────┴──────────────┴─────────────┴────────────┴───────────┴──────────┴──▶ lost
 *
 * From each stage one goes to any later one, is kept (it locked), or is lost (cancelled, returned, rejected, credited to
 * somebody else: whatever reverses it). The chance to be kept follows from how many went which way. To what was seen, one
 * that was kept is added at each stage: while little is known, a debt is taken for owed.
 */
import { grouped } from '../../../shared/grouped.ts';
import { epochMs, type Instant } from '../../../shared/instant.ts';

export const STAGES = [
  'placed',
  'confirmed',
  'in_production',
  'in_transit',
  'delivered',
  'completed',
  'vested',
] as const;
/** Milestones of the order; in the end the return window, which begins when the commission has vested. */
export type Stage = (typeof STAGES)[number];

export interface Journey {
  /** When it came to each stage; one that was passed in silence is absent. */
  readonly reached: Readonly<Partial<Record<Stage, Instant>>>;
  /** Absent: it is still on its way. */
  readonly ended?: { readonly kept: boolean; readonly at: Instant } | undefined;
}

/** From 0 to 1, exactly. */
export interface Chance {
  readonly num: bigint;
  readonly den: bigint;
}

export interface Arrival {
  readonly stage: Stage;
  readonly atMs: number;
}

export interface StageFunnel {
  readonly chance: Chance;
  /** How many the chance is learnt from, beside the one that is added. */
  readonly seen: number;
  /** How long those that were kept took from here on, in days, with how many of them took so long; in ascending order. */
  readonly days: readonly (readonly [days: number, count: number])[];
}

export type Funnel = Readonly<Record<Stage, StageFunnel>>;

const DAY_MS = 86_400_000;
/** Of a hundred stays, the 95th by length: who came in as long ago has had time to leave, whichever way. */
const RIPE = 0.95;

/** The stages it came to, one after the other; what is said to be earlier than a stage before it is as early as that. */
export const pathOf = ({ reached }: Pick<Journey, 'reached'>): readonly Arrival[] => {
  let atMs = 0;
  return STAGES.flatMap((stage) => {
    const at = reached[stage];
    if (at === undefined) return [];
    atMs = Math.max(atMs, epochMs(at));
    return [{ stage, atMs }];
  });
};

/** A stay at a stage that is over. */
interface Stay {
  readonly at: Stage;
  readonly fromMs: number;
  readonly ms: number;
  readonly to: Stage | 'kept' | 'lost';
}

export const funnelOf = (journeys: readonly Journey[], asOf: Instant): Funnel => {
  const asOfMs = epochMs(asOf);
  const ways = journeys.map(wayOf);
  const stays = grouped(ways.flatMap(staysOf), ({ at }) => at);
  const wholes = grouped(ways.flatMap(wholesOf), ({ at }) => at);
  return backwards((stage, later) => {
    const seen = ripe(stays.get(stage) ?? [], asOfMs);
    const days = daysOf(ripe(wholes.get(stage) ?? [], asOfMs));
    return { chance: chanceOf(seen, later), seen: seen.length, days };
  });
};

interface Way {
  readonly path: readonly Arrival[];
  readonly end?: { readonly to: 'kept' | 'lost'; readonly atMs: number } | undefined;
}

const wayOf = (journey: Journey): Way => {
  const { ended } = journey;
  return { path: pathOf(journey), end: ended && { to: ended.kept ? 'kept' : 'lost', atMs: epochMs(ended.at) } };
};

const staysOf = ({ path, end }: Way): readonly Stay[] =>
  path.flatMap(({ stage, atMs }, index) => {
    const next = path[index + 1];
    const left = next === undefined ? end : { to: next.stage, atMs: next.atMs };
    return left === undefined ? [] : [stay(stage, atMs, left.atMs, left.to)];
  });

/** From each stage to the end of one that was kept. */
const wholesOf = ({ path, end }: Way): readonly Stay[] =>
  end?.to === 'kept' ? path.map(({ stage, atMs }) => stay(stage, atMs, end.atMs, 'kept')) : [];

const stay = (at: Stage, fromMs: number, untilMs: number, to: Stay['to']): Stay => ({
  at,
  fromMs,
  ms: Math.max(0, untilMs - fromMs),
  to,
});

/** Of those that came in lately, only the quick ones have left, and they went another way than the slow ones will. */
const ripe = (stays: readonly Stay[], asOfMs: number): readonly Stay[] => {
  const lengths = stays.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const longest = lengths[Math.ceil(lengths.length * RIPE) - 1] ?? 0;
  return stays.filter(({ fromMs }) => fromMs + longest <= asOfMs);
};

type Later = Readonly<Partial<Record<Stage, StageFunnel>>>;

/** The last stage first, for each chance follows from those behind it. */
const backwards = (at: (stage: Stage, later: Later) => StageFunnel): Funnel =>
  STAGES.toReversed().reduce<Later>((later, stage) => ({ ...later, [stage]: at(stage, later) }), {}) as Funnel;

const CERTAIN: Chance = { num: 1n, den: 1n };

const chanceOf = (stays: readonly Stay[], later: Later): Chance => {
  const counts = new Map<Stay['to'], bigint>();
  for (const { to } of stays) counts.set(to, (counts.get(to) ?? 0n) + 1n);
  const sum = [...counts].reduce<Chance>(
    (total, [to, count]) => plus(total, chanceAt(to, later), count),
    CERTAIN, // the one that is added
  );
  return lowest({ num: sum.num, den: sum.den * (BigInt(stays.length) + 1n) });
};

const chanceAt = (to: Stay['to'], later: Later): Chance => {
  if (to === 'lost') return { num: 0n, den: 1n };
  return to === 'kept' ? CERTAIN : (later[to]?.chance ?? CERTAIN);
};

const plus = (a: Chance, b: Chance, times: bigint): Chance =>
  lowest({ num: a.num * b.den + b.num * times * a.den, den: a.den * b.den });

const lowest = ({ num, den }: Chance): Chance => {
  let [a, b] = [num, den];
  while (b > 0n) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
};

const daysOf = (stays: readonly Stay[]): StageFunnel['days'] => {
  const counts = new Map<number, number>();
  for (const { ms } of stays) {
    const days = Math.ceil(ms / DAY_MS);
    counts.set(days, (counts.get(days) ?? 0) + 1);
  }
  return [...counts].toSorted(([a], [b]) => a - b);
};
