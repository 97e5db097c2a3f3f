import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Payout } from '../payouts/payout.ts';
import type { Proposal } from '../proposals/proposal.ts';
import type { PayoutId } from '../../index.ts';
import type { Heard } from './progress.ts';

export type RulingId = Id<'rul'>;

/** That it is to be sent again is none of them: who is to be paid is, at the next close. */
export const VERDICTS = ['paid', 'not_paid'] as const;

/**
 * Of a payout that nobody knows the end of, one person says what its provider has confirmed in writing, and another who
 * has seen the letter agrees. Then it counts as if the rail had said so.
 */
export interface Ruling extends Proposal {
  readonly id: RulingId;
  readonly payoutId: PayoutId;
  readonly programId: Id<'prg'>;
  readonly verdict: (typeof VERDICTS)[number];
  /** Who has confirmed it, when, and where the letter is. */
  readonly note: string;
}

/** Throws `settlement.not_unknown`. */
export const mustBeUnknown = ({ id, state }: Pick<Payout, 'id' | 'state'>): void => {
  if (state === 'unknown') return;
  throw new AppError(
    'conflict',
    'settlement.not_unknown',
    `${id} is ${state}; people rule only on what nobody knows the end of, the rest is for its rail to say`,
  );
};

/** As if the rail had said it. */
export const heardBy = ({ verdict }: Pick<Ruling, 'verdict'>, at: Instant): Heard =>
  verdict === 'paid' ? { progress: 'settled', at } : { progress: 'rejected', reason: 'confirmed_not_paid', at };
