/** What receivers can subscribe to, in the words we show them: our modules are nobody's business but ours. */
export const PUBLIC_EVENT_TYPES = [
  'conversion.attributed',
  'credit.lost',
  'claim.resolved',
  'commission.accrued',
  'commission.confirmed',
  'commission.vested',
  'commission.held',
  'commission.released',
  'commission.raised',
  'commission.reduced',
  'commission.reversed',
  'commission.locked',
  'commission.clawed_back',
  'commission.adjusted',
  'commission.review_due',
  'commission.paid',
  'statement.closed',
  'statement.answered',
  'invoice.issued',
  'payout.submitted',
  'payout.settled',
  'payout.failed',
  'payout.unconfirmed',
  'payout.returned',
  'payout_method.blocked',
  'dispute.opened',
  'dispute.evidence_requested',
  'dispute.resolved',
  'dispute.appealed',
  'partner.enrolled',
  'enrolment.suspended',
  'terms.accepted',
  'payout_profile.changed',
] as const;

export type PublicEventType = (typeof PUBLIC_EVENT_TYPES)[number];

/** Everything there is, and whatever will be. */
export const EVERY_TYPE = '*';

/** Sent when the owner asks for a test; subscribed to by nobody. */
export const PING = 'endpoint.ping';

const known = new Set<string>([EVERY_TYPE, ...PUBLIC_EVENT_TYPES]);

export const isSubscribable = (type: string): boolean => known.has(type);

/** What is sent, by the Standard Webhooks specification. Written once: every attempt sends the same bytes. */
export const bodyOf = (type: string, timestamp: string, data: object): string =>
  JSON.stringify({ type, timestamp, data });
