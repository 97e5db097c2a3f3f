/** What every benchmark does around its measuring: servers, a report, an exit code. */
import { writeFileSync } from 'node:fs';
import { isBroken, type Report, tablesOf } from './finding.ts';
import { findOrStartServices, type Services } from './services.ts';

/** Where `run.ts`, which has the servers already, wants the report. */
export const REPORT_TO = 'BENCH_REPORT_TO';

export const bench = async (
  measure: () => Promise<Report>,
  servers: () => Promise<Services> = findOrStartServices,
): Promise<void> => {
  const to = process.env[REPORT_TO];
  if (to !== undefined) {
    writeFileSync(to, JSON.stringify(await measure()));
    return;
  }
  const { about, stop } = await servers();
  try {
    console.log(about);
    const report = await measure();
    console.log(tablesOf([report]));
    if (report.findings.some(isBroken)) process.exitCode = 1;
  } finally {
    await stop();
  }
};

/** For what brings its own servers, or needs none. */
export const withoutServers = (): Promise<Services> =>
  Promise.resolve({ about: 'no servers needed', stop: () => Promise.resolve() });

/** Things in a second, by the clock on the wall. */
export const perSecond = async (work: () => Promise<number>): Promise<number> => {
  const started = performance.now();
  const count = await work();
  return (count / (performance.now() - started)) * 1_000;
};
