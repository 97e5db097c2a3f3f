/** What every benchmark does around its measuring: servers, a report, an exit code. */
import { writeFileSync } from 'node:fs';
import { isBroken, type Report, tablesOf } from './finding.ts';
import { howQuiet, machine } from './machine.ts';
import { showInDocs } from './page.ts';
import { findOrStartServices, type Services } from './services.ts';

/** Where `run.ts`, which has the servers already, wants the report. */
export const REPORT_TO = 'BENCH_REPORT_TO';

export interface BenchOptions {
  readonly servers?: () => Promise<Services>;
  /** The command whose block of docs/benchmarks.md shows the tables. */
  readonly shownBy?: string | undefined;
}

export const bench = async (
  measure: () => Promise<Report | readonly Report[]>,
  { servers = findOrStartServices, shownBy }: BenchOptions = {},
): Promise<void> => {
  const to = process.env[REPORT_TO];
  if (to !== undefined) {
    writeFileSync(to, JSON.stringify([await measure()].flat()));
    return;
  }
  const quiet = await howQuiet();
  const { about, stop } = await servers();
  try {
    const run = `${machine()} · ${about}; ${quiet}.`;
    console.log(`${run}\n`);
    const reports = [await measure()].flat();
    console.log(tablesOf(reports));
    if (shownBy !== undefined) showInDocs(shownBy, `${run}\n\n${tablesOf(reports)}`);
    if (reports.flatMap(({ findings }) => findings).some(isBroken)) process.exitCode = 1;
  } finally {
    await stop();
  }
};

/** For what needs none. */
export const withoutServers = (): Promise<Services> => noneOf('no servers needed');

/** For what stops and starts its PostgreSQL. */
export const withItsOwn = (): Promise<Services> => noneOf('a PostgreSQL of its own');

const noneOf = (about: string): Promise<Services> => Promise.resolve({ about, stop: () => Promise.resolve() });

/** Things in a second, by the clock on the wall. */
export const perSecond = async (work: () => Promise<number>): Promise<number> => {
  const started = performance.now();
  const count = await work();
  return (count / (performance.now() - started)) * 1_000;
};
