import { type Instant, instant } from '../../../../shared/instant.ts';
import type { LedgerPort } from '../../../ledger/index.ts';
import { payableCode } from '../../domain/books/chart-of-accounts.ts';
import type { DisputeReader, ReservesOfPartner } from '../../ports/disputes.ts';

const PAGE = 200;
const MAX_FINDINGS = 100;
const EVER: { readonly from: Instant; readonly until: Instant } = {
  from: instant('1583-01-01T00:00:00Z'),
  until: instant('9999-12-31T23:59:59.999Z'),
};
const PURPOSES: readonly string[] = ['settlement.dispute_open', 'settlement.dispute_close'];

/** Looks whether what is reserved is what is still disputed. */
export class DisputeAudits {
  constructor(
    private readonly reader: Pick<DisputeReader, 'oddReserves' | 'reservesOfPartners'>,
    private readonly ledger: Pick<LedgerPort, 'entries'>,
  ) {}

  /** No dispute that is over has one, and no open one has another than it claims; the ledger says so, too. */
  async reserves(): Promise<readonly string[]> {
    const odd = (await this.reader.oddReserves()).map(
      ({ disputeId, said, due, booked }) => `${disputeId} should reserve ${due}, says ${said}, and ${booked} is booked`,
    );
    return [...odd, ...(await this.inLedger())].slice(0, MAX_FINDINGS);
  }

  private async inLedger(): Promise<readonly string[]> {
    const findings: string[] = [];
    for (let after: ReservesOfPartner | undefined; findings.length < MAX_FINDINGS;) {
      const page = await this.reader.reservesOfPartners(PAGE, after);
      for (const own of page) findings.push(...(await this.faultOf(own)));
      if (page.length < PAGE) break;
      after = page.at(-1);
    }
    return findings;
  }

  private async faultOf(own: ReservesOfPartner): Promise<readonly string[]> {
    const account = payableCode(own, 'held');
    const entries = await this.ledger.entries([account], EVER);
    const held = entries
      .filter(({ purpose }) => PURPOSES.includes(purpose))
      .reduce((sum, { minor }) => sum + BigInt(minor), 0n);
    return held === own.minor ? [] : [`${account} holds ${held} for disputes, ${own.minor} is booked`];
  }
}
