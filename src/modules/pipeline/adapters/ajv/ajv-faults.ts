import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { isCurrency } from '../../../../shared/currency.ts';
import type { Fault } from '../../../../shared/errors.ts';
import { isId } from '../../../../shared/ids.ts';
import { instant, isInstant } from '../../../../shared/instant.ts';
import { isStorable, unstorableIn } from '../../../../shared/text.ts';
import { type EventType, eventTypes } from '../../domain/event-types.ts';
import type { IncomingEvent } from '../../index.ts';
import type { EventReader, Reading } from '../../ports/event-reader.ts';

const DEFAULT_SOURCE = 'otd';

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false });
formats.default(ajv, ['email']);
ajv.addFormat('currency', isCurrency);
ajv.addFormat('click-id', (value) => isId('clk', value));
ajv.addFormat('program-id', (value) => isId('prg', value));
ajv.addFormat('moment', isInstant);

export const envelopeSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 200 },
    source: { type: 'string', minLength: 1, maxLength: 100 },
    type: { type: 'string', enum: eventTypes.map(({ type }) => type) },
    programId: { type: 'string', format: 'program-id' },
    subject: { type: 'string', minLength: 1, maxLength: 200 },
    time: { type: 'string', format: 'moment' },
    data: { type: 'object' },
  },
  required: ['id', 'type', 'programId', 'subject', 'time', 'data'],
  additionalProperties: false,
} as const;

interface Envelope {
  readonly id: string;
  readonly source?: string;
  readonly type: string;
  readonly programId: IncomingEvent['programId'];
  readonly subject: string;
  readonly time: string;
  readonly data: IncomingEvent['data'];
}

const isEnvelope = ajv.compile<Envelope>(envelopeSchema);
const validators = new Map<string, { readonly type: EventType; readonly fits: ValidateFunction }>(
  eventTypes.map((type) => [type.type, { type, fits: ajv.compile(type.schema) }]),
);

/** One event of a batch, checked by itself. Pointers start at the event. */
export const readEvent = (input: unknown): Reading => {
  if (!isEnvelope(input)) return { faults: faultsOf(isEnvelope.errors, '') };
  const validator = validators.get(input.type);
  if (validator === undefined)
    return { faults: [{ pointer: '/type', code: 'pipeline.unknown_type', detail: 'is not a type we know' }] };
  const { type, fits } = validator;
  if (!fits(input.data)) return { faults: faultsOf(fits.errors, '/data') };
  if (!isStorable(input)) return { faults: unstorableIn(input).map(unstorable) };
  const faults = (type.check?.(input.data) ?? []).map((each) => ({ ...each, pointer: `/data${each.pointer}` }));
  if (faults.length > 0) return { faults };
  return { type, event: { ...input, source: input.source ?? DEFAULT_SOURCE, time: instant(input.time) } };
};

export class AjvEventReader implements EventReader {
  read(input: unknown): Reading {
    return readEvent(input);
  }
}

const unstorable = (pointer: string): Fault => ({
  pointer,
  code: 'input.invalid',
  detail: 'must not hold NUL or half a character',
});

const faultsOf = (errors: readonly ErrorObject[] | null | undefined, at: string): readonly Fault[] =>
  (errors ?? []).map(({ instancePath, keyword, params, message }) => ({
    pointer: `${at}${instancePath}${missingOrUnknown(keyword, params)}`,
    code: codeOf(keyword, params),
    detail: detailOf(params, message),
  }));

const detailOf = (params: Readonly<Record<string, unknown>>, message = 'is not valid'): string => {
  const allowed: unknown = params['allowedValues'];
  return Array.isArray(allowed)
    ? `must be one of ${allowed.join(', ')}`
    : (FORMATS[String(params['format'])] ?? message);
};

const FORMATS: Readonly<Record<string, string>> = {
  currency: 'must be an ISO 4217 currency',
  moment: 'must be a moment with a zone, like 2018-12-31T00:00:00Z',
  email: 'must be an e-mail address',
  'click-id': 'must be an id like clk_01h455vb4pex5vsknk084sn02q',
  'signed-click-id': 'must be a click id as the redirect appends it, or the id alone like clk_01h455vb4pex5vsknk084sn02q',
  'program-id': 'must be an id like prg_01h455vb4pex5vsknk084sn02q',
};

/** ajv points at the object that lacks a field, or has one too many; we point at the field. */
const missingOrUnknown = (keyword: string, params: Readonly<Record<string, unknown>>): string => {
  if (keyword === 'required') return `/${String(params['missingProperty'])}`;
  if (keyword === 'additionalProperties') return `/${String(params['additionalProperty'])}`;
  return '';
};

const codeOf = (keyword: string, params: Readonly<Record<string, unknown>>): string => {
  if (keyword === 'additionalProperties') return 'input.unknown_field';
  if (keyword === 'format' && params['format'] === 'currency') return 'money.unknown_currency';
  if (keyword === 'enum') return 'pipeline.unknown_type';
  return 'input.invalid';
};
