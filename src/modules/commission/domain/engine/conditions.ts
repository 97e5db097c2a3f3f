import type { Clause, PassedOver } from '../explaining/explanation.ts';
import type { Condition } from '../terms/terms.ts';
import { failureAt, type Place, Test } from './clauses.ts';
import type { Sight } from './sight.ts';

/** A condition made ready. Its parts are tried in order, and only as far as needed. */
export interface Ready {
  /** The first clause that does not hold; undefined: it holds. */
  readonly failure: (sight: Sight) => PassedOver | undefined;
  /** Writes down each clause that was tried, and says whether the whole holds. */
  readonly trace: (sight: Sight, into: Clause[]) => boolean;
}

export const ready = (condition: Condition, place: Place): Ready => {
  if ('all' in condition) return readyAll(condition.all, place);
  if ('any' in condition)
    return readyAny(
      condition.any.map((part) => ready(part, place)),
      failureAt(place, 'none of its parts'),
    );
  const test = new Test(condition, place);
  return {
    failure: (sight) => (test.holds(sight) ? undefined : test.failure),
    trace: (sight, into) => {
      const holds = test.holds(sight);
      into.push({ says: test.says, met: test.shown(sight), holds });
      return holds;
    },
  };
};

const readyAll = (parts: readonly Condition[], place: Place): Ready => {
  const all = parts.map((part) => ready(part, place));
  const tests = parts.flatMap((part) => ('fact' in part ? [new Test(part, place)] : []));
  return {
    failure: tests.length === parts.length ? firstFailing(tests) : firstFailure(all),
    trace: (sight, into) => all.every((part) => part.trace(sight, into)),
  };
};

/** What most groups are made of. */
const firstFailing =
  (tests: readonly Test[]): Ready['failure'] =>
  (sight) => {
    for (const test of tests) if (!test.holds(sight)) return test.failure;
    return undefined;
  };

const firstFailure =
  (parts: readonly Ready[]): Ready['failure'] =>
  (sight) => {
    for (const part of parts) {
      const failure = part.failure(sight);
      if (failure !== undefined) return failure;
    }
    return undefined;
  };

const readyAny = (parts: readonly Ready[], ofNothing: PassedOver): Ready => ({
  failure: (sight) => {
    let first: PassedOver | undefined;
    for (const part of parts) {
      const failure = part.failure(sight);
      if (failure === undefined) return undefined;
      first ??= failure;
    }
    return first ?? ofNothing;
  },
  trace: (sight, into) => parts.some((part) => part.trace(sight, into)),
});
