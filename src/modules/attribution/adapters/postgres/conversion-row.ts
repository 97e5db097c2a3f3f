import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Conversion, DecisionInputs, RecordedDecision } from '../../domain/deciding/conversion.ts';
import type { Considered, Outcome } from '../../domain/deciding/journey.ts';
import type { ConversionFilter } from '../../ports/attribution-reader.ts';

export interface DecisionRow {
  readonly number: number;
  readonly inputs: DecisionInputs;
  readonly decided_outcome: Outcome;
  readonly considered: readonly Considered[];
  readonly digest: string;
  readonly decided_at: Instant;
}

export interface ConversionRow extends DecisionRow {
  readonly conversion_id: string;
  readonly order_id: string;
  readonly order_ref: string;
  readonly program_id: string;
  readonly placed_at: Instant;
  readonly click_id: string | null;
  readonly visitor_id: string | null;
  readonly coupon_codes: readonly string[] | null;
}

export const DECISION_COLUMNS = 'number, inputs, decisions.outcome as decided_outcome, considered, digest, decided_at';

/** A conversion and the decision that counts. */
export const SHOWN_CONVERSIONS = `
  select conversion_id, order_id, order_ref, program_id, placed_at, click_id, visitor_id, coupon_codes,
    ${DECISION_COLUMNS}
  from attribution.conversions
  join attribution.decisions using (conversion_id)`;
export const IS_SHOWN = 'number = decision';

export const toDecision = (row: DecisionRow): RecordedDecision => ({
  number: row.number,
  inputs: row.inputs,
  outcome: row.decided_outcome,
  considered: row.considered,
  digest: row.digest,
  decidedAt: row.decided_at,
});

export const toConversion = (row: ConversionRow): Conversion => ({
  conversionId: fromUuid('cnv', row.conversion_id),
  order: {
    orderId: fromUuid('ord', row.order_id),
    orderRef: row.order_ref,
    programId: fromUuid('prg', row.program_id),
    placedAt: row.placed_at,
    clickId: row.click_id === null ? undefined : fromUuid('clk', row.click_id),
    visitorId: row.visitor_id ?? undefined,
    couponCodes: row.coupon_codes ?? undefined,
  },
  decision: toDecision(row),
});

/** Where a partner is asked for: those it has most of, and those it has another part of, each by its own index. */
export const conversionsSql = (filter: ConversionFilter, after: string | undefined): string => {
  const { programId, partnerId, outcome, orderRef } = filter;
  const which = (whose: string): string =>
    `${SHOWN_CONVERSIONS}
     where ${IS_SHOWN} ${whose}
       ${programId === undefined ? '' : 'and program_id = :programId'}
       ${outcome === undefined ? '' : 'and conversions.outcome = :outcome'}
       ${orderRef === undefined ? '' : 'and order_ref = :orderRef'}
       ${after === undefined ? '' : 'and order_id > :after'}
     order by order_id
     limit :limit`;
  if (partnerId === undefined) return which('');
  const parts = 'select conversion_id from attribution.credits where partner_id = :partnerId';
  return `
    (${which('and partner_id = :partnerId')})
    union all
    (${which(`and partner_id <> :partnerId and conversion_id in (${parts})`)})
    order by order_id
    limit :limit`;
};
