import { confinedTo, mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { lifecycle } from '../../domain/life-cycle/life-cycle.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { CommissionTotalsView, CommissionView, commissionView, totalsView } from './views.ts';

class CommissionQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: "A partner's token sees its own anyway" })
  readonly partnerId?: Id<'par'>;
  @IsOneOf(Object.keys(lifecycle), { optional: true }) readonly state?: string;
  @IsText({ max: 200, optional: true, description: "The commerce system's own name for the order" })
  readonly orderRef?: string;
  @IsText({
    max: 50,
    optional: true,
    description: 'Held for that reason; `review_due` lists what somebody has to look at',
  })
  readonly holdReason?: string;
}

class CommissionTotalsQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

const CommissionPage = pageOfShape(CommissionView);

export const commissionRoutes = (reader: CommissionReader): readonly Route[] => [
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
        holdReason: query.holdReason,
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
];
