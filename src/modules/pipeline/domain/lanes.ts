/** How urgent an event is, the most urgent first: a flood in one lane must not move the lanes before it. */
export const LANES = ['money', 'conversions', 'clicks', 'logs'] as const;
export type Lane = (typeof LANES)[number];

/** Whom nobody holds up. */
export const FIRST: Lane = 'money';
/** The only one that is ever shed. */
export const LOWEST: Lane = 'logs';

export interface Size {
  readonly events: number;
  readonly bytes: number;
}

/** What may wait in each lane. Together less than a process can hold; what is beyond is turned away. */
export const BOUNDS: Readonly<Record<Lane, Size>> = {
  money: { events: 20_000, bytes: 40_000_000 },
  conversions: { events: 20_000, bytes: 40_000_000 },
  clicks: { events: 20_000, bytes: 40_000_000 },
  logs: { events: 10_000, bytes: 20_000_000 },
};

/** Events a turn: how long a writer is gone at most before the next look at who is most urgent. */
export const CHUNK: Readonly<Record<Lane, number>> = { money: 500, conversions: 500, clicks: 500, logs: 100 };
