/** Which orders have to be known to rehearse some of them, for what an order earns depends on others of its periods. */
import { type Instant, latest, plusMs } from '../../../../shared/instant.ts';
import type { Period } from '../periods/figures.ts';
import { periodAt } from '../periods/periods.ts';
import { scopesOf } from '../periods/scopes.ts';
import type { Terms, TermsVersion } from '../terms/terms.ts';

/**
 * Where the first period begins that an order of the time counts in; and as those orders depend on periods of theirs, a
 * week that began before its month, where the first of these begins, until there is none before.
 */
export const beginningOf = (versions: readonly TermsVersion[], from: Instant, timeZone: string): Instant => {
  const periods = [...new Set(versions.flatMap(({ terms }) => scopesOf(terms)).map(({ period }) => period))];
  // Before the life of the program there is nothing.
  if (periods.includes('life')) return periodAt('life', from, timeZone).from;
  let [since, before] = [from, firstOf(periods, from, timeZone)];
  while (before < since) [since, before] = [before, firstOf(periods, before, timeZone)];
  return since;
};

const firstOf = (periods: readonly Period[], at: Instant, timeZone: string): Instant =>
  periods
    .map((period) => periodAt(period, at, timeZone).from)
    .reduce((first, each) => (each < first ? each : first), at);

/**
 * Until when others count for orders of before `until`, where these can be judged only when all the others of their
 * period are known; undefined: they can be judged as they come. A period without an end is known until now.
 */
export const lookingAheadUntil = (
  versions: readonly TermsVersion[],
  until: Instant,
  now: Instant,
  timeZone: string,
): Instant | undefined => {
  const periods = versions.flatMap(({ terms }) => retroactivePeriods(terms));
  const last = plusMs(until, -1);
  const [first, ...others] = periods.map((period) => periodAt(period, last, timeZone).until ?? latest(until, now));
  return first && latest(first, ...others);
};

const retroactivePeriods = (terms: Terms): readonly Period[] =>
  [terms, ...(terms.overrides ?? [])].flatMap(({ groups = [] }) =>
    groups.flatMap(({ amount }) =>
      'tiers' in amount && amount.tiers.mode === 'retroactive' ? [amount.tiers.per] : [],
    ),
  );
