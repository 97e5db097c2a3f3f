/**
 * A bank's entries against as many payouts, with faults of every kind planted among them: read, matched, booked, written,
 * and each fault known for what it is.
 */
import { cloneDatabase } from '../../test/support/database.ts';
import type { Finding, Report } from '../support/finding.ts';
import { saidBy } from '../support/in-a-process.ts';
import type { Reconciled } from '../support/reconcile-in-a-process.ts';
import { processorsOf } from '../support/spent.ts';
import { KINDS } from './planted.ts';

const MOST_SECONDS = 30;
/** What the bar is for; what fewer take is mostly what any takes. */
const MANY = 100_000;

/** From a seed; and posted to the ledger, if that is wanted. */
export const reconcile = async (count: number, seed: number, toLedger: boolean): Promise<Report> => {
  const database = await cloneDatabase();
  try {
    const words = [database.url, String(count), String(seed), String(toLedger)];
    const reconciled = await saidBy<Reconciled>('reconcile-in-a-process.ts', words);
    return { title: 'Reconciliation', findings: findingsOf(count, reconciled) };
  } finally {
    await database.drop();
  }
};

const findingsOf = (
  count: number,
  { entries, planted, all, behind, posting, peakMb, wrong }: Reconciled,
): Finding[] => {
  const what = `${entries.toLocaleString('en-US')} entries against ${count.toLocaleString('en-US')} payouts`;
  return [
    {
      what: `${what} (${processorsOf(all)})`,
      value: all.seconds,
      unit: 's',
      ...(count >= MANY && { bar: { most: MOST_SECONDS } }),
    },
    { what: 'entries', value: entries / all.seconds, unit: '/s' },
    { what: 'of it, matching what has no reference, and what is late', value: behind.seconds, unit: 's' },
    ...(posting === undefined
      ? []
      : [{ what: `and posting it to the ledger (${processorsOf(posting)})`, value: posting.seconds, unit: 's' }]),
    { what: 'memory at its most', value: peakMb, unit: 'MB' },
    { what: `planted breaks, of ${KINDS.length} kinds`, value: planted, unit: '' },
    {
      what: 'not found, or classified otherwise than planted',
      value: wrong,
      unit: '',
      bar: { most: 0 },
      isPromise: true,
    },
  ];
};
