import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';

/**
 * The `Idempotency-Key` of the request in progress. The first transaction of the route's own module that commits while
 * it is held writes the response beside its own effect, so that there is no moment in which one exists without the
 * other. Transactions of modules that are asked on the way are none of its business.
 */
export interface Claim {
  /** Writes the answer that follows from the transaction's value, as part of the transaction. */
  writeWithin(trx: Knex, value: unknown): Promise<void>;
  /** The transaction is on disk, and the answer with it. */
  committed(): void;
}

const current = new AsyncLocalStorage<{ readonly module: string; readonly claim: Claim } | undefined>();

/** For a transaction of that module. */
export const claimInProgress = (module: string): Claim | undefined => {
  const held = current.getStore();
  return held?.module === module ? held.claim : undefined;
};

export const withClaim = <Result>(module: string, claim: Claim, work: () => Promise<Result>): Promise<Result> =>
  current.run({ module, claim }, work);

/**
 * For work that may take several transactions, none of which is the answer: the key is finished after the last of them.
 * What dies in between is done again under the same key, so the work must know by itself what it has done.
 */
export const withoutClaim = <Result>(work: () => Promise<Result>): Promise<Result> => current.run(undefined, work);
