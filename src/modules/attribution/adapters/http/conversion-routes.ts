import { confinedTo, mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Conversion } from '../../domain/deciding/conversion.ts';
import type { AttributionReader } from '../../ports/attribution-reader.ts';
import {
  ConversionPage,
  ConversionPath,
  ConversionQuery,
  ConversionTotalsView,
  conversionView,
  explainedConversionView,
  ExplainedConversionView,
  TotalsQuery,
} from './conversion-views.ts';

export const conversionRoutes = (reader: AttributionReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/conversions',
    operationId: 'listConversions',
    tag: 'attribution',
    summary: 'Orders and who is credited with them, oldest order first',
    description: 'A partner sees those it is credited with.',
    access: { scope: 'conversions:read' },
    query: ConversionQuery,
    success: { 200: ConversionPage },
    handle: async ({ actor, query }) => {
      const { programId, outcome, orderRef } = query;
      const filter = { programId, outcome, orderRef, partnerId: confinedTo(actor, query.partnerId) };
      const { data, nextCursor } = await reader.conversions(toPageRequest(query), filter);
      return { data: data.map((conversion) => conversionView(conversion, actor.partnerId)), nextCursor };
    },
  }),
  // Before the one with an id in its place, for the first that fits is taken.
  route({
    method: 'get',
    path: '/v1/conversions/totals',
    operationId: 'totalConversions',
    tag: 'attribution',
    summary: 'How many orders are credited, how many are not, and how many clicks there were',
    access: { scope: 'conversions:read' },
    query: TotalsQuery,
    success: { 200: ConversionTotalsView },
    handle: ({ actor, query }) => {
      mustBeStaff(actor);
      return reader.totals(query.programId);
    },
  }),
  route({
    method: 'get',
    path: '/v1/conversions/{conversionId}',
    operationId: 'getConversion',
    tag: 'attribution',
    summary: 'Who is credited with an order, every touch that was considered, and why the others lost',
    description:
      "A partner sees those in which a touch of its own was considered, won or lost; other partners' touches are shown " +
      'without their ids.',
    access: { scope: 'conversions:read' },
    params: ConversionPath,
    success: { 200: ExplainedConversionView },
    errors: ['attribution.unknown_conversion'],
    handle: async ({ actor, params }) => {
      const conversion = await reader.conversion(params.conversionId);
      if (conversion === undefined || !concerns(actor, conversion))
        throw new AppError('not_found', 'attribution.unknown_conversion', `there is no ${params.conversionId}`);
      const facts = await reader.touchpoints(conversion.decision.considered.map(({ clickId }) => clickId));
      return explainedConversionView(conversion, facts, actor.partnerId);
    },
  }),
];

const concerns = ({ partnerId }: Actor, { decision }: Conversion): boolean =>
  partnerId === undefined || decision.considered.some((touch) => touch.partnerId === partnerId);
