import { PayoutBrake } from '../../ports/audit-log.ts';
import type { FreezePayouts } from '../payouts/freeze-payouts.ts';

/** Who pulled it: nobody's name, so that any two people may let payouts go on. */
const AUDITOR = 'auditor';

/** The auditor freezes as people do; two of them lift it. */
export class AuditorsBrake extends PayoutBrake {
  constructor(private readonly freeze: FreezePayouts) {
    super();
  }

  override async pull(reason: string): Promise<void> {
    await this.freeze.run({ reason: reason.slice(0, REASON_MAX), by: AUDITOR });
  }
}

const REASON_MAX = 500;
