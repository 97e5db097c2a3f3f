import type { Instant } from '../../../../shared/instant.ts';
import { addedByTerms } from '../../domain/life-cycle/adjustment.ts';
import { announced } from '../../domain/life-cycle/announcements.ts';
import { pastStep } from '../../domain/life-cycle/history.ts';
import type { Reckoned } from '../../domain/life-cycle/reckon.ts';
import type { CommissionStores } from '../../ports/commissions.ts';

/** What commissions have become, what happened to them, the entries that follow from it, and the news of it: all or none. */
export const keep = async (
  { commissions, adjustments, outbox }: CommissionStores,
  { commissions: changed, steps }: Reckoned,
  now: Instant,
): Promise<void> => {
  await commissions.save(changed);
  await commissions.record(steps.map(pastStep), now);
  await adjustments.add(steps.flatMap((step) => (step.kind === 'topped_up' ? [addedByTerms(step)] : [])));
  outbox.publish(...steps.map(announced));
};
