/**
 * A bank's entries against as many payouts, with faults of every kind planted among them: read, matched, booked, written,
 * and each fault known for what it is.
 */
import { toUuid } from '../../src/shared/ids.ts';
import { rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { cloneDatabase, type TestDatabase } from '../../test/support/database.ts';
import type { Report } from '../support/finding.ts';
import { meterOf, processorsOf, together } from '../support/spent.ts';
import { ACCOUNT, KINDS, NOW, plant } from './planted.ts';
import { reconcilingOn } from '../../test/support/reconciling.ts';
import { storeSent } from '../../test/support/sent-payouts.ts';

const MOST_SECONDS = 30;
/** What the bar is for; what fewer take is mostly what any takes. */
const MANY = 100_000;

const until = async (run: () => Promise<boolean>): Promise<void> => {
  while (await run());
};

interface FoundBreak {
  readonly kind: string;
  readonly ref: string | null;
  readonly payout_id: string | null;
}

/** Breaks that are not the planted ones, or of another kind. */
const misjudged = async ({ owner }: TestDatabase, planted: ReadonlyMap<string, string>): Promise<number> => {
  const found = await rowsOf<FoundBreak>(
    owner.knex,
    `select kind, ref, payout_id from settlement.breaks where state = 'open'`,
  );
  const byUuid = new Map(
    [...planted].map(([key, kind]) => [key.startsWith('pay_') ? toUuid(key as 'pay_') : key, kind]),
  );
  const right = found.filter(({ kind, ref, payout_id }) => byUuid.get(ref ?? payout_id ?? '') === kind);
  const wrong = found.filter((each) => !right.includes(each)).slice(0, 5);
  for (const each of wrong) console.log('not as planted:', each);
  return found.length - right.length + (planted.size - right.length);
};

/** From a seed; and posted to the ledger, if that is wanted. */
export const reconcile = async (count: number, seed: number, toLedger: boolean): Promise<Report> => {
  const planted = plant(count, seed);
  const database = await cloneDatabase();
  try {
    await storeSent(database, ACCOUNT, planted.payouts);
    const meter = await meterOf(database.url);
    const { imports, match, overdue, post, reader } = reconcilingOn(database, NOW);
    const [first = '', second = ''] = planted.documents;
    const reading = await meter(() => imports.run(first));
    const gap = await imports.run(second.replace('<ElctrncSeqNb>2', '<ElctrncSeqNb>4')).then(
      () => 'none',
      (error: unknown) => (error as { readonly code?: string }).code,
    );
    const more = await meter(() => imports.run(second));
    const matching = await meter(() => until(() => match.run()));
    const late = await meter(() => until(() => overdue.run()));
    const found = together([matching, late]);
    const all = together([reading, more, found]);
    const posting = toLedger ? await meter(() => until(() => post.run())) : undefined;
    const wrong = await misjudged(database, planted.breaks);
    const off = (await reader.positions()).length === 1 ? 0 : 1;
    const gapWrong = gap === 'settlement.bank_statement_gap' ? 0 : 1;
    const what = `${planted.entries.toLocaleString('en-US')} entries against ${count.toLocaleString('en-US')} payouts`;
    return {
      title: 'Reconciliation',
      findings: [
        {
          what: `${what} (${processorsOf(all)})`,
          value: all.seconds,
          unit: 's',
          ...(count >= MANY && { bar: { most: MOST_SECONDS } }),
        },
        { what: 'entries', value: planted.entries / all.seconds, unit: '/s' },
        { what: 'of it, matching what has no reference, and what is late', value: found.seconds, unit: 's' },
        ...(posting === undefined
          ? []
          : [{ what: `and posting it to the ledger (${processorsOf(posting)})`, value: posting.seconds, unit: 's' }]),
        { what: 'memory at most', value: process.resourceUsage().maxRSS / 1_024, unit: 'MB' },
        { what: `planted breaks, of ${KINDS.length} kinds`, value: planted.breaks.size, unit: '' },
        {
          ...{ what: 'not found, or classified otherwise than planted', value: wrong + gapWrong + off, unit: '' },
          ...{ bar: { most: 0 }, isPromise: true as const },
        },
      ],
    };
  } finally {
    await database.drop();
  }
};
