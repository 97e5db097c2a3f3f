/**
 * How credit is decided, as data. A version never changes: what was decided by it can be decided again. Version 1 is
 * what every program starts with.
 */
export interface Policy {
  readonly version: number;
  readonly model: 'last_touch';
  /** Half-open: a touch exactly so many days before the order is outside. */
  readonly windowDays: number;
}

export const DEFAULT_POLICY: Policy = { version: 1, model: 'last_touch', windowDays: 30 };
