import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import { Money } from '../../../../shared/money.ts';
import type { MoneyFact } from '../books/booking.ts';

export type RemittanceId = Id<'rmt'>;

/**
 *   asked ──approve──▶ approved ──take_back──▶ taken_back
 *     └────refuse────▶ refused
 *
 * One person asks, another decides. Nothing is booked before. One that the bank never made is taken back.
 */
export const remittanceLifecycle = {
  asked: { approve: 'approved', refuse: 'refused' },
  approved: { take_back: 'taken_back' },
  refused: {},
  taken_back: {},
} as const satisfies Lifecycle;

export type RemittanceState = keyof typeof remittanceLifecycle;
/** What people decide; what the bank never made is taken back by a fix. */
export type RemittanceAction = Exclude<ActionOf<typeof remittanceLifecycle>, 'take_back'>;

/** What was withheld, on its way to its tax office. */
export interface Remittance {
  readonly id: RemittanceId;
  readonly programId: Id<'prg'>;
  readonly jurisdiction: string;
  readonly amount: Money;
  /** The office's own word for the payment. */
  readonly reference: string;
  readonly state: RemittanceState;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: Instant | undefined;
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

/** Whoever asked may take it back, and nothing else. Throws `settlement.illegal_move`, `settlement.four_eyes`. */
export const decidedRemittance = (
  remittance: Remittance,
  action: RemittanceAction,
  by: string,
  at: Instant,
): Remittance => {
  const state = moved('settlement', remittanceLifecycle, remittance.state, action);
  if (action === 'approve' && by === remittance.askedBy) {
    throw new AppError('forbidden', 'settlement.four_eyes', 'you have asked for it; somebody else has to agree');
  }
  return { ...remittance, state, decidedBy: by, decidedAt: at };
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
