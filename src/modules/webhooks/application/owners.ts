import { AppError } from '../../../shared/errors.ts';
import type { PartnersPort } from '../../partners/index.ts';
import type { EndpointDescription } from '../domain/endpoint.ts';

/** Throws `webhooks.unknown_partner`, `webhooks.unknown_program`. */
export type OwnerCheck = (description: EndpointDescription) => void;

/** Asks once for all of them. */
export const ownerCheck = async (
  partners: PartnersPort,
  descriptions: readonly EndpointDescription[],
): Promise<OwnerCheck> => {
  const named = new Set(descriptions.flatMap(({ partnerId }) => partnerId ?? []));
  const inPrograms = descriptions.some(({ programId }) => programId !== undefined);
  const [known, programs] = await Promise.all([
    named.size === 0 ? [] : partners.partners([...named]),
    inPrograms ? partners.programs() : [],
  ]);
  const partnerIds = new Set(known.map(({ partnerId }) => partnerId));
  const programIds = new Set(programs.map(({ programId }) => programId));
  return ({ partnerId, programId }) => {
    if (partnerId !== undefined && !partnerIds.has(partnerId))
      throw unknown('webhooks.unknown_partner', 'partner', partnerId);
    if (programId !== undefined && !programIds.has(programId))
      throw unknown('webhooks.unknown_program', 'program', programId);
  };
};

const unknown = (code: string, what: 'partner' | 'program', id: string): AppError => {
  const detail = `there is no ${what} ${id}`;
  return new AppError('refused', code, detail, { faults: [{ pointer: `/${what}Id`, code, detail }] });
};
