/**
 * A month is closed: statements, payouts, a second person's word, the bank's file. The month lies in PostgreSQL as the
 * program would have booked and posted it; then the use cases run as they are, in a process of their own. And a month
 * with half as many, for how it grows.
 */
import { cloneDatabase } from '../../test/support/database.ts';
import type { ClosedMonth } from '../support/close-in-a-process.ts';
import { ask } from '../support/database.ts';
import type { Finding, Report } from '../support/finding.ts';
import { saidBy } from '../support/in-a-process.ts';
import { processorsOf, type Spent, together } from '../support/spent.ts';
import { loadMonth, lockedMinor } from './load.ts';

const MOST_SECONDS = 90;
const MOST_MB = 512;
const MOST_GROWTH = 2.2;

/** What the bar of time is for; what fewer take is mostly what any takes. */
const A_MILLION = 1_000_000;

/** Of fewer, a busy second says more than how they grow. */
const ENOUGH_TO_GROW = 100_000;

interface Run extends ClosedMonth {
  readonly whole: Spent;
  /** Statements without a gap, each its own number; payouts; allocations that do not sum to their payout. */
  readonly faults: number;
}

const FAULTS = `
  select
    (select count(*) from settlement.statements) <> (select max(number) from settlement.statements) as gaps,
    (select count(*) from (
       select id from settlement.payouts left join settlement.allocations on payout_id = id
       group by id having coalesce(sum(allocations.amount_minor), 0) <> payouts.amount_minor) as uneven) as uneven`;

const closed = async (count: number, of: number): Promise<Run> => {
  const database = await cloneDatabase();
  try {
    await loadMonth(database, count, of);
    const month = await saidBy<ClosedMonth>('close-in-a-process.ts', [
      database.url,
      String(count),
      String(lockedMinor(count)),
    ]);
    const said = await ask(
      database.url,
      `select gaps::int + uneven + abs((select count(*) from settlement.statements) - ${of}) from (${FAULTS}) as found`,
    );
    return { ...month, whole: together(Object.values(month.steps)), faults: Number(said) };
  } finally {
    await database.drop();
  }
};

export const closeAMonth = async (commissions: number, partners: number): Promise<Report> => {
  const half = await closed(Math.round(commissions / 2), Math.round(partners / 2));
  const all = await closed(commissions, partners);
  const steps = Object.entries(all.steps).map(([step, spent]): Finding => ({
    ...{ what: `of it, ${step} (${processorsOf(spent)})`, value: spent.seconds, unit: 's' },
    beside: { what: 'of half as much', value: half.steps[step]?.seconds ?? 0 },
  }));
  return {
    title: `A month closed: ${commissions.toLocaleString('en-US')} commissions of ${partners.toLocaleString('en-US')} partners`,
    findings: [
      {
        what: `closed, decided, approved, sent (${processorsOf(all.whole)})`,
        value: all.whole.seconds,
        unit: 's',
        ...(commissions >= A_MILLION && { bar: { most: MOST_SECONDS } }),
      },
      ...steps,
      {
        what: 'memory at its most',
        value: all.peakMb,
        unit: 'MB',
        beside: { what: 'of half as much', value: half.peakMb },
        bar: { most: MOST_MB },
      },
      {
        what: 'times as long as half as much',
        value: all.whole.seconds / half.whole.seconds,
        unit: '×',
        ...(commissions >= ENOUGH_TO_GROW && { bar: { most: MOST_GROWTH } }),
      },
      {
        what: 'gaps in numbers, payouts that are for nothing, statements missing',
        value: all.faults + half.faults,
        unit: '',
        bar: { most: 0 },
        isPromise: true,
      },
    ],
  };
};
