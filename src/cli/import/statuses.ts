/**
 * What other platforms call the state of a commission, and what that means here. "Approved" and "paid" are separate
 * facts; several platforms bolt the second on as a flag of its own, which an export shows as another status.
 */

/** `open` is owed or will be, `paid` has left, `held` waits for somebody, `void` is nothing. */
export type Standing = 'open' | 'paid' | 'held' | 'void';

type Vocabulary = Readonly<Record<string, Standing>>;

/** In lower case. */
export const STATUSES = {
  dub: {
    pending: 'open',
    processed: 'open',
    paid: 'paid',
    hold: 'held',
    refunded: 'void',
    duplicate: 'void',
    fraud: 'void',
    canceled: 'void',
  },
  impact: { pending: 'open', approved: 'open', paid: 'paid', overdue: 'open', reversed: 'void' },
  everflow: { pending: 'open', approved: 'open', 'on hold': 'held', rejected: 'void', invalid: 'void' },
  tune: { pending: 'open', approved: 'open', rejected: 'void' },
  partnerstack: {
    pending: 'open',
    approved: 'open',
    actioned: 'open',
    paid: 'paid',
    declined: 'void',
    voided: 'void',
    refunded: 'void',
  },
  cj: {
    new: 'open',
    accepted: 'open',
    extended: 'open',
    locked: 'open',
    closed: 'paid',
    corrected: 'open',
  },
  awin: { pending: 'open', approved: 'open', paid: 'paid', declined: 'void' },
  rakuten: { pending: 'open', locked: 'open', paid: 'paid', reversed: 'void' },
  partnerize: { pending: 'open', approved: 'open', rejected: 'void' },
  refersion: { pending: 'open', approved: 'open', paid: 'paid', unqualified: 'void', denied: 'void' },
  rewardful: { pending: 'open', due: 'open', paid: 'paid', voided: 'void' },
  firstpromoter: { pending: 'open', approved: 'open', paid: 'paid', denied: 'void' },
  tolt: { pending: 'open', approved: 'open', paid: 'paid', rejected: 'void', refunded: 'void' },
  tradedoubler: { p: 'open', a: 'open', d: 'void' },
} as const satisfies Readonly<Record<string, Vocabulary>>;

export type Platform = keyof typeof STATUSES;

export const PLATFORMS = Object.keys(STATUSES) as readonly Platform[];

/** Undefined for a word the platform is not known to use. */
export const standingOf = (platform: Platform, status: string): Standing | undefined => {
  const words: Vocabulary = STATUSES[platform];
  const word = status.trim().toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
};
