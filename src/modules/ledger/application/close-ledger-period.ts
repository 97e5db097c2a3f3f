import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Closing } from '../ports/ledger-reader.ts';
import type { LedgerTransaction } from '../ports/ledger-stores.ts';

const SCOPE = /^([!-~]{0,199}:|)$/;

/** Lets nothing be posted any more that counts before a moment, to any account or to those whose code begins so. */
export class CloseLedgerPeriod {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /** Again, or until an earlier moment, changes nothing. Throws `ledger.malformed_scope`. */
  run(scope: string, before: Instant, by: string): Promise<Closing> {
    if (!SCOPE.test(scope)) {
      const message = 'a scope is how codes begin, up to a colon, like payable:; or empty, for all accounts';
      throw new AppError('invalid', 'ledger.malformed_scope', message);
    }
    return this.transaction.run(({ closings }) => closings.close(scope, before, { by, at: this.clock.now() }));
  }
}
