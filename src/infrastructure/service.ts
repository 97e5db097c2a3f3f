import type { Role } from './config.ts';

/** What goes on for as long as the process lives, beside requests, consumers and jobs. */
export interface Service {
  readonly name: string;
  /** A process with any of them starts it. */
  readonly roles: readonly Role[];
  /** Resolves once it is at work; it ends with the signal. */
  start(stop: AbortSignal): Promise<void>;
  /** Waits until nothing is in hand any more, after the signal; at once when it never started. */
  close(): Promise<void>;
  /** Whether whoever asks is served for now though the database is away. */
  standsAlone?(): boolean;
}

/** Where whoever works in the background says what went wrong; it is logged. */
export abstract class Trouble {
  abstract report(where: string, error: unknown): void;
}
