import type { Instant } from '../../../shared/instant.ts';
import type { MoneyJson } from '../../../shared/money.ts';
import type { Owner, PayoutId, PayoutNews, PayoutStep } from './news.ts';
import { later, type Rank } from './rank.ts';

export interface PayoutFact extends Rank {
  readonly at: Instant;
  readonly reason?: string | undefined;
}

/** What is known of a payout: of each step its telling. */
export interface PayoutFacts extends Owner {
  readonly payoutId: PayoutId;
  readonly amount: MoneyJson;
  readonly steps: Readonly<Partial<Record<PayoutStep, PayoutFact>>>;
}

export const unknownPayout = ({ payoutId, programId, partnerId, amount }: PayoutNews): PayoutFacts => ({
  payoutId,
  programId,
  partnerId,
  amount,
  steps: {},
});

export const withPayoutStep = (facts: PayoutFacts, news: PayoutNews): PayoutFacts => {
  const { step, version, eventId, at, reason } = news;
  return { ...facts, steps: { ...facts.steps, [step]: later(facts.steps[step], { version, eventId, at, reason }) } };
};

/** A payout can come back after it settled, and ends either way; nothing follows a failure. */
export const payoutState = ({ steps }: PayoutFacts): PayoutStep => {
  if (steps.returned !== undefined) return 'returned';
  if (steps.failed !== undefined) return 'failed';
  return steps.settled === undefined ? 'submitted' : 'settled';
};
