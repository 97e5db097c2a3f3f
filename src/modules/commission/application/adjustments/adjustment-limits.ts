import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { AdjustmentReader } from '../../ports/adjustment-reader.ts';
import type { CommissionTransaction } from '../../ports/commissions.ts';
import { knownProgram } from '../terms/known-program.ts';
import { mustBeIn } from './make-adjustment.ts';

/** From which amount on a program wants two people. Where nobody has said: above what it would pay out at all. */
export class AdjustmentLimits {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly reader: Pick<AdjustmentReader, 'limit'>,
    private readonly partners: PartnersPort,
  ) {}

  /** Throws `commission.unknown_program`. */
  async of(programId: Id<'prg'>): Promise<Money> {
    const { minimumPayout } = await knownProgram(this.partners, programId);
    return (await this.reader.limit(programId)) ?? Money.fromJson(minimumPayout);
  }

  /** Throws `commission.unknown_program`, `commission.adjustment_currency`. */
  async set(programId: Id<'prg'>, limit: Money): Promise<Money> {
    const { currency } = await knownProgram(this.partners, programId);
    mustBeIn(currency, limit.currency, '/limit/currency');
    return this.transaction.run(async ({ adjustments }) => {
      await adjustments.setLimit(programId, limit);
      return limit;
    });
  }
}
