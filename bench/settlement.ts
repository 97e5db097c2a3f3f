/**
 * `make bench-settlement`: a month closed, from its statements to the bank's file; and a bank's statements reconciled,
 * with faults of every kind planted among their entries.
 *
 *     tsx bench/settlement.ts --commissions 20000 --partners 200 --entries 20000
 *     … --only reconcile --seed 7 --ledger       and posted to the ledger
 *     … --full                                   all of it; writes its block of docs/benchmarks.md
 */
import { parseArgs } from 'node:util';
import { closeAMonth } from './settlement/close.ts';
import { reconcile } from './settlement/reconcile.ts';
import { bench } from './support/bench.ts';
import type { Report } from './support/finding.ts';

const { values: given } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    commissions: { type: 'string' },
    partners: { type: 'string' },
    entries: { type: 'string' },
    seed: { type: 'string', default: '1' },
    ledger: { type: 'boolean', default: false },
  },
});
const number = (text: string | undefined, short: number, full: number): number =>
  text === undefined ? (given.full ? full : short) : Number(text);

const PARTS: Readonly<Record<string, () => Promise<Report>>> = {
  close: () => closeAMonth(number(given.commissions, 20_000, 1_000_000), number(given.partners, 200, 10_000)),
  reconcile: () => reconcile(number(given.entries, 20_000, 100_000), Number(given.seed), given.ledger),
};

const measure = async (): Promise<readonly Report[]> => {
  const reports: Report[] = [];
  for (const name of given.only?.split(',') ?? Object.keys(PARTS)) {
    const part = PARTS[name];
    if (part === undefined) throw new Error(`there is no part ${name}; there are ${Object.keys(PARTS).join(' ')}`);
    console.log(`${name} …`);
    reports.push(await part());
  }
  return reports;
};

/** What the page shows was measured in full. */
const isWhole =
  given.full && [given.only, given.commissions, given.partners, given.entries].every((each) => each === undefined);

await bench(measure, { shownBy: isWhole ? 'make bench-settlement' : undefined });
