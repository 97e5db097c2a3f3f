import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Claim, ClaimId, ClaimState } from '../domain/deciding/claim.ts';
import type { ConversionId } from '../index.ts';

export interface ClaimFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly partnerId?: Id<'par'> | undefined;
  readonly state?: ClaimState | undefined;
}

/** Looks at claims, and at what they are to, outside any transaction. */
export abstract class ClaimReader {
  /** The conversion of the order of that name. */
  abstract conversionOf(programId: Id<'prg'>, orderRef: string): Promise<ConversionId | undefined>;
  abstract claim(claimId: ClaimId): Promise<Claim | undefined>;
  /** Oldest first. */
  abstract claims(request: PageRequest, filter: ClaimFilter): Promise<Page<Claim>>;
}
