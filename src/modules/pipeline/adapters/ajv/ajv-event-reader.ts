import type { ValidateFunction } from 'ajv';
import type { Fault } from '../../../../shared/errors.ts';
import { type Instant, instant, isInstant } from '../../../../shared/instant.ts';
import { isStorable, unstorableIn } from '../../../../shared/text.ts';
import { Unreadable } from '../../application/judge-events.ts';
import type { EventType } from '../../domain/event-types.ts';
import type { Lane } from '../../domain/lanes.ts';
import type { IncomingEvent } from '../../index.ts';
import { EventReader, type Reading } from '../../ports/event-reader.ts';
import type { KnownTypes } from '../../ports/event-types.ts';
import { faultsOf, NO_MOMENT } from './ajv-faults.ts';
import { compiled, ours } from './ajv-schemas.ts';

const DEFAULT_SOURCE = 'otd';
/** Members and items, however deep: twice what the largest order has. ajv finds every fault in what it judges. */
const MOST_VALUES = 10_000;
/** In a fault; there may be thousands. */
const MOST_NAMES = 10;

/** As the document of the API shows it. */
export const envelopeSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 200 },
    source: { type: 'string', minLength: 1, maxLength: 100 },
    type: { type: 'string', minLength: 1, maxLength: 100 },
    schemaVersion: { type: 'integer', minimum: 1 },
    programId: { type: 'string', format: 'program-id' },
    subject: { type: 'string', minLength: 1, maxLength: 200 },
    time: { type: 'string', format: 'moment' },
    data: { type: 'object' },
  },
  required: ['id', 'type', 'time', 'data'],
  additionalProperties: false,
} as const;

interface Envelope extends Omit<IncomingEvent, 'source' | 'time'> {
  readonly source?: string;
  readonly schemaVersion?: number;
  readonly time: string;
}

/** The time is read once, by ourselves: to look at it as a format, too, would cost as much as all the rest. */
const isEnvelope = ours.compile<Envelope>({
  ...envelopeSchema,
  properties: { ...envelopeSchema.properties, time: { type: 'string', maxLength: 100 } },
});

export class AjvEventReader extends EventReader {
  private readonly validators = new WeakMap<EventType, ValidateFunction>();

  constructor(private readonly types: KnownTypes) {
    super();
  }

  read(input: unknown): Reading {
    if (hasManyMembers(input)) return { faults: [tooLarge] };
    if (!isEnvelope(input)) return { faults: hasManyValues(input) ? [tooLarge] : this.envelopeFaults(input) };
    return this.readEnvelope(input);
  }

  laneOf(input: unknown): Lane | undefined {
    const { type } = (typeof input === 'object' && input !== null ? input : {}) as Partial<Envelope>;
    return typeof type === 'string' ? this.types.find(type)?.lane : undefined;
  }

  whyUnusable(schema: object): string | undefined {
    try {
      compiled(schema);
      return undefined;
    } catch (cause) {
      return cause instanceof Error ? cause.message : 'cannot be compiled'; // the registrant is told
    }
  }

  private readEnvelope(input: Envelope): Reading {
    const type = this.types.find(input.type, input.schemaVersion);
    const time = momentIn(input.time);
    if (type === undefined || time === undefined || (type.builtIn && !isOfProgram(input)))
      return { faults: [...this.typeFaults(input), ...(time === undefined ? [noMoment] : [])] };
    const content = JSON.stringify(input.data);
    // A value is a character at least, and something stands between two.
    if (content.length > MOST_VALUES && hasManyValues(input)) return { faults: [tooLarge] };
    const faults = this.dataFaults(type, input, content);
    if (faults.length > 0) return { faults };
    const { id, source = DEFAULT_SOURCE, programId, subject, data } = input;
    return { type, content, event: { id, source, type: type.type, programId, subject, time, data } };
  }

  private validatorOf(type: EventType): ValidateFunction {
    const known = this.validators.get(type);
    if (known !== undefined) return known;
    const made = type.builtIn ? ours.compile(type.schema) : compiled(type.schema);
    this.validators.set(type, made);
    return made;
  }

  private dataFaults(type: EventType, input: Envelope, content: string): readonly Fault[] {
    const fits = this.validatorOf(type);
    if (!fits(input.data)) return faultsOf(fits.errors, '/data');
    if (mayBeUnstorable(input, content) && !isStorable(input)) return unstorableIn(input).map(unstorable);
    if (type.check === undefined) return NONE;
    return type.check(input.data).map((each) => ({ ...each, pointer: `/data${each.pointer}` }));
  }

  private envelopeFaults(input: unknown): readonly Fault[] {
    if (input instanceof Unreadable) return [{ pointer: '', code: 'pipeline.not_json', detail: input.detail }];
    const faults = faultsOf(isEnvelope.errors, '');
    const { type, time } = (typeof input === 'object' && input !== null ? input : {}) as Partial<Envelope>;
    return [
      ...faults,
      ...(typeof type === 'string' && this.types.find(type) === undefined ? [this.unknownType()] : []),
      ...(typeof time === 'string' && !isInstant(time) ? [noMoment] : []),
    ];
  }

  private typeFaults({ type, schemaVersion, programId, subject }: Envelope): readonly Fault[] {
    const found = this.types.find(type);
    if (found === undefined) return [this.unknownType()];
    if (this.types.find(type, schemaVersion) === undefined) return [unknownVersion(found)];
    if (!found.builtIn) return [];
    return [
      ...(programId === undefined ? [missing('programId')] : []),
      ...(subject === undefined ? [missing('subject')] : []),
    ];
  }

  private unknownType(): Fault {
    const names = this.types.names();
    const shown = names.slice(0, MOST_NAMES).join(', ');
    const more = names.length > MOST_NAMES ? ' … see GET /v1/event-types' : '';
    return { pointer: '/type', code: 'pipeline.unknown_type', detail: `must be one of ${shown}${more}` };
  }
}

const NONE: readonly Fault[] = [];

/** How many values more it could have; it stops counting below none. How deep it goes is bounded where it came in. */
const valuesLeft = (value: unknown, most: number): number => {
  if (typeof value !== 'object' || value === null) return most;
  // To begin a loop over millions of names takes time already.
  if (Array.isArray(value) && value.length > most) return -1;
  let left = most;
  for (const name in value) {
    left = valuesLeft((value as Readonly<Record<string, unknown>>)[name], left - 1);
    if (left < 0) break;
  }
  return left;
};

const hasManyValues = (value: unknown): boolean => valuesLeft(value, MOST_VALUES) < 0;

/** Of its own, whatever is in them: each that nobody knows would be a fault. */
const hasManyMembers = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  let members = 0;
  for (const name in value) if (Object.hasOwn(value, name) && (members += 1) > MOST_VALUES) return true;
  return false;
};

const tooLarge: Fault = {
  pointer: '',
  code: 'pipeline.event_too_large',
  detail: `has more than ${MOST_VALUES} values`,
};

const isOfProgram = ({ programId, subject }: Envelope): boolean => programId !== undefined && subject !== undefined;

const momentIn = (text: string): Instant | undefined => {
  try {
    return instant(text);
  } catch {
    return undefined; // the fault says it
  }
};

/** What no database stores comes out of JSON as an escape; only then it is worth a closer look. */
const ESCAPED = /\\u(?:0000|d[89a-f])/;
const mayBeUnstorable = ({ id, source, subject }: Envelope, content: string): boolean =>
  ESCAPED.test(content) || !isStorable(id) || !isStorable(source) || !isStorable(subject);

const unstorable = (pointer: string): Fault => ({
  pointer,
  code: 'input.invalid',
  detail: 'must not hold NUL or half a character',
});

const noMoment: Fault = { pointer: '/time', code: 'input.invalid', detail: NO_MOMENT };

const missing = (field: string): Fault => ({
  pointer: `/${field}`,
  code: 'input.invalid',
  detail: 'must be there',
});

const unknownVersion = ({ type, version }: EventType): Fault => ({
  pointer: '/schemaVersion',
  code: 'pipeline.unknown_version',
  detail: `is not a version of ${type}; the latest is ${version}`,
});
