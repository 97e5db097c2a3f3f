import { readFileSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';

/** Whoever starts us may pass on what a terminal has said to us already: signals so close together are one. */
const SAME_SIGNAL_MS = 100;

/** Stops once at the first signal, and at once at the second; a terminal that is closed says SIGHUP. */
export const endWell = (stop: () => Promise<void>): void => {
  let stoppingSince: number | undefined;
  const end = (): void => {
    const now = performance.now();
    if (stoppingSince !== undefined && now - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
    if (stoppingSince !== undefined) return;
    stoppingSince = now;
    stop().then(
      () => process.exit(),
      (error: unknown) => {
        sayWhy(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
};

/** One line for what a person can mend and one for each place, a stack for what only we can; and a failing exit code. */
export const sayWhy = (error: unknown): void => {
  const text = error instanceof AppError ? linesOf(error) : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`tributary: ${text ?? 'unknown error'}\n`);
  process.exitCode = 1;
};

const linesOf = ({ message, code, details: { faults = [] } }: AppError): string =>
  [`${message} (${code})`, ...faults.map((fault) => `  ${fault.pointer || '/'}: ${fault.detail} (${fault.code})`)].join(
    '\n',
  );

/** Whether a process with that number is there, whoever it is. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // the question was whether it lives
  }
};

/**
 * What tells a process from a later one with its number, as after a restart of the machine: the boot it belongs to, and
 * when in it that began. Undefined where it cannot be said.
 */
export const birthOf = (pid: number): string | undefined => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: the state, and eighteen fields on, when it began.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const began = fields[19];
    if (began === undefined) return undefined;
    return fields[0] === 'Z' ? 'over' : `${boot}_${Number(began).toString(36)}`;
  } catch {
    return undefined; // not Linux, or nothing of ours to see
  }
};
