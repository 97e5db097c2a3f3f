import type { Id } from '../../shared/ids.ts';

/** Nobody asks settlement; it says. */
export type StatementId = Id<'stm'>;
export type PayoutId = Id<'pay'>;
export type BatchId = Id<'bat'>;
export type InvoiceId = Id<'inv'>;
export type DisputeId = Id<'dsp'>;
