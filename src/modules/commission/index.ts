import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { MoneyJson } from '../../shared/money.ts';

export type CommissionId = Id<'com'>;
export type TermsId = Id<'trm'>;
export type TermsDraftId = Id<'tdr'>;

/** What locked before a moment, per program: settlement compares it with what it has booked before it closes. */
export interface LockedTotal {
  readonly count: number;
  readonly amount: MoneyJson;
  /** Commissions that could lock before the moment, and have not been looked at yet. */
  readonly waiting: number;
}

/** What other modules may ask of commission. */
export abstract class CommissionPort {
  /** Of commissions with `lockedAt < before`. */
  abstract lockedBefore(programId: Id<'prg'>, before: Instant): Promise<LockedTotal>;
}

/** Why things are as they are, in words of `en` or `zh`. Undefined: there is no such thing. */
export abstract class WhyPort {
  abstract commission(commissionId: CommissionId, language: 'en' | 'zh'): Promise<string | undefined>;
  /** All that staff may know. */
  abstract order(orderId: Id<'ord'>, language: 'en' | 'zh'): Promise<string | undefined>;
}
