/** What several of the ledger's routes share: who may, sums of any size, and what is not there. */
import type { RouteRequest } from '../../../../infrastructure/http/route.ts';
import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsBag, IsCurrency, IsInstant, IsText } from '../../../../shared/fields.ts';
import { type Instant, instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { JsonSchema } from '../../../../shared/shape.ts';
import { MAX_METADATA } from '../../domain/account.ts';
import type { AsOf } from '../../ports/ledger-reader.ts';

export const READ = { scope: 'ledger:read' };
export const WRITE = { scope: 'ledger:write' };

/** A handler that nobody but staff gets to. */
export const forStaff =
  <Params, Query, Body, Value>(handle: (request: RouteRequest<Params, Query, Body>) => Promise<Value>) =>
  async (request: RouteRequest<Params, Query, Body>): Promise<Value> => {
    mustBeStaff(request.actor);
    return handle(request);
  };

/** Money as everywhere, but of any size: sums of many amounts outgrow one amount's digits. */
export class LedgerSum implements MoneyJson {
  @IsText({ max: 40, pattern: /^-?\d+$/ }) readonly minor!: string;
  @IsCurrency() readonly currency!: string;
}

export const sum = (minor: bigint, currency: string): LedgerSum => ({ minor: minor.toString(), currency });

const METADATA_SCHEMA: JsonSchema = {
  type: 'object',
  maxProperties: MAX_METADATA,
  additionalProperties: { type: 'string', maxLength: 500 },
};

export const IsMetadata = (): PropertyDecorator => IsBag({ optional: true, schema: METADATA_SCHEMA });

export class LedgerAsOfQuery {
  @IsInstant({ optional: true, description: 'What counts before then' }) readonly before?: string;
  @IsInstant({ optional: true, description: 'What was recorded before then: as it was known' })
  readonly recordedBefore?: string;
}

export const optionalInstant = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : instant(text);

export const asOfQuery = ({ before, recordedBefore }: LedgerAsOfQuery): AsOf => ({
  before: optionalInstant(before),
  recordedBefore: optionalInstant(recordedBefore),
});

/** Throws the code as `not_found` when there is nothing. */
export const found = <Value>(value: Value | undefined, code: string, id: string): Value => {
  if (value === undefined) throw new AppError('not_found', code, `the ledger has no ${id}`);
  return value;
};
