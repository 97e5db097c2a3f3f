import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import type { CommissionFacts } from '../domain/commission-status.ts';
import type { CommissionId } from '../domain/news.ts';
import { type Outlook, outlookOf } from '../domain/outlook.ts';
import type { ReportReader } from '../ports/report-reader.ts';

export interface ExplainedPayment {
  readonly facts: CommissionFacts;
  readonly outlook: Outlook;
}

/** When a commission is paid, and what blocks it. */
export class ExplainPayment {
  constructor(
    private readonly reader: ReportReader,
    private readonly clock: Clock,
  ) {}

  /** Of any partner, or of that one. Throws `reporting.unknown_commission`, also for somebody else's. */
  async run(commissionId: CommissionId, within?: Id<'par'>): Promise<ExplainedPayment> {
    const facts = await this.reader.commission(commissionId);
    if (facts === undefined || (within !== undefined && facts.partnerId !== within))
      throw new AppError('not_found', 'reporting.unknown_commission', `nothing is known of commission ${commissionId}`);
    const { order, partnerId } = facts;
    const [assessment, payouts] = await Promise.all([
      order === undefined ? undefined : this.reader.assessment(order.orderId, partnerId),
      this.reader.payouts(facts),
    ]);
    return { facts, outlook: outlookOf(facts, { assessment, payouts, now: this.clock.now() }) };
  }
}
