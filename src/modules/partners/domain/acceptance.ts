import { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import { type Announcement, published } from '../../../shared/outbox.ts';
import { TermsAcceptedV1 } from '../events.ts';
import type { AcceptableTerms, TermsAcceptance } from '../index.ts';
import type { Enrolment } from './enrolment.ts';

/** A version of terms as it was told of: what a partner can accept. */
export interface PublishedTerms extends AcceptableTerms {
  readonly effectiveFrom: Instant;
  readonly publishedAt: Instant;
}

export interface Acceptance extends TermsAcceptance {
  /** Who held the partner's token. */
  readonly acceptedBy: string;
}

/** Throws `partners.other_words` where the hash is not that of the version: they have read something else. */
export const acceptance = (
  { termsId, programId, hash, version }: PublishedTerms,
  { partnerId, hash: read, by, at }: { partnerId: Acceptance['partnerId']; hash: string; by: string; at: Instant },
): Acceptance => {
  if (read !== hash)
    throw new AppError(
      'refused',
      'partners.other_words',
      `this is not the hash of version ${version}; read GET /v1/terms/${termsId}, then accept the hash it shows`,
      { faults: [{ pointer: '/hash', code: 'partners.other_words', detail: 'is the hash of other words' }] },
    );
  return { programId, partnerId, termsId, hash, acceptedAt: at, acceptedBy: by };
};

export const acceptanceTold = (
  { enrolmentId }: Enrolment,
  { version }: PublishedTerms,
  { programId, partnerId, termsId, hash, acceptedAt }: Acceptance,
): Announcement =>
  published(
    TermsAcceptedV1,
    { aggregate: enrolmentId, partitionKey: partnerId, occurredAt: acceptedAt },
    { enrolmentId, programId, partnerId, termsId, version, hash, acceptedAt },
  );
