import { digest } from '../../../../shared/digest.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Dispute, Snapshot } from '../../domain/disputes/dispute.ts';
import type { KeptSnapshot } from '../../ports/disputes.ts';

/** What was known then, with a digest of it. */
export const snapshotOf = (
  { id, round }: Dispute,
  { everything, shown }: Snapshot,
  takenAt: Instant,
): KeptSnapshot => ({
  disputeId: id,
  round,
  takenAt,
  everything,
  shown,
  digest: digest({ everything, shown }),
});
