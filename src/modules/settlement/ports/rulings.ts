import type { Ruling, RulingId } from '../domain/rails/ruling.ts';
import type { PayoutId } from '../index.ts';

/** What people say of payouts that nobody knows the end of. */
export abstract class Rulings {
  /** The one that waits for somebody else. */
  abstract asked(payoutId: PayoutId): Promise<Ruling | undefined>;
  /** Nobody else's until the transaction ends. Throws `settlement.ruling_not_found`. */
  abstract ruling(id: RulingId): Promise<Ruling>;
  abstract save(ruling: Ruling): Promise<void>;
}
