import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Commission } from '../domain/life-cycle/commission.ts';
import type { Credit } from '../domain/life-cycle/credit.ts';
import type { Calculated } from '../domain/explaining/explained.ts';
import type { PastStep } from '../domain/life-cycle/history.ts';
import type { TermsVersion } from '../domain/terms/terms.ts';
import type { CommissionId } from '../index.ts';
import type { Adjustments } from './adjustments.ts';
import type { ExchangeRates } from './exchange-rates.ts';
import type { OrderQueue, Periods } from './periods.ts';
import type { TermsDrafts } from './terms-drafts.ts';

/** A partner has accepted a version of a program's terms. */
export type Accepted = Pick<Commission, 'programId' | 'partnerId' | 'termsId'>;

/** Reads in a transaction keep what they read until it ends. */
export abstract class Commissions {
  abstract ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Commission[]>;
  abstract ofIds(commissionIds: readonly CommissionId[]): Promise<readonly Commission[]>;
  /**
   * Vested, allowed, past their window, and waiting for nobody to accept the terms; the longest due first. Those somebody
   * else is locking are left out.
   */
  abstract dueToLock(now: Instant, limit: number): Promise<readonly Commission[]>;
  /** What some of them follow. Nobody changes it without them, so they alone are kept. */
  abstract parentsOf(commissions: readonly Commission[]): Promise<readonly Commission[]>;
  /** What waits for this acceptance, and what follows it, waits no longer. */
  abstract awaitNoLonger(accepted: Accepted): Promise<void>;
  /** Not vested by the day somebody has to look; the longest due first. Those somebody else has are left out. */
  abstract dueForReview(now: Instant, limit: number): Promise<readonly Commission[]>;
  abstract save(commissions: readonly Commission[]): Promise<void>;
  /** Nothing else of them changes. */
  abstract allow(commissionIds: readonly CommissionId[]): Promise<void>;
  /** Append-only, in the order given. */
  abstract record(steps: readonly PastStep[], at: Instant): Promise<void>;
  /** Append-only: what was explained once stays. */
  abstract explain(calculated: readonly Calculated[], at: Instant): Promise<void>;
}

export abstract class Credits {
  abstract ofOrders(orderIds: readonly Id<'ord'>[]): Promise<readonly Credit[]>;
  abstract save(credits: readonly Credit[]): Promise<void>;
}

export abstract class TermsVersions {
  abstract ofPrograms(programIds: readonly Id<'prg'>[]): Promise<readonly TermsVersion[]>;
  /** Throws `commission.terms_version_taken`. */
  abstract add(version: TermsVersion): Promise<void>;
}

export interface CommissionStores {
  readonly commissions: Commissions;
  readonly credits: Credits;
  readonly adjustments: Adjustments;
  readonly terms: TermsVersions;
  readonly drafts: TermsDrafts;
  readonly periods: Periods;
  readonly queue: OrderQueue;
  readonly rates: ExchangeRates;
  readonly outbox: Outbox;
}

export abstract class CommissionTransaction extends Transaction<CommissionStores> {}
