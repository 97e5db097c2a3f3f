import { type Announcement, published } from '../../../../shared/outbox.ts';
import { IdentitiesMergedV1, IdentitiesSplitV1 } from '../../events.ts';
import { KEY_KINDS, type Merge, type Undoing } from './identity.ts';

export const mergedAnnouncement = (merge: Merge, customers: number): Announcement => {
  const { mergeId, programId, cause, orderId, keys, reason, mergedAt } = merge;
  const kinds = KEY_KINDS.filter((kind) => keys.some((key) => key.startsWith(`${kind}:`)));
  return published(
    IdentitiesMergedV1,
    { aggregate: mergeId, occurredAt: mergedAt },
    { mergeId, programId, cause, orderId, kinds, customers: Math.max(customers, 1), reason, mergedAt },
  );
};

export const splitAnnouncement = ({ mergeId, programId }: Merge, undoing: Undoing, customers: number): Announcement => {
  const { cause, reason, undoneAt } = undoing;
  return published(
    IdentitiesSplitV1,
    { aggregate: mergeId, occurredAt: undoneAt },
    { mergeId, programId, cause, customers, reason, splitAt: undoneAt },
  );
};
