import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { PartnersPort } from '../../partners/index.ts';
import { CommissionPort, type LockedTotal, type CommissionId } from '../index.ts';
import { explanationFault } from '../domain/life-cycle/drift.ts';
import type { CommissionReader } from '../ports/commission-reader.ts';
import { knownProgram } from './terms/known-program.ts';

const PAGE = 500;
const MAX_FINDINGS = 100;

export class CommissionQueries extends CommissionPort {
  constructor(
    private readonly reader: CommissionReader,
    private readonly partners: PartnersPort,
  ) {
    super();
  }

  async lockedBefore(programId: Id<'prg'>, before: Instant): Promise<LockedTotal> {
    const { count, minor, currency, waiting } = await this.reader.lockedBefore(programId, before);
    return {
      count,
      waiting,
      amount: {
        minor: minor.toString(),
        currency: currency ?? (await knownProgram(this.partners, programId)).currency,
      },
    };
  }

  /** Commissions that nobody could explain, or whose explanation comes to other cents: there should be none. */
  async unexplained(): Promise<readonly string[]> {
    const findings: string[] = [];
    for (let after: CommissionId | undefined; findings.length < MAX_FINDINGS;) {
      const page = await this.reader.explained(PAGE, after);
      findings.push(...page.flatMap(({ commission, explanation }) => explanationFault(commission, explanation) ?? []));
      if (page.length < PAGE) break;
      after = page.at(-1)?.commission.id;
    }
    return findings;
  }
}
