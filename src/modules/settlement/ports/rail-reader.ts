import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { PayoutState } from '../domain/payouts/payout-life-cycle.ts';
import type { AchNotice } from '../domain/rails/ach.ts';
import type { ProposalState } from '../domain/proposals/proposal.ts';
import type { Ruling } from '../domain/rails/ruling.ts';
import type { PayoutId } from '../index.ts';
import type { KeptNotice, RailPayment } from './rail-payments.ts';

/** A payment on a rail that is called, with where its payout stands. */
export type ListedRailPayment = Omit<RailPayment, 'sealed'> & { readonly payoutState: PayoutState };

/** A correction may be an account number, so only whether there is one is told. */
export type ListedNotice = Omit<KeptNotice, 'corrected'> & {
  readonly hasCorrection: boolean;
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
};

export interface NoticeFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly payoutId?: PayoutId | undefined;
  readonly kind?: AchNotice['kind'] | undefined;
}

/** Looks at payments on rails outside any transaction. */
export abstract class RailReader {
  /** Whether something is to be sent or asked about by then. */
  abstract hasDue(by: Instant): Promise<boolean>;
  /** By the payout's id. */
  abstract payments(request: PageRequest, payoutState?: PayoutState): Promise<Page<ListedRailPayment>>;
  /** By the time they were imported. */
  abstract notices(request: PageRequest, filter: NoticeFilter): Promise<Page<ListedNotice>>;
  /** By the time they were asked for. */
  abstract rulings(request: PageRequest, state?: ProposalState): Promise<Page<Ruling>>;
}
