import type { Instant } from '../../../../shared/instant.ts';
import { termsInForce, type TermsVersion } from './terms.ts';

export interface Moment {
  /** Valid time: of orders placed then. */
  readonly effectiveAt?: Instant | undefined;
  /** Recorded time: what had been published by then. */
  readonly knownAt?: Instant | undefined;
}

/** What was believed at one moment about another; without either, all there is. */
export const believed = (
  versions: readonly TermsVersion[],
  { effectiveAt, knownAt }: Moment,
): readonly TermsVersion[] => {
  const known = versions.filter(({ publishedAt }) => knownAt === undefined || publishedAt <= knownAt);
  if (effectiveAt === undefined) return known;
  const inForce = termsInForce(known, effectiveAt);
  return inForce === undefined ? [] : [inForce];
};
