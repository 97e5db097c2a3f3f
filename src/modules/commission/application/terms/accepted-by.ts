import { grouped } from '../../../../shared/grouped.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Commission } from '../../domain/life-cycle/commission.ts';

type Judged = Pick<Commission, 'programId' | 'partnerId' | 'termsId'>;

/** Whether a commission's partner has accepted the terms that judge it, in a program that insists on it. */
export const acceptedBy = async (
  partners: PartnersPort,
  commissions: readonly Judged[],
): Promise<(commission: Judged) => boolean> => {
  const insisting = new Map<Judged['programId'], ReadonlySet<string>>();
  for (const [programId, of] of grouped(commissions, (commission) => commission.programId)) {
    const program = await partners.program(programId);
    if (program?.requiresAcceptance !== true) continue;
    const partnerIds = [...new Set(of.map(({ partnerId }) => partnerId))];
    insisting.set(programId, new Set((await partners.acceptances(programId, partnerIds)).map(nameOf)));
  }
  return (commission) => insisting.get(commission.programId)?.has(nameOf(commission)) ?? true;
};

const nameOf = ({ partnerId, termsId }: Pick<Judged, 'partnerId' | 'termsId'>): string => `${partnerId}/${termsId}`;
