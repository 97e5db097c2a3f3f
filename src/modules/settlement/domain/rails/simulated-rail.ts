/**
 * A provider of wallets for sandboxes and tests. What becomes of a payment is a script: words and when they are said,
 * counted from when it was taken. So how far it is follows from the clock alone, and months pass as fast as the clock is
 * moved. A script is named, or drawn by a seed.
 */
import { digest } from '../../../../shared/digest.ts';
import { epochMs, type Instant, plusMs } from '../../../../shared/instant.ts';
import { type DialectName } from './dialects.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How the call itself goes. `lost_after`: taken, and the answer is lost; `lost_before`: not even taken. */
export const CALLS = ['answered', 'refused', 'busy_once', 'lost_after', 'lost_before'] as const;
export type Call = (typeof CALLS)[number];

interface Beat {
  readonly afterMs: number;
  readonly word: string;
  readonly reason?: string;
}

const at = (afterMs: number, word: string, reason?: string): Beat => ({
  afterMs,
  word,
  ...(reason !== undefined && { reason }),
});

const WISE_SENT = [
  at(0, 'incoming_payment_waiting'),
  at(HOUR, 'processing'),
  at(2 * HOUR, 'funds_converted'),
  at(DAY, 'outgoing_payment_sent'),
];

/** What may become of a payment, by the provider that is played. */
export const FATES = {
  paypal: {
    paid: [at(0, 'PENDING'), at(HOUR, 'SUCCESS')],
    held: [at(0, 'ONHOLD'), at(3 * DAY, 'SUCCESS')],
    claimed_late: [at(0, 'PENDING'), at(HOUR, 'UNCLAIMED'), at(12 * DAY, 'SUCCESS')],
    never_claimed: [at(0, 'PENDING'), at(HOUR, 'UNCLAIMED'), at(30 * DAY, 'RETURNED', 'RECEIVER_UNREGISTERED')],
    claim_cancelled: [at(0, 'PENDING'), at(HOUR, 'UNCLAIMED'), at(2 * DAY, 'CANCELED', 'CANCELED_BY_SENDER')],
    failed: [at(0, 'PENDING'), at(HOUR, 'FAILED', 'RECEIVER_UNCONFIRMED')],
    reversed: [at(0, 'PENDING'), at(HOUR, 'SUCCESS'), at(24 * DAY, 'REVERSED', 'COMPLIANCE')],
    stuck: [at(0, 'PENDING')],
  },
  wise: {
    paid: WISE_SENT,
    bounced: [
      ...WISE_SENT,
      at(3 * DAY, 'bounced_back'),
      at(4 * DAY, 'processing'),
      at(5 * DAY, 'outgoing_payment_sent'),
    ],
    bounced_twice: [
      ...WISE_SENT,
      at(3 * DAY, 'bounced_back'),
      at(5 * DAY, 'outgoing_payment_sent'),
      at(7 * DAY, 'processing'),
      at(9 * DAY, 'outgoing_payment_sent'),
    ],
    refunded: [
      ...WISE_SENT,
      at(3 * DAY, 'bounced_back'),
      at(4 * DAY, 'cancelled'),
      at(18 * DAY, 'funds_refunded', 'account closed'),
    ],
    cancelled: [
      at(0, 'incoming_payment_waiting'),
      at(HOUR, 'processing'),
      at(DAY, 'cancelled'),
      at(6 * DAY, 'funds_refunded', 'cancelled'),
    ],
    stuck: [at(0, 'incoming_payment_waiting'), at(HOUR, 'processing')],
  },
} as const satisfies Readonly<Record<DialectName, Readonly<Record<string, readonly Beat[]>>>>;

export const FATE_NAMES = [...new Set(Object.values(FATES).flatMap((fates) => Object.keys(fates)))];

/** A payment as the provider has it; or, before it came, what is to become of it. */
export interface SimulatedItem {
  readonly reference: string;
  readonly call: Call;
  readonly fate: string;
  /** How often it was sent; however often that is, it is taken once. */
  readonly requests: number;
  readonly takenAt?: Instant | undefined;
}

export interface SimulatedProvider {
  readonly dialect: DialectName;
  readonly seed: string;
  /** How far its clock is ahead of ours. */
  readonly skewMs: number;
}

const fatesOf = (dialect: DialectName): Readonly<Record<string, readonly Beat[]>> => FATES[dialect];

/** The same seed draws the same for a payment, in whatever order payments come. Most go well. */
export const drawn = ({ dialect, seed }: SimulatedProvider, reference: string): SimulatedItem => {
  const hex = digest([seed, reference]);
  const [chance, which, call] = [0, 8, 16].map((start) => Number.parseInt(hex.slice(start, start + 8), 16));
  const names = Object.keys(fatesOf(dialect));
  const goesWell = (chance ?? 0) % 10 < 6;
  return {
    reference,
    fate: (goesWell ? names[0] : names[(which ?? 0) % names.length]) ?? 'paid',
    call: ((call ?? 0) % 10 < 7 ? 'answered' : CALLS[(call ?? 0) % CALLS.length]) ?? 'answered',
    requests: 0,
  };
};

/** What the provider does with a payment that is sent to it, and what it answers: `silence` is a time-out. */
export const received = (
  item: SimulatedItem,
  now: Instant,
): { readonly item: SimulatedItem; readonly answer: 'accepted' | 'refused' | 'busy' | 'silence' } => {
  const again: SimulatedItem = { ...item, requests: item.requests + 1 };
  const taken: SimulatedItem = { ...again, takenAt: item.takenAt ?? now };
  switch (item.call) {
    case 'refused':
      return { item: again, answer: 'refused' };
    case 'lost_before':
      return { item: again, answer: 'silence' };
    case 'lost_after':
      return { item: taken, answer: 'silence' };
    case 'busy_once':
      return item.requests === 0 ? { item: again, answer: 'busy' } : { item: taken, answer: 'accepted' };
    case 'answered':
      return { item: taken, answer: 'accepted' };
  }
};

export interface SimulatedWord {
  readonly word: string;
  readonly reason?: string;
  /** By the provider's clock. */
  readonly at: Instant;
}

/** How far a payment is; undefined when the provider has none of that reference. */
export const wordOf = (
  { dialect, skewMs }: SimulatedProvider,
  { fate, takenAt }: SimulatedItem,
  now: Instant,
): SimulatedWord | undefined => {
  if (takenAt === undefined) return undefined;
  const since = epochMs(now) - epochMs(takenAt);
  const beat = fatesOf(dialect)[fate]?.findLast(({ afterMs }) => afterMs <= since);
  if (beat === undefined) return undefined;
  const { word, reason, afterMs } = beat;
  return { word, ...(reason !== undefined && { reason }), at: plusMs(takenAt, afterMs + skewMs) };
};
