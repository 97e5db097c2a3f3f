/**
 * What is known of a promise that is looked at again and again:
 *
 *   unknown ──▶ holds ⇄ doubtful ──▶ broken ──▶ holds
 *
 * An audit reads several things one after the other, and a program at work changes them in between. So a finding makes a
 * promise doubtful only; it is broken when the same line has stood in every look of half a minute, three at least. A look
 * that could not be had, because the database was away, says nothing either way.
 */
import { type Instant, instantAt, msBetween, plusMs } from '../../../../shared/instant.ts';

export type PromiseState = 'unknown' | 'holds' | 'doubtful' | 'broken';

export interface Watched {
  readonly promise: string;
  readonly state: PromiseState;
  /** Since when it has been in this state. */
  readonly since: Instant;
  readonly lookedAt: Instant;
  readonly tookMs: number;
  /** Looks there have been. */
  readonly looks: number;
  /** Of these, how many in a row found the findings below. */
  readonly inARow: number;
  readonly findings: readonly string[];
  /** Why the last look could not be had. */
  readonly failure?: string | undefined;
}

export interface Look {
  readonly promise: string;
  readonly at: Instant;
  readonly tookMs: number;
  readonly findings: readonly string[];
  readonly failure?: string | undefined;
}

export const CONFIRMING_LOOKS = 3;
const CONFIRMING_MS = 30_000;

export const afterLook = (before: Watched | undefined, look: Look): Watched => {
  const next = { ...judged(before, look), promise: look.promise, lookedAt: look.at, tookMs: look.tookMs };
  const looks = (before?.looks ?? 0) + 1;
  const since = before?.state === next.state ? before.since : look.at;
  return { ...next, looks, since, failure: look.failure };
};

type Judgement = Pick<Watched, 'state' | 'findings' | 'inARow'>;
type Known = Judgement & Pick<Watched, 'since'>;

const judged = (before: Known | undefined, look: Look): Judgement => {
  if (before === undefined) return judged({ ...NOT_SEEN, since: look.at }, look);
  if (look.failure !== undefined) return { state: before.state, findings: before.findings, inARow: before.inARow };
  if (look.findings.length === 0) return { state: 'holds', findings: [], inARow: 0 };
  const again = new Set(before.findings);
  const stillThere = look.findings.filter((finding) => again.has(finding));
  if (stillThere.length === 0) return { state: 'doubtful', findings: look.findings, inARow: 1 };
  const inARow = before.inARow + 1;
  const isSure = inARow >= CONFIRMING_LOOKS && msBetween(before.since, look.at) >= CONFIRMING_MS;
  return { state: before.state === 'broken' || isSure ? 'broken' : 'doubtful', findings: stillThere, inARow };
};

const NOT_SEEN: Judgement = { state: 'unknown', findings: [], inARow: 0 };

/** Whether the look has just shown that the promise is broken. */
export const hasBroken = (before: Watched | undefined, after: Watched): boolean =>
  after.state === 'broken' && before?.state !== 'broken';

const AGAIN_MS = 10_000;
/** An audit takes a fiftieth of one connection's time at most, however large the books have grown. */
const REST = 50;

const restMs = ({ tookMs }: Watched, everyMs: number): number => Math.max(everyMs, tookMs * REST);

export const nextLookAt = (watched: Watched, everyMs: number): Instant => {
  const { state, lookedAt, failure } = watched;
  return plusMs(lookedAt, state === 'doubtful' || failure !== undefined ? AGAIN_MS : restMs(watched, everyMs));
};

/** Of those that are due, the one that has waited longest; of those never looked at, the first. */
export const nextToLookAt = (
  promises: readonly string[],
  known: ReadonlyMap<string, Watched>,
  { now, everyMs }: { readonly now: Instant; readonly everyMs: number },
): string | undefined => {
  const dueAt = (promise: string): Instant => {
    const watched = known.get(promise);
    return watched === undefined ? instantAt(0) : nextLookAt(watched, everyMs);
  };
  const [first] = promises
    .map((promise) => ({ promise, at: dueAt(promise) }))
    .toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  return first !== undefined && first.at <= now ? first.promise : undefined;
};

/** Of what is due, what waits for no quiet moment: what is in doubt, and what has waited as long again as it rests. */
export const isUrgent = (
  watched: Watched | undefined,
  firstBy: Instant,
  { now, everyMs }: { readonly now: Instant; readonly everyMs: number },
): boolean => {
  if (watched === undefined) return now >= firstBy;
  return watched.state === 'doubtful' || now >= plusMs(watched.lookedAt, 2 * restMs(watched, everyMs));
};
