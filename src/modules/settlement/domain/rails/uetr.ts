import { digest } from '../../../../shared/digest.ts';
import type { PayoutId } from '../../index.ts';

/**
 * The unique end-to-end transaction reference: a UUID that must look like version 4. Made from the payout's id, so
 * that a file written twice names the same payments.
 */
export const uetrOf = (payoutId: PayoutId): string => {
  const hex = digest(['uetr', payoutId]);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
