import type { PayoutMethod } from '../../../partners/index.ts';

/** What carries money to partners; named by the method they chose. */
export type RailName = PayoutMethod;

export const RAILS = ['bank', 'ach', 'wallet'] as const satisfies readonly RailName[];

/** By which rail a partner is paid, and in which currency. */
export interface Way {
  readonly rail: RailName;
  readonly currency: string;
}
