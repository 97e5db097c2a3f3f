import type { Id } from '../../../shared/ids.ts';
import type { Acceptance, PublishedTerms } from '../domain/acceptance.ts';
import type { PartnerId } from '../index.ts';

/** Append-only: what was accepted stays accepted. */
export abstract class Acceptances {
  /** Those that are known already stay as they are. */
  abstract hear(terms: readonly PublishedTerms[]): Promise<void>;
  abstract terms(termsId: Id<'trm'>): Promise<PublishedTerms | undefined>;
  abstract of(termsId: Id<'trm'>, partnerIds: readonly PartnerId[]): Promise<readonly Acceptance[]>;
  abstract add(acceptance: Acceptance): Promise<void>;
}
