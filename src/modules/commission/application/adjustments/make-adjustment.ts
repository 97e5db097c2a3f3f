import type { Clock } from '../../../../shared/clock.ts';
import { type AppError, invalid } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type Adjustment, needsTwo } from '../../domain/life-cycle/adjustment.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';
import { counted } from './decide-adjustment.ts';
import { knownProgram } from '../terms/known-program.ts';

export interface AdjustmentRequest {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly commissionId?: CommissionId | undefined;
  readonly kind: 'adjustment' | 'bonus';
  readonly amount: MoneyJson;
  readonly reason: string;
  readonly note: string;
}

/** Gives a partner something, or takes it, by an entry of its own. Above the program's limit a second person decides. */
export class MakeAdjustment {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.unknown_program`, `commission.adjustment_…` that name what of the request is wrong. */
  async run(request: AdjustmentRequest, by: string): Promise<Adjustment> {
    const { currency, minimumPayout } = await knownProgram(this.partners, request.programId);
    await this.mustBeEnrolled(request);
    const amount = amountOf(request, currency);
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      const about = await aboutCommission(stores, request);
      const { programId, partnerId, commissionId, kind, reason, note } = request;
      const proposed: Adjustment = {
        ...about,
        programId,
        partnerId,
        commissionId,
        kind,
        reason,
        note,
        id: this.ids.next('adj'),
        amount,
        state: 'proposed',
        proposedBy: by,
        proposedAt: now,
      };
      const limit = (await stores.adjustments.limit(request.programId)) ?? Money.fromJson(minimumPayout);
      const isEnough = !needsTwo(proposed, limit);
      const made: Adjustment = isEnough ? { ...proposed, state: 'approved', decidedBy: by, decidedAt: now } : proposed;
      await stores.adjustments.add([made]);
      if (isEnough) await counted(stores, made, now);
      return made;
    });
  }

  private async mustBeEnrolled({ programId, partnerId }: Pick<AdjustmentRequest, 'programId' | 'partnerId'>) {
    const [enrolment] = await this.partners.enrolments(programId, [partnerId]);
    if (enrolment === undefined)
      throw refused('/partnerId', 'commission.adjustment_not_enrolled', 'is not enrolled in the program');
  }
}

export const amountOf = ({ amount, kind }: Pick<AdjustmentRequest, 'amount' | 'kind'>, currency: string): Money => {
  mustBeIn(currency, amount.currency, '/amount/currency');
  const money = Money.fromJson(amount);
  if (money.isZero) throw refused('/amount/minor', 'commission.adjustment_of_nothing', 'must not be zero');
  if (kind === 'bonus' && money.isNegative)
    throw refused('/amount/minor', 'commission.adjustment_negative_bonus', 'must be more than zero for a bonus');
  return money;
};

/** Throws `commission.adjustment_currency`. */
export const mustBeIn = (currency: string, given: string, pointer: string): void => {
  if (given !== currency)
    throw refused(pointer, 'commission.adjustment_currency', `must be ${currency}, the program’s`);
};

/** The commission is the partner's, in the program. */
export const aboutCommission = async (
  { commissions }: CommissionStores,
  { commissionId, programId, partnerId }: Pick<AdjustmentRequest, 'commissionId' | 'programId' | 'partnerId'>,
): Promise<Partial<Pick<Commission, 'orderId' | 'orderRef'>>> => {
  if (commissionId === undefined) return {};
  const [found] = await commissions.ofIds([commissionId]);
  if (found?.programId !== programId || found.partnerId !== partnerId)
    throw refused(
      '/commissionId',
      'commission.adjustment_other_commission',
      'is no commission of that partner in that program',
    );
  return { orderId: found.orderId, orderRef: found.orderRef };
};

const refused = (pointer: string, code: string, detail: string): AppError =>
  invalid(code, `${pointer.slice(1)} ${detail}`, [{ pointer, code, detail }]);
