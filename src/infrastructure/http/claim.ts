import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';

/**
 * The `Idempotency-Key` of the request in progress. The first transaction that commits while it is held writes the
 * response beside its own effect, so that there is no moment in which one exists without the other.
 */
export interface Claim {
  /** Writes the answer that follows from the transaction's value, as part of the transaction. */
  writeWithin(trx: Knex, value: unknown): Promise<void>;
  /** The transaction is on disk, and the answer with it. */
  committed(): void;
}

const current = new AsyncLocalStorage<Claim>();

export const claimInProgress = (): Claim | undefined => current.getStore();

export const withClaim = <Result>(claim: Claim, work: () => Promise<Result>): Promise<Result> =>
  current.run(claim, work);
