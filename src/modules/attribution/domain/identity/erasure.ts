/**
 * Forgetting a visitor without forgetting the touch. Money depends on which touches belong to which order, so a visitor's
 * id is replaced by a pseudonym, the same one everywhere, which leads nowhere: it is made of the erasure's own id. What is
 * told of the visitor later, but happened before, gets the same pseudonym (`application/veil.ts`).
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';

export type ErasureId = Id<'era'>;

/** Who wants to be forgotten. */
export type Subject =
  | { readonly kind: 'visitor'; readonly visitorId: string }
  | { readonly kind: 'customer'; readonly programId: Id<'prg'>; readonly customerRef: string };

/** What was done; of the subject no more than a keyed hash. */
export interface Erasure {
  readonly erasureId: ErasureId;
  readonly kind: Subject['kind'];
  readonly fingerprint: string;
  readonly touchpoints: number;
  readonly conversions: number;
  readonly requestedBy: string;
  readonly erasedAt: Instant;
}

/** What stands in the place of a visitor's id, for what happened up to then. */
export interface ErasedVisitor {
  readonly fingerprint: string;
  readonly erasedAt: Instant;
  readonly pseudonym: string;
}

export const FINGERPRINT = 'attribution subject';

/** What the fingerprint is made of: another kind of subject, or another program's customer, never has the same. */
export const nameOf = (subject: Subject): string =>
  subject.kind === 'visitor' ? visitorName(subject.visitorId) : `customer/${subject.programId}/${subject.customerRef}`;

export const visitorName = (visitorId: string): string => `visitor/${visitorId}`;

const PSEUDONYM = 'erased:';

/** In the place of a visitor's number: the customer. */
export const CUSTOMER = 'customer';

/** A customer may have been several visitors. */
export const pseudonymOf = (erasureId: ErasureId, number: number | typeof CUSTOMER): string =>
  `${PSEUDONYM}${erasureId}:${number}`;

export const isPseudonym = (visitorId: string): boolean => visitorId.startsWith(PSEUDONYM);
