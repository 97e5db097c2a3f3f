import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Attestation } from '../domain/audit/attestation.ts';
import type { Watched } from '../domain/audit/watch.ts';

/** What the auditor has seen, outside any transaction: it must be able to write while business cannot. */
export abstract class AuditLog {
  abstract watched(): Promise<readonly Watched[]>;
  abstract save(watched: Watched): Promise<void>;
  /** Of the whole house. */
  abstract payoutsFrozen(): Promise<boolean>;
  abstract last(): Promise<Attestation | undefined>;
  /** False when somebody else has taken the number. */
  abstract add(attestation: Attestation): Promise<boolean>;
  abstract attestation(number: number): Promise<Attestation | undefined>;
  /** The newest first. */
  abstract attestations(request: PageRequest): Promise<Page<Attestation>>;
}

/** Stops money from leaving; never from being earned. */
export abstract class PayoutBrake {
  /** Said again while it is on, it changes nothing. */
  abstract pull(reason: string): Promise<void>;
}

/** Everything the house promises that holds at work too, each with a way to look. */
export abstract class Promises {
  abstract readonly all: readonly HousePromise[];
  /** Whether so much is going on that an audit would be in its way. */
  abstract isBusy(): Promise<boolean>;
}

export interface HousePromise {
  readonly promise: string;
  /** Whether payouts stop when it is broken: money would leave by books that are wrong. */
  readonly stopsPayouts: boolean;
  /** What contradicts it; empty when it holds. */
  run(): Promise<readonly string[]>;
}
