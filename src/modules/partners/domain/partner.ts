import type { Instant } from '../../../shared/instant.ts';
import type { PartnerId } from '../index.ts';

export const PARTNER_KINDS = ['creator', 'dealer', 'agency', 'affiliate'] as const;
export type PartnerKind = (typeof PARTNER_KINDS)[number];

export interface PartnerDetails {
  readonly name: string;
  /** Personal data: kept sealed, shown to staff and to the partner itself, told to nobody else. */
  readonly email: string;
  readonly kind: PartnerKind;
}

/** Somebody who promotes. */
export interface Partner extends PartnerDetails {
  readonly partnerId: PartnerId;
  /** Equal for equal addresses, and readable by nobody. */
  readonly emailFingerprint: string;
  readonly createdAt: Instant;
}
