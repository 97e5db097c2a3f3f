/** Closes a loaded month, from its statements to the bank's file, in a process whose memory is looked at. */
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { settlementOn } from '../../test/support/settlement-on.ts';
import { batchOf, programId } from '../../test/support/settlement-story.ts';
import { meterOf, NOTHING_SPENT, type Spent, together } from './spent.ts';

export interface ClosedMonth {
  readonly steps: Readonly<Record<string, Spent>>;
  readonly peakMb: number;
}

/** As the program has it, unless it is told otherwise. */
const TIMEOUT_MS = 10_000;

const [url = '', count = '0', minor = '0'] = process.argv.slice(2);
const opened: { destroy(): Promise<void> }[] = [];
const as = (schema: string) => {
  const database = openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 4, timeoutMs: TIMEOUT_MS });
  opened.push(database.knex);
  return database;
};

const { transaction, commission, close, finish, approve, submit, post, file } = settlementOn(
  { as },
  '2018-02-05T00:00:00Z',
);
commission.lockedBefore = () =>
  Promise.resolve({ count: Number(count), amount: { minor, currency: 'BRL' }, waiting: 0 });

const meter = await meterOf(url);
const steps: Record<string, Spent> = {};
const timed = async (step: string, work: () => Promise<unknown>): Promise<void> => {
  steps[step] = together([steps[step] ?? NOTHING_SPENT, await meter(work)]);
};

const batchId = batchOf('2018-01');
await timed('close', () => close.run(programId, '2018-01', 'finance'));
/** Whether there may be more. */
const aStep = async (): Promise<boolean> => {
  const [closing] = await transaction.run(({ books }) => books.closing());
  await timed(closing?.statements === undefined ? 'statements' : 'payouts', () => finish.run());
  return closing !== undefined;
};
while (await aStep());
await timed('approve', () => approve.run(batchId, 'boss'));
await timed('submit', () => submit.run(batchId));
await timed('post', async () => {
  while (await post.run());
});
await timed('pain.001', () => file.of(batchId));

const peakMb = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(JSON.stringify({ steps, peakMb } satisfies ClosedMonth));
await Promise.all(opened.map((knex) => knex.destroy()));
