import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { PayoutState } from '../domain/payouts/payout-life-cycle.ts';
import type { RailPayment } from './rail-payments.ts';

/** A payment on a rail that is called, with where its payout stands. */
export type ListedRailPayment = Omit<RailPayment, 'sealed'> & { readonly payoutState: PayoutState };

/** Looks at payments on rails outside any transaction. */
export abstract class RailReader {
  /** Whether something is to be sent or asked about by then. */
  abstract hasDue(by: Instant): Promise<boolean>;
  /** By the payout's id. */
  abstract payments(request: PageRequest, payoutState?: PayoutState): Promise<Page<ListedRailPayment>>;
}
