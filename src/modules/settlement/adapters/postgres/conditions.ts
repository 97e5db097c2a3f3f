import { type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import type { PageRequest } from '../../../../shared/page.ts';
import type { PayoutFilter } from '../../ports/payout-reader.ts';

/** The `where` of a list ordered by period and id: what was asked for, after what was shown. */
export const conditions = (
  prefix: 'stm' | 'pay' | 'inv',
  request: PageRequest,
  {
    programId,
    partnerId,
    batchId,
    period,
    state,
  }: Omit<PayoutFilter, 'state'> & { readonly state?: string | undefined },
): { readonly where: string; readonly values: Readonly<Record<string, unknown>> } => {
  const [afterPeriod, afterId] = request.after ?? [];
  const uuid = (id: Id<string> | undefined): string | undefined => id && toUuid(id);
  const parts: readonly (readonly [string, string, unknown])[] = [
    ['program_id = :programId', 'programId', uuid(programId)],
    ['partner_id = :partnerId', 'partnerId', uuid(partnerId)],
    ['batch_id = :batchId', 'batchId', uuid(batchId)],
    ['period = :period', 'period', period],
    ['state = :state', 'state', state],
    ['(period, id) > (:afterPeriod, :afterId::uuid)', 'afterPeriod', afterPeriod],
  ];
  const given = parts.filter(([, , value]) => value !== undefined);
  return {
    where: given.length === 0 ? '' : `where ${given.map(([text]) => text).join(' and ')}`,
    values: {
      ...Object.fromEntries(given.map(([, name, value]) => [name, value])),
      ...(afterPeriod !== undefined && { afterId: toUuid(parseId(prefix, afterId ?? '')) }),
      limit: request.limit + 1,
    },
  };
};
