/** Reconciles planted statements, in a process whose memory is looked at. */
import { rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { toUuid } from '../../src/shared/ids.ts';
import { databaseAt, type TestDatabase } from '../../test/support/database.ts';
import { reconcilingOn } from '../../test/support/reconciling.ts';
import { storeSent } from '../../test/support/sent-payouts.ts';
import { ACCOUNT, NOW, plant } from '../settlement/planted.ts';
import { meterOf, type Spent, together } from './spent.ts';

export interface Reconciled {
  readonly entries: number;
  readonly planted: number;
  /** Until all that can be known is known. */
  readonly all: Spent;
  /** Of it, what is done behind the imports. */
  readonly behind: Spent;
  readonly posting?: Spent;
  readonly peakMb: number;
  /** Breaks that are not as planted, a gap that was not seen, positions that are off. */
  readonly wrong: number;
}

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
  for (const each of wrong) console.error('not as planted:', each);
  return found.length - right.length + (planted.size - right.length);
};

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => (error as { readonly code?: string }).code,
  );

const [url = '', count = '0', seed = '1', toLedger = 'false'] = process.argv.slice(2);
const planted = plant(Number(count), Number(seed));
const [first = '', second = ''] = planted.documents;
const database = databaseAt(url);
await storeSent(database, ACCOUNT, planted.payouts);
const meter = await meterOf(url);
const { imports, match, overdue, post, reader } = reconcilingOn(database, NOW);
const reading = await meter(() => imports.run(first));
const gap = await codeOf(imports.run(second.replace('<ElctrncSeqNb>2', '<ElctrncSeqNb>4')));
const more = await meter(() => imports.run(second));
const behind = together([await meter(() => until(() => match.run())), await meter(() => until(() => overdue.run()))]);
const posting = toLedger === 'true' ? await meter(() => until(() => post.run())) : undefined;
const off = (await reader.positions()).length === 1 ? 0 : 1;
const said: Reconciled = {
  entries: planted.entries,
  planted: planted.breaks.size,
  all: together([reading, more, behind]),
  behind,
  ...(posting && { posting }),
  peakMb: process.resourceUsage().maxRSS / 1_024,
  wrong: (await misjudged(database, planted.breaks)) + (gap === 'settlement.bank_statement_gap' ? 0 : 1) + off,
};
process.stdout.write(JSON.stringify(said));
await database.drop();
