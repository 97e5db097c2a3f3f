import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { policyOf } from '../../domain/payouts/payout-policy.ts';
import type { PayoutRequest } from '../../ports/payout-control.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { knownProgram } from '../books/open-books.ts';

/** A partner that is paid on request asks; the next close that can pays. Asked again, it is the same request. */
export class RequestPayout {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`, `settlement.not_on_request`. */
  async run(programId: Id<'prg'>, partnerId: Id<'par'>, by: string): Promise<PayoutRequest> {
    await knownProgram(this.partners, programId);
    return this.transaction.run(async ({ control: { guards, policies } }) => {
      const { schedule } = policyOf(await policies.book(programId, [partnerId]), partnerId, 0n);
      if (schedule !== 'on_request') {
        throw new AppError(
          'refused',
          'settlement.not_on_request',
          `the partner is paid ${schedule} by itself; there is nothing to ask for`,
        );
      }
      const id: Id<'prq'> = this.ids.next('prq');
      return guards.request({ id, programId, partnerId, requestedBy: by, requestedAt: this.clock.now() });
    });
  }
}
