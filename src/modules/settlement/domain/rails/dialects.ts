/**
 * The words in which providers of wallets say how far a payment is, and what each means to us. A word that is not here
 * still says that the provider has the payment, and no more.
 */
import type { Progress } from './progress.ts';

export interface Dialect {
  /** Whether the same key brings the same payment, however often it is sent: only then is a refusal to talk tried again. */
  readonly isIdempotent: boolean;
  readonly words: Readonly<Record<string, Progress>>;
}

export const DIALECTS = {
  /** Items, not batches: a batch that succeeded says nothing of its items. What nobody claims returns after thirty days. */
  paypal: {
    isIdempotent: true,
    words: {
      PENDING: 'accepted',
      ONHOLD: 'accepted',
      BLOCKED: 'accepted',
      UNCLAIMED: 'unclaimed',
      SUCCESS: 'settled',
      FAILED: 'rejected',
      DENIED: 'rejected',
      CANCELED: 'cancelled',
      RETURNED: 'returned',
      REFUNDED: 'returned',
      REVERSED: 'returned',
    },
  },
  /** Goes back: what was sent out may bounce, be worked on again, and arrive after all or be refunded weeks later. */
  wise: {
    isIdempotent: true,
    words: {
      incoming_payment_waiting: 'accepted',
      processing: 'bounced',
      funds_converted: 'bounced',
      bounced_back: 'bounced',
      // The money is not back before it is refunded.
      cancelled: 'bounced',
      outgoing_payment_sent: 'settled',
      funds_refunded: 'returned',
      charged_back: 'returned',
    },
  },
} as const satisfies Readonly<Record<string, Dialect>>;

export type DialectName = keyof typeof DIALECTS;

export const progressOf = (dialect: DialectName, word: string): Progress => {
  const words: Readonly<Record<string, Progress>> = DIALECTS[dialect].words;
  return (Object.hasOwn(words, word) ? words[word] : undefined) ?? 'accepted';
};
