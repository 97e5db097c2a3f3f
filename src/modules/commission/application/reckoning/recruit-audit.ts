import { netOf } from '../../domain/life-cycle/commission.ts';
import { recruitTarget } from '../../domain/life-cycle/recruits.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionReader, RecruitWithParent } from '../../ports/commission-reader.ts';

const PAGE = 500;
const MAX_FINDINGS = 100;

/** Commissions that follow another one, and do not: there should be none. */
export class RecruitAudit {
  constructor(private readonly reader: Pick<CommissionReader, 'recruits'>) {}

  async strays(): Promise<readonly string[]> {
    const findings: string[] = [];
    for (let after: CommissionId | undefined; findings.length < MAX_FINDINGS;) {
      const page = await this.reader.recruits(PAGE, after);
      findings.push(...page.flatMap(strayOf));
      if (page.length < PAGE) break;
      after = page.at(-1)?.recruit.id;
    }
    return findings;
  }
}

const strayOf = ({ recruit, parent }: RecruitWithParent): readonly string[] => {
  if ((parent.endReason === undefined) !== (recruit.endReason === undefined))
    return [`${recruit.id} and its parent ${parent.id} have not ended together`];
  if (recruit.recruit === undefined || recruit.endReason !== undefined) return [];
  const [is, target] = [netOf(recruit), recruitTarget(parent, recruit.recruit)];
  if (is.equals(target)) return [];
  return [
    `${recruit.id} comes to ${is.toString()}, ${recruit.recruit.percent} % of its parent is ${target.toString()}`,
  ];
};
