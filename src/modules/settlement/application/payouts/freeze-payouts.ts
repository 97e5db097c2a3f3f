import type { Clock } from '../../../../shared/clock.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type Freeze, type FreezeId, lifted } from '../../domain/payouts/freeze.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { knownProgram } from '../books/open-books.ts';

export interface FreezeOrder {
  /** Absent: the whole house. */
  readonly programId?: Id<'prg'> | undefined;
  readonly reason: string;
  readonly by: string;
}

/**
 * Stops payouts, of a program or of the whole house. When it returns, whatever was being sent is sent, and nothing more
 * will be. Accruals and closes go on. For people, and for whoever audits.
 */
export class FreezePayouts {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.unknown_program`.
   * The freeze that holds already, unless somebody has asked to lift it: a new alarm is not lifted with the old one.
   */
  async run({ programId, reason, by }: FreezeOrder): Promise<Freeze> {
    // A freeze of nothing would look like one that works.
    if (programId !== undefined) await knownProgram(this.partners, programId);
    return this.transaction.run(async ({ control: { guards } }) => {
      const known = (await guards.freezesToChange(programId)).find(({ state }) => state === 'frozen');
      if (known !== undefined) return known;
      const freeze: Freeze = {
        id: this.ids.next('frz'),
        programId,
        state: 'frozen',
        reason,
        frozenBy: by,
        frozenAt: this.clock.now(),
      };
      await guards.saveFreeze(freeze);
      return freeze;
    });
  }
}

/** Two people let payouts go on: the first asks, the second agrees. */
export class LiftFreeze {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.freeze_not_found`, `settlement.illegal_move`, `settlement.four_eyes`. */
  run(id: FreezeId, reason: string, by: string): Promise<Freeze> {
    return this.transaction.run(async ({ control: { guards } }) => {
      const freeze = lifted(await guards.freeze(id), { by, reason, at: this.clock.now() });
      await guards.saveFreeze(freeze);
      return freeze;
    });
  }
}
