import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsCurrency, IsDecimal, IsIdOf, IsInstant, IsListOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { instant, type Instant } from '../../../../shared/instant.ts';
import type { LookAgain } from '../../application/reckoning/look-again.ts';
import { readRateSheet } from '../../domain/rates/read-rates.ts';
import type { OrderLists } from '../../ports/order-lists.ts';

const SOURCE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

class UncalculatedQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsText({ max: 100, optional: true, description: 'Only for that reason, like `commission.rate_missing`' })
  readonly code?: string;
}

class UncalculatedView {
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsText({ max: 200, description: 'The commerce system’s own name for the order' }) readonly orderRef!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 100, description: 'Why, as docs/errors.md lists it' }) readonly code!: string;
  @IsText({ max: 2_000, description: 'What is missing, and what to do' }) readonly detail!: string;
  @IsInstant() readonly since!: Instant;
}

class RateRequest {
  @IsCurrency() readonly base!: string;
  @IsCurrency() readonly currency!: string;
  @IsInstant({ description: 'It counts from then on, until a later one does' }) readonly at!: string;
  @IsDecimal({ description: 'What one unit of `base` is in units of `currency`' }) readonly rate!: string;
}

class RatesRequest {
  @IsListOf(() => RateRequest, { min: 1, max: 10_000 }) readonly rates!: readonly RateRequest[];
}

class RatesSource {
  @IsText({ max: 40, pattern: SOURCE, description: 'Who says so, as terms name it: `ecb`' }) readonly source!: string;
}

class RecordedView {
  @IsWhole({ min: 0, max: 10_000, description: 'Rates that were not known yet' }) readonly added!: number;
}

class RateQuery extends PageQuery {
  @IsText({ max: 40, optional: true }) readonly source?: string;
  @IsCurrency({ optional: true }) readonly base?: string;
  @IsCurrency({ optional: true }) readonly currency?: string;
}

class RateView extends RateRequest {
  @IsText({ max: 40 }) readonly source!: string;
}

const UncalculatedPage = pageOfShape(UncalculatedView);
const RatePage = pageOfShape(RateView);

export const countingRoutes = (lists: OrderLists, lookAgain: LookAgain): readonly Route[] => [
  uncalculated(lists),
  recordRates(lookAgain),
  listRates(lists),
];

const uncalculated = (lists: OrderLists): Route =>
  route({
    method: 'get',
    path: '/v1/orders/uncalculated',
    operationId: 'listUncalculatedOrders',
    tag: 'commission',
    summary: 'Orders that nobody can calculate as they are, and why; the longest waiting first',
    description:
      'Such an order is calculated by itself when it is corrected, when terms are published, when a rate arrives or when ' +
      'the program it names is created. Nothing is guessed meanwhile, and no other order waits for it.',
    access: { scope: 'commissions:read' },
    query: UncalculatedQuery,
    success: { 200: UncalculatedPage },
    handle: ({ actor, query }) => {
      mustBeStaff(actor);
      return lists.uncalculated({ programId: query.programId, code: query.code }, toPageRequest(query));
    },
  });

const recordRates = (lookAgain: LookAgain): Route =>
  route({
    method: 'post',
    path: '/v1/exchange-rates',
    operationId: 'recordExchangeRates',
    tag: 'commission',
    summary: 'Record exchange rates; orders that waited for one are calculated',
    description:
      'JSON, or `text/csv`: a header `base,currency,at,rate` and a rate a line, or the European Central Bank’s sheet ' +
      '(`Date,USD,JPY,…`, in euro, counting from 16:00 in Frankfurt). All of it or nothing; what is known already is ' +
      'no error, and never changes.',
    access: { scope: 'terms:write' },
    query: RatesSource,
    body: RatesRequest,
    textBody: { mediaTypes: ['text/csv'], field: 'rates', parse: readRateSheet },
    success: { 200: RecordedView },
    errors: ['commission.rates_unreadable', 'commission.rate_unusable', 'commission.rate_differs'],
    handle: async ({ actor, query: { source }, body }) => {
      mustBeStaff(actor);
      const rates = body.rates.map(({ base, currency, at, rate }) => ({
        source,
        base,
        currency,
        at: instant(at),
        rate,
      }));
      return lookAgain.recordRates(rates);
    },
    respond: (added) => ({ status: 200, body: { added } }),
  });

const listRates = (lists: OrderLists): Route =>
  route({
    method: 'get',
    path: '/v1/exchange-rates',
    operationId: 'listExchangeRates',
    tag: 'commission',
    summary: 'Exchange rates as they were recorded, the newest first',
    access: { scope: 'terms:read' },
    query: RateQuery,
    success: { 200: RatePage },
    handle: ({ actor, query }) => {
      mustBeStaff(actor);
      return lists.rates({ source: query.source, base: query.base, currency: query.currency }, toPageRequest(query));
    },
  });
