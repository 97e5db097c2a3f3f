import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Commission } from '../../domain/commission.ts';
import { lifecycle } from '../../domain/life-cycle.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { CommissionTotalsView, CommissionView, commissionView, totalsView } from './views.ts';

class CommissionPath {
  @IsIdOf('com') readonly commissionId!: CommissionId;
}

class CommissionQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: "A partner's token sees its own anyway" })
  readonly partnerId?: Id<'par'>;
  @IsOneOf(Object.keys(lifecycle), { optional: true }) readonly state?: string;
  @IsText({ max: 200, optional: true, description: "The commerce system's own name for the order" })
  readonly orderRef?: string;
}

class CommissionTotalsQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

const CommissionPage = pageOfShape(CommissionView);

const notFound = (id: string): AppError =>
  new AppError('not_found', 'commission.not_found', `there is no commission ${id}`);

export const commissionRoutes = (reader: CommissionReader): readonly Route[] => {
  const commissionOf = async (actor: Actor, commissionId: CommissionId): Promise<Commission> =>
    visible(actor, await reader.find(commissionId), ({ partnerId }) => partnerId, notFound(commissionId));
  return [
    route({
      method: 'get',
      path: '/v1/commissions',
      operationId: 'listCommissions',
      tag: 'commission',
      summary: 'Commissions',
      access: { scope: 'commissions:read' },
      query: CommissionQuery,
      success: { 200: CommissionPage },
      handle: async ({ actor, query }) => {
        const filter = {
          programId: query.programId,
          partnerId: confinedTo(actor, query.partnerId),
          state: query.state,
          orderRef: query.orderRef,
        };
        const { data, nextCursor } = await reader.page(filter, toPageRequest(query));
        return { data: data.map(commissionView), nextCursor };
      },
    }),
    route({
      method: 'get',
      path: '/v1/commissions/totals',
      operationId: 'getCommissionTotals',
      tag: 'commission',
      summary: 'Count and amount of a program’s commissions by state',
      access: { scope: 'commissions:read' },
      query: CommissionTotalsQuery,
      success: { 200: CommissionTotalsView },
      handle: async ({ actor, query }) => {
        mustBeStaff(actor);
        return totalsView(await reader.totals(query.programId));
      },
    }),
    route({
      method: 'get',
      path: '/v1/commissions/{commissionId}',
      operationId: 'getCommission',
      tag: 'commission',
      summary: 'One commission',
      access: { scope: 'commissions:read' },
      params: CommissionPath,
      success: { 200: CommissionView },
      errors: ['commission.not_found'],
      handle: async ({ actor, params }) => commissionView(await commissionOf(actor, params.commissionId)),
    }),
  ];
};
