import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import { Money } from '../../../../shared/money.ts';
import type { MoneyFact } from '../books/booking.ts';
import { type Proposal, proposalLifecycle } from '../proposals/proposal.ts';

export type RemittanceId = Id<'rmt'>;

/**
 *   asked ──approve──▶ approved ──take_back──▶ taken_back
 *     └────refuse────▶ refused
 *
 * Nothing is booked before somebody else agrees. One that the bank never made is taken back, by a fix.
 */
export const remittanceLifecycle = {
  ...proposalLifecycle,
  approved: { take_back: 'taken_back' },
  taken_back: {},
} as const satisfies Lifecycle;

export type RemittanceState = keyof typeof remittanceLifecycle;

/** What was withheld, on its way to its tax office. */
export interface Remittance extends Proposal<RemittanceState> {
  readonly id: RemittanceId;
  readonly programId: Id<'prg'>;
  readonly jurisdiction: string;
  readonly amount: Money;
  /** The office's own word for the payment. */
  readonly reference: string;
}

/** Of one tax office, by all that is booked, in minor units of the books' currency. */
export interface WithheldTotal {
  readonly jurisdiction: string;
  /** Less what was given back with payouts that came back. */
  readonly withheld: bigint;
  readonly remitted: bigint;
}

/** No more than is withheld and not paid yet. Throws `settlement.nothing_to_remit`. */
export const mustBeWithheld = ({ amount, jurisdiction }: Remittance, total: WithheldTotal | undefined): void => {
  const left = total === undefined ? 0n : total.withheld - total.remitted;
  if (amount.minor > 0n && amount.minor <= left) return;
  throw new AppError(
    'refused',
    'settlement.nothing_to_remit',
    `${Money.of(left, amount.currency).toString()} are withheld for ${jurisdiction} and not paid yet; remit more than nothing and no more than that`,
  );
};

/** Throws `settlement.illegal_move`. */
export const takenBackRemittance = (remittance: Remittance): Remittance => ({
  ...remittance,
  state: moved('settlement', remittanceLifecycle, remittance.state, 'take_back'),
});

export const remittanceFact = (
  { id, programId, jurisdiction, amount }: Remittance,
  occurredAt: Instant,
): MoneyFact => ({ programId, purpose: 'remit_tax', amount, occurredAt, subject: id, pots: { tax: jurisdiction } });
