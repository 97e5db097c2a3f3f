import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { Commission, EndReason } from './commission.ts';

/** Why a commission became larger or smaller: as an end does, or because the order, or its period, is another. */
export type ChangeReason = EndReason | 'order_revised' | 'period_changed';

/** One thing that happened to a commission, with the commission as it was afterwards. */
export type Step = { readonly commission: Commission; readonly at: Instant } & (
  | { readonly kind: 'accrued' | 'confirmed' | 'vested' | 'held' | 'released' | 'review_due' | 'locked' }
  | { readonly kind: 'raised' | 'reduced'; readonly by: Money; readonly reason: ChangeReason }
  | { readonly kind: 'reversed'; readonly reason: EndReason }
  | {
      readonly kind: 'clawed_back' | 'topped_up';
      readonly by: Money;
      readonly reason: ChangeReason;
      readonly adjustmentId: Id<'adj'>;
    }
);

/** A commission on its way, and what happened on the way. */
export interface Way {
  readonly commission: Commission;
  readonly steps: readonly Step[];
}

export const at = (commission: Commission): Way => ({ commission, steps: [] });

export const went = (way: Way, step: Step): Way => ({ commission: step.commission, steps: [...way.steps, step] });

/** What happened, when and why. */
export interface Cause<Reason extends string = ChangeReason> {
  readonly reason: Reason;
  readonly at: Instant;
}
