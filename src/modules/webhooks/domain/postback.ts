/**
 * Classic postbacks: an address with macros in braces, which is called with what happened in their places. Trackers of
 * partners have understood them for twenty years. A postback is an endpoint like any other: the same line, the same
 * retries, the same health.
 */
import type { Fault } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../shared/money.ts';
import type { PublicEventType } from './public-events.ts';

export type PostbackMethod = 'GET' | 'POST';

export const MACROS = [
  'click_id',
  'sub1',
  'sub2',
  'sub3',
  'sub4',
  'sub5',
  'status',
  'reason',
  'amount',
  'currency',
  'order_ref',
  'conversion_id',
  'event',
  'event_id',
] as const;
type Macro = (typeof MACROS)[number];

/** What has no value in an event is filled with nothing. */
export type PostbackValues = Readonly<Partial<Record<Macro, string>>>;

/** Whose click an order was credited to, as attribution knows it. */
export interface PostbackCredit {
  readonly conversionId: Id<'cnv'>;
  /** None, when a coupon or a claim won. */
  readonly clickId?: Id<'clk'> | undefined;
  readonly subs?: Readonly<Record<string, string>> | undefined;
}

/** The three words that trackers know, for each event that concerns them. */
const STATUS: Readonly<Partial<Record<PublicEventType, 'pending' | 'approved' | 'rejected'>>> = {
  'conversion.attributed': 'pending',
  'commission.accrued': 'pending',
  'commission.confirmed': 'approved',
  'commission.vested': 'approved',
  'commission.locked': 'approved',
  'commission.paid': 'approved',
  'commission.held': 'pending',
  'commission.released': 'pending',
  'commission.raised': 'approved',
  'commission.reduced': 'approved',
  'commission.reversed': 'rejected',
  'commission.clawed_back': 'rejected',
};

export const POSTBACK_EVENT_TYPES = Object.keys(STATUS) as readonly PublicEventType[];
export const isPostbackType = (type: string): boolean => type in STATUS;
/**
 * Unless its owner says otherwise: once that it came, then once what became of it. A commission is locked or reversed,
 * never both, while it vests step by step with the whole amount in every step: a tracker that adds up would add too much.
 */
export const DEFAULT_POSTBACK_TYPES: readonly PublicEventType[] = [
  'conversion.attributed',
  'commission.locked',
  'commission.reversed',
];

const MACRO = /\{([^{}]*)\}/g;

/** Each macro by its value, percent-encoded: nothing that happened can break out of its place. */
export const filled = (template: string, values: PostbackValues): string =>
  template.replace(MACRO, (_, name: string) => encodeURIComponent(values[name as Macro] ?? ''));

const fault = (code: string, detail: string): Fault => ({ pointer: '/url', code, detail });

/** Why an address cannot be a postback's; nothing, when it can. */
export const templateFaults = (template: string): readonly Fault[] => {
  const unknown = [...template.matchAll(MACRO)]
    .map(([, name = '']) => name)
    .filter((name) => !MACROS.some((macro) => macro === name));
  if (unknown.length > 0) {
    const detail = `${unknown.map((name) => `{${name}}`).join(', ')} is no macro; there are ${MACROS.map((name) => `{${name}}`).join(' ')}`;
    return [fault('webhooks.unknown_macro', detail)];
  }
  if (/[{}]/.test(template.replace(MACRO, '')))
    return [fault('webhooks.unknown_macro', 'a brace stands alone; write it as %7B or %7D')];
  const [one, other] = ['1', '2'].map((value) => template.replace(MACRO, value));
  if (one === undefined || other === undefined || !URL.canParse(one) || !URL.canParse(other))
    return [fault('webhooks.template_malformed', 'is no address once its macros are filled')];
  return originOf(one) === originOf(other) ? [] : [fault('webhooks.template_malformed', 'its host may hold no macro')];
};

const originOf = (address: string): string => {
  const { protocol, username, password, host } = new URL(address);
  return [protocol, username, password, host].join(' ');
};

/** What a test of the address is filled with. */
export const SAMPLE_VALUES: PostbackValues = Object.fromEntries(MACROS.map((name) => [name, 'test']));

/** As much of an event as its macros need. */
interface Said {
  readonly eventId: Id<'evt'>;
  readonly type: PublicEventType;
  readonly data: object;
}

/** What an event says, in macros. `credit` is that of the event's own partner. */
export const valuesOf = ({ eventId, type, data }: Said, credit: PostbackCredit | undefined): PostbackValues => {
  const said = data as { orderRef?: string; amount?: MoneyJson; reason?: string; reasons?: readonly string[] };
  return {
    ...credit?.subs,
    ...(credit && { click_id: credit.clickId ?? '', conversion_id: credit.conversionId }),
    status: STATUS[type] ?? '',
    reason: said.reason ?? said.reasons?.join() ?? '',
    ...(said.amount && { amount: decimal(said.amount), currency: said.amount.currency }),
    order_ref: said.orderRef ?? '',
    event: type,
    event_id: eventId,
  };
};

/** In major units, without the currency. */
const decimal = (amount: MoneyJson): string =>
  Money.fromJson(amount)
    .toString()
    .replace(/[^\d.-]/g, '');
