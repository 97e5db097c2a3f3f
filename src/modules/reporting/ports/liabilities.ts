import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Money } from '../../../shared/money.ts';
import type { Journey } from '../domain/funnel.ts';
import type { CommissionId } from '../domain/news.ts';

/** A commission with the way it has come. */
export interface CommissionJourney extends Journey {
  readonly commissionId: CommissionId;
  readonly amount: Money;
  /** When the return window ends, once it has vested. */
  readonly locksAt?: Instant | undefined;
}

/** Looks at what may have to be paid, outside any transaction. */
export abstract class Liabilities {
  /** All that are open, and of those that are not the last that ended. */
  abstract journeys(programId: Id<'prg'>, mostEnded: number): Promise<readonly CommissionJourney[]>;
  /** Programs with commissions. */
  abstract programs(): Promise<readonly Id<'prg'>[]>;
  /** When budgets were last looked at, in the machine's time. */
  abstract lookedAt(): Promise<Instant | undefined>;
}
