import { AppError } from '../../shared/errors.ts';

/** Stops once at the first signal, and at once at the second; a terminal that is closed says SIGHUP. */
export const endWell = (stop: () => Promise<void>): void => {
  let stopping = false;
  const end = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        sayWhy(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
};

/** One line for what a person can mend, a stack for what only we can; and a failing exit code. */
export const sayWhy = (error: unknown): void => {
  const text =
    error instanceof AppError
      ? `${error.message} (${error.code})`
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`tributary: ${text ?? 'unknown error'}\n`);
  process.exitCode = 1;
};
