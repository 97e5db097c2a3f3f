import type { Clock } from '../../../../shared/clock.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Adjustment } from '../../domain/life-cycle/adjustment.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';
import type { PastStep } from '../../domain/life-cycle/history.ts';
import { type Outlook, outlookOf } from '../../domain/explaining/outlook.ts';
import type { AdjustmentReader } from '../../ports/adjustment-reader.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { acceptedBy } from '../terms/accepted-by.ts';
import { knownProgram } from '../terms/known-program.ts';

const MAX_ADJUSTMENTS = 100;

export interface CommissionDetail {
  readonly commission: Commission;
  readonly outlook: Outlook;
  /** Of the program. */
  readonly timeZone: string;
  readonly past: readonly PastStep[];
  readonly adjustments: readonly Adjustment[];
}

/** Where a commission stands, what it waits for, and how it came there. */
export class LookAtCommission {
  constructor(
    private readonly reader: Pick<CommissionReader, 'find' | 'explanation' | 'past'>,
    private readonly adjustments: AdjustmentReader,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  async run(commission: Commission): Promise<CommissionDetail> {
    const { id, programId, recruit } = commission;
    const [program, explanation, past, { data }, accepted] = await Promise.all([
      knownProgram(this.partners, programId),
      this.reader.explanation(recruit?.parentId ?? id),
      this.reader.past(id),
      this.adjustments.page({ commissionId: id }, { limit: MAX_ADJUSTMENTS }),
      this.isAccepted(commission),
    ]);
    const outlook = outlookOf(commission, {
      now: this.clock.now(),
      timeZone: program.timeZone,
      returnWindowDays: explanation?.returnWindowDays ?? 0,
      accepted,
    });
    return { commission, outlook, timeZone: program.timeZone, past, adjustments: data };
  }

  /** Of what follows another, by both partners. */
  private async isAccepted(commission: Commission): Promise<boolean> {
    const parent = commission.recruit && (await this.reader.find(commission.recruit.parentId));
    const both = parent === undefined ? [commission] : [commission, parent];
    return both.every(await acceptedBy(this.partners, both));
  }
}
