import type { Clock } from '../../../../shared/clock.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { decided } from '../../domain/life-cycle/adjustment.ts';
import {
  type AdjustmentLimit,
  type LimitChange,
  type LimitChangeId,
  mustNotWait,
  mustStillFit,
} from '../../domain/life-cycle/adjustment-limit.ts';
import type { AdjustmentReader } from '../../ports/adjustment-reader.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';
import { knownProgram } from '../terms/known-program.ts';
import { mustBeIn } from './make-adjustment.ts';

/**
 * From which amount on a program wants two people. Where nobody has said: above what it would pay out at all. One person
 * lowers it; a higher one waits until somebody else agrees.
 */
export class AdjustmentLimits {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reader: Pick<AdjustmentReader, 'limit' | 'pendingLimit'>,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.unknown_program`. */
  async of(programId: Id<'prg'>): Promise<Money> {
    return (await this.reader.limit(programId)) ?? this.usual(programId);
  }

  /** Throws `commission.unknown_program`. */
  async look(programId: Id<'prg'>): Promise<AdjustmentLimit> {
    return { limit: await this.of(programId), pending: await this.reader.pendingLimit(programId) };
  }

  /** Throws `commission.unknown_program`, `commission.adjustment_currency`, `commission.limit_change_pending`. */
  async set(programId: Id<'prg'>, limit: Money, by: string): Promise<AdjustmentLimit> {
    const usual = await this.usual(programId);
    mustBeIn(usual.currency, limit.currency, '/limit/currency');
    const proposedAt = this.clock.now();
    return this.transaction.run(async ({ adjustments }) => {
      await adjustments.holdLimit(programId);
      const from = (await adjustments.limit(programId)) ?? usual;
      if (limit.compare(from) <= 0) {
        await adjustments.setLimit(programId, limit);
        return { limit };
      }
      mustNotWait(await adjustments.pendingLimit(programId));
      const id = this.ids.next('alc');
      const pending: LimitChange = { id, programId, from, limit, state: 'proposed', proposedBy: by, proposedAt };
      await adjustments.saveLimitChange(pending);
      return { limit: from, pending };
    });
  }

  /**
   * Throws `commission.limit_change_not_found`, `commission.limit_change_outdated`, `commission.adjustment_four_eyes`,
   * `adjustment.illegal_move`.
   */
  async decide(id: LimitChangeId, action: 'approve' | 'reject', by: string): Promise<LimitChange> {
    const { programId } = await this.transaction.look(({ adjustments }) => adjustments.limitChange(id));
    const usual = await this.usual(programId);
    return this.transaction.run(async ({ adjustments }) => {
      await adjustments.holdLimit(programId);
      const change = decided(await adjustments.limitChange(id), action, { by, at: this.clock.now() });
      if (action === 'approve') await raise(adjustments, change, usual);
      await adjustments.saveLimitChange(change);
      return change;
    });
  }

  private async usual(programId: Id<'prg'>): Promise<Money> {
    return Money.fromJson((await knownProgram(this.partners, programId)).minimumPayout);
  }
}

const raise = async (
  adjustments: CommissionStores['adjustments'],
  change: LimitChange,
  usual: Money,
): Promise<void> => {
  mustStillFit(change, (await adjustments.limit(change.programId)) ?? usual);
  await adjustments.setLimit(change.programId, change.limit);
};
