/**
 * The kinds of events that every installation knows, each with the JSON Schema of its data; neighbours register more. The
 * subject of an order event is the order's reference; of a click, nothing depends on it.
 */
import { moneySchema } from '../../../shared/fields.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { MoneyJson } from '../../../shared/money.ts';
import type { Lane } from './lanes.ts';
import { at, type Contact } from './schema.ts';

type Data = Readonly<Record<string, unknown>>;

/** A type as one version of its schema describes it; a version never changes. */
export interface EventType {
  readonly type: string;
  readonly version: number;
  readonly lane: Lane;
  readonly about: string;
  /** Ours, with contracts of its own; others are told of as `EventReceivedV1`. */
  readonly builtIn: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
  /** What a schema cannot say. */
  readonly check?: (data: Data) => readonly Fault[];
  /** Fields that say where to reach somebody: each is replaced by its fingerprint before anything is stored. */
  readonly fingerprinted: Readonly<Record<string, Contact>>;
}

const text = (maxLength: number, more: object = {}) => ({ type: 'string', minLength: 1, maxLength, ...more });
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const price = {
  ...moneySchema,
  properties: { minor: { type: 'string', pattern: '^\\d{1,18}$' }, currency: { type: 'string', format: 'currency' } },
};

/** What the commerce system wants known beside what we have words for. */
const metadata = {
  type: 'object',
  maxProperties: 50,
  additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 500 },
};

const orderLine = object(
  {
    lineRef: text(100),
    sku: text(200),
    name: text(300),
    category: { type: 'string', maxLength: 200 },
    quantity: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    unitPrice: price,
    metadata,
  },
  ['lineRef', 'quantity', 'unitPrice'],
);

const customer = object({
  status: { type: 'string', enum: ['new', 'returning'] },
  country: { type: 'string', format: 'country' },
  firstOrderAt: { type: 'string', format: 'moment' },
  orderNumber: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  metadata,
});

const orderContent = object(
  {
    currency: { type: 'string', format: 'currency' },
    lines: { type: 'array', items: orderLine, maxItems: 500 },
    clickId: { type: 'string', format: 'signed-click-id' },
    visitorId: text(200),
    customerRef: text(200),
    customerEmail: text(320, { format: 'email' }),
    customerPhone: text(50, { format: 'phone' }),
    customer,
    couponCodes: { type: 'array', items: text(100), maxItems: 20 },
    metadata,
  },
  ['currency', 'lines'],
);

type Metadata = Readonly<Record<string, unknown>>;

interface Line {
  readonly metadata?: Metadata;
  readonly lineRef: string;
  readonly quantity: number;
  readonly unitPrice: MoneyJson;
}

/** 15 digits of minor units: a thousand such orders still sum within the 18 digits that every amount has elsewhere. */
const MOST_MINOR = 10n ** 15n - 1n;

const fault = (pointer: string, code: string, detail: string): Fault => ({ pointer, code, detail });

/** One currency an order, one reference a line, names that terms can name, and no more money than can be reckoned with. */
const checkContent = (data: Data): readonly Fault[] => {
  const lines = data['lines'] as readonly Line[];
  const customer = data['customer'] as { readonly metadata?: Metadata } | undefined;
  return [
    ...checkLines(lines, data['currency']),
    ...checkAmounts(lines),
    ...checkNames(data['metadata'] as Metadata | undefined, '/metadata'),
    ...checkNames(customer?.metadata, '/customer/metadata'),
    ...lines.flatMap(({ metadata }, index) => checkNames(metadata, `/lines/${index}/metadata`)),
  ];
};

const NAME = /^[A-Za-z][\w.-]{0,99}$/;

const checkNames = (metadata: Metadata | undefined, pointer: string): readonly Fault[] =>
  Object.keys(metadata ?? {})
    .filter((name) => !NAME.test(name))
    .map((name) =>
      fault(at(pointer, name), 'input.invalid', 'must be named with a letter, then letters, digits, _ . -'),
    );

const checkLines = (lines: readonly Line[], currency: unknown): readonly Fault[] => {
  const seen = new Set<string>();
  return lines.flatMap(({ lineRef, unitPrice }, index) => {
    const repeated = seen.has(lineRef);
    seen.add(lineRef);
    return [
      ...(repeated
        ? [fault(`/lines/${index}/lineRef`, 'pipeline.line_repeated', 'is the reference of an earlier line')]
        : []),
      ...(unitPrice.currency === currency
        ? []
        : [fault(`/lines/${index}/unitPrice/currency`, 'money.currency_mismatch', 'is not the currency of the order')]),
    ];
  });
};

const checkAmounts = (lines: readonly Line[]): readonly Fault[] => {
  const amounts = lines.map(({ quantity, unitPrice }) => BigInt(unitPrice.minor) * BigInt(quantity));
  const tooLarge = amounts.flatMap((amount, index) => (amount > MOST_MINOR ? [amountTooLarge(`/lines/${index}`)] : []));
  if (tooLarge.length > 0) return tooLarge;
  return amounts.reduce((sum, amount) => sum + amount, 0n) > MOST_MINOR ? [amountTooLarge('/lines')] : [];
};

const amountTooLarge = (pointer: string): Fault =>
  fault(pointer, 'pipeline.amount_too_large', 'comes to more than 15 digits of minor units, quantity times price');

const content = {
  schema: orderContent,
  check: checkContent,
  fingerprinted: { customerEmail: 'email', customerPhone: 'phone' },
} as const;
const note = { schema: object({ note: text(500) }) };
const withReason = { schema: object({ reason: text(500) }) };

const returnedLines = object(
  {
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      items: object({ lineRef: text(100), quantity: { type: 'integer', minimum: 1, maximum: 1_000_000 } }, [
        'lineRef',
        'quantity',
      ]),
    },
    reason: text(500),
  },
  ['lines'],
);

const click = object(
  {
    clickId: { type: 'string', format: 'click-id' },
    linkCode: text(100),
    visitorId: text(200),
    userAgent: { type: 'string', maxLength: 1_000 },
    referrer: { type: 'string', maxLength: 1_000 },
  },
  ['clickId', 'linkCode'],
);

type Described = Pick<EventType, 'type' | 'about' | 'schema' | 'check'> & Partial<Pick<EventType, 'fingerprinted'>>;

const builtIn =
  (lane: Lane) =>
  (described: Described): EventType => ({ version: 1, lane, builtIn: true, fingerprinted: {}, ...described });

export const builtInTypes: readonly EventType[] = [
  ...[
    { type: 'order.reserved', about: 'The customer reserved; the content may still change', ...content },
    { type: 'order.placed', about: 'The customer ordered', ...content },
    { type: 'order.confirmed', about: 'The order is binding', ...note },
    { type: 'order.in_production', about: 'It is being built', ...note },
    { type: 'order.in_transit', about: 'It is on its way', ...note },
    { type: 'order.delivered', about: 'The customer has it', ...note },
    { type: 'order.completed', about: 'Nothing more is owed either way', ...note },
    { type: 'order.cancelled', about: 'Called off; after delivery this is a return of everything', ...withReason },
    { type: 'order.lines_returned', about: 'Some of it came back', schema: returnedLines },
    { type: 'order.charged_back', about: 'The customer took the payment back', ...withReason },
  ].map(builtIn('money')),
  ...[{ type: 'click.recorded', about: 'A click that was recorded elsewhere or earlier', schema: click }].map(
    builtIn('clicks'),
  ),
];
