import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Ids } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { AdjustmentsPort } from '../../../commission/index.ts';
import { autoCheck } from '../../domain/disputes/auto-check.ts';
import { ruled, RULES } from '../../domain/disputes/decide.ts';
import type { Dispute, Hand, Turn } from '../../domain/disputes/dispute.ts';
import { type DisputeRequest, mustBeBounded, opened, withoutBlanks } from '../../domain/disputes/open-dispute.ts';
import type { DisputeId } from '../../index.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { DisputeContracts } from './dispute-contracts.ts';
import type { CaseFile, GatherFacts } from './gather-facts.ts';
import { keepTurns } from './keep-turns.ts';
import { snapshotOf } from './snapshot-of.ts';

/** Opens a dispute with what is known of its matter, reserves what is claimed, and decides at once what is plain. */
export class OpenDispute {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly gather: GatherFacts,
    private readonly contracts: DisputeContracts,
    private readonly adjustments: Pick<AdjustmentsPort, 'limit'>,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.dispute_not_enrolled`, `settlement.dispute_about`, `settlement.dispute_nothing_there`,
   * `settlement.dispute_late`, `settlement.dispute_claim`, `settlement.dispute_open_already`, `settlement.dispute_decided`.
   */
  async run(asked: DisputeRequest, { side, by }: Pick<Hand, 'side' | 'by'>): Promise<Dispute> {
    const request = withoutBlanks(asked);
    const { terms, books } = await this.contracts.between(request);
    const file = await this.gather.of(request);
    const limit = await this.adjustments.limit(request.programId);
    const now = this.clock.now();
    const opening = opened(this.ids.next('dsp'), request, file.disputed, { terms, hand: { side, by, at: now } });
    const turns = [opening, ...checked(opening, file, Money.fromJson(limit))];
    return this.transaction.run(async (stores) => {
      await stores.books.open([books], now);
      const { programId, partnerId } = opening.dispute;
      const claimed = await stores.disputes.claimedBy(programId, partnerId);
      await mustBeNew(stores, opening.dispute);
      mustBeBounded(opening.dispute, claimed, terms);
      await stores.disputes.attach(snapshotOf(opening.dispute, file.snapshot, now));
      await keepTurns(stores, turns);
      return turns.at(-1)?.dispute ?? opening.dispute;
    });
  }
}

const checked = ({ dispute }: Turn, { findings }: CaseFile, limit: Money): readonly Turn[] => {
  const ruling = autoCheck(dispute, findings);
  if (ruling === undefined) return [];
  return [ruled(dispute, ruling, limit, { side: 'system', by: RULES, at: dispute.openedAt })];
};

/** Throws `settlement.dispute_open_already`, `settlement.dispute_decided`, with the id of the other. */
const mustBeNew = async ({ disputes }: SettlementStores, dispute: Dispute): Promise<void> => {
  const decided = await disputes.decided(dispute);
  if (decided !== undefined) throw other('dispute_decided', decided, 'was decided; appeal against it instead');
  const open = await disputes.open(dispute);
  if (open !== undefined) throw other('dispute_open_already', open, 'is open about the same; add to it instead');
};

const CODES = {
  dispute_decided: 'settlement.dispute_decided',
  dispute_open_already: 'settlement.dispute_open_already',
} as const;

const other = (code: keyof typeof CODES, disputeId: DisputeId, detail: string): AppError =>
  new AppError('conflict', CODES[code], `${disputeId} ${detail}`, { ids: { disputeId } });
