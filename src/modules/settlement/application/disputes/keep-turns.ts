import { type Announcement, published } from '../../../../shared/outbox.ts';
import type { Dispute, DisputeNews, Resolution, Turn } from '../../domain/disputes/dispute.ts';
import { DisputeAppealedV1, DisputeEvidenceRequestedV1, DisputeOpenedV1, DisputeResolvedV1 } from '../../events.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';

/** Keeps what came of actions, books what it moves and tells it. The books of their programs are open. */
export const keepTurns = async (stores: SettlementStores, turns: readonly Turn[]): Promise<void> => {
  if (turns.length === 0) return;
  const { disputes, outbox } = stores;
  await disputes.save([...new Map(turns.map(({ dispute }) => [dispute.id, dispute])).values()]);
  await disputes.record(turns.map(({ entry }) => entry));
  await disputes.resolve(turns.flatMap(({ resolution }) => resolution ?? []));
  const facts = turns.flatMap((each) => each.facts);
  if (facts.length > 0) await book(stores, facts);
  outbox.publish(...turns.flatMap((each) => (each.news === undefined ? [] : [told(each, each.news)])));
};

const aboutOf = ({ id, programId, partnerId, kind, about }: Dispute) => ({
  disputeId: id,
  programId,
  partnerId,
  kind,
  ...about,
});

const told = ({ dispute, resolution, entry: { at } }: Turn, news: DisputeNews): Announcement => {
  const when = { aggregate: dispute.id, occurredAt: at };
  const about = aboutOf(dispute);
  const dueAt = dispute.dueAt ?? at;
  switch (news) {
    case 'opened':
      return published(DisputeOpenedV1, when, { ...about, claimed: dispute.claimed.toJSON(), dueAt, openedAt: at });
    case 'evidence_requested':
      return published(DisputeEvidenceRequestedV1, when, { ...about, dueAt, requestedAt: at });
    case 'resolved':
      return published(DisputeResolvedV1, when, { ...about, ...cameOut(dispute, resolution), resolvedAt: at });
    case 'appealed':
      return published(DisputeAppealedV1, when, {
        ...about,
        claimed: dispute.reserved.toJSON(),
        dueAt,
        appealedAt: at,
      });
  }
};

const cameOut = ({ claimed, appealUntil }: Dispute, resolution: Resolution | undefined) => {
  if (resolution === undefined)
    return { outcome: 'withdrawn', reason: 'withdrawn', granted: { minor: '0', currency: claimed.currency } };
  const { outcome, reason, granted, rule, adjustmentId } = resolution;
  return { outcome, reason, granted: granted.toJSON(), rule, adjustmentId, appealUntil };
};
