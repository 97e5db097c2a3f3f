/** What work takes: time by the clock, and processor time of this process and of the PostgreSQL that it asks. */
import { existsSync } from 'node:fs';
import { ask } from './database.ts';
import { familyCpuUsOf } from './usage.ts';

export interface Spent {
  readonly seconds: number;
  readonly programSeconds: number;
  /** Nothing, where the server is on another machine. */
  readonly serverSeconds: number;
}

export const NOTHING_SPENT: Spent = { seconds: 0, programSeconds: 0, serverSeconds: 0 };

export const together = (all: readonly Spent[]): Spent =>
  all.reduce(
    (sum, each) => ({
      seconds: sum.seconds + each.seconds,
      programSeconds: sum.programSeconds + each.programSeconds,
      serverSeconds: sum.serverSeconds + each.serverSeconds,
    }),
    NOTHING_SPENT,
  );

/** `processors: program 1.2 s, PostgreSQL 3.4 s` */
export const processorsOf = ({ programSeconds, serverSeconds }: Spent): string =>
  `processors: program ${programSeconds.toFixed(1)} s, PostgreSQL ${serverSeconds.toFixed(1)} s`;

export type Meter = (work: () => Promise<unknown>) => Promise<Spent>;

export const meterOf = async (url: string): Promise<Meter> => {
  const server = await serverOf(url);
  const serverUs = (): number => (server === undefined ? 0 : familyCpuUsOf(server));
  return async (work) => {
    const [started, before, program] = [performance.now(), serverUs(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(program);
    return {
      seconds: (performance.now() - started) / 1_000,
      programSeconds: (user + system) / 1_000_000,
      serverSeconds: (serverUs() - before) / 1_000_000,
    };
  };
};

/** The process whose child answers there. */
const serverOf = async (url: string): Promise<number | undefined> => {
  const [local, pid] = [['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname), await pidAt(url)];
  return local && existsSync(`/proc/${pid}`) ? pid : undefined;
};

/** Of the server's first process: a file beside its data says so for as long as it runs. */
const pidAt = async (url: string): Promise<number> =>
  Number(await ask(url, `select split_part(pg_read_file('postmaster.pid'), chr(10), 1)`));
