/** Another platform's export, read whole: partners, links, coupons, orders with their conversions, and commissions. */
import { join } from 'node:path';
import { CODE } from '../../modules/attribution/domain/traffic/link.ts';
import { PARTNER_KINDS } from '../../modules/partners/domain/partner.ts';
import { AppError } from '../../shared/errors.ts';
import { grouped } from '../../shared/grouped.ts';
import { instant, type Instant } from '../../shared/instant.ts';
import { Money } from '../../shared/money.ts';
import { type Row, type RowFault, rowsOfFile } from './csv-file.ts';
import { type Platform, type Standing, standingOf } from './statuses.ts';

interface From {
  readonly row: Row;
}

export interface OldPartner extends From {
  readonly ref: string;
  readonly name: string;
  readonly email: string;
  readonly kind: string;
  readonly groups?: readonly string[] | undefined;
  readonly recruiterRef?: string | undefined;
}

export interface OldCode extends From {
  readonly partnerRef: string;
  readonly code: string;
  readonly destination?: string | undefined;
}

export interface OldLine extends From {
  readonly orderRef: string;
  readonly lineRef: string;
  readonly sku?: string | undefined;
  readonly category?: string | undefined;
  readonly quantity: number;
  readonly returned: number;
  readonly unitPrice: Money;
  readonly placedAt: Instant;
  readonly times: Readonly<Partial<Record<OrderTime, Instant>>>;
  readonly linkCode?: string | undefined;
  readonly clickedAt?: Instant | undefined;
  readonly couponCode?: string | undefined;
  readonly customerRef?: string | undefined;
}

export const ORDER_TIMES = ['confirmed', 'in_transit', 'delivered', 'cancelled', 'returned'] as const;
export type OrderTime = (typeof ORDER_TIMES)[number];

export interface OldCommission extends From {
  readonly orderRef: string;
  readonly partnerRef: string;
  readonly amount: Money;
  readonly standing: Standing;
}

export interface History {
  readonly partners: readonly OldPartner[];
  readonly links: readonly OldCode[];
  readonly coupons: readonly OldCode[];
  /** By order. */
  readonly orders: ReadonlyMap<string, readonly OldLine[]>;
  readonly commissions: readonly OldCommission[];
  readonly faults: readonly RowFault[];
}

/** Rows that cannot be read are left out and named among the faults. */
export const readHistory = (folder: string, platform: Platform): History => {
  const faults: RowFault[] = [];
  const all = <Item>(file: string, columns: readonly string[], read: (row: Row) => Item | undefined): Item[] =>
    rowsOfFile(join(folder, file), columns, faults).flatMap((row) => read(row) ?? []);
  const lines = all('orders.csv', ORDER_COLUMNS, readLine);
  const history = {
    partners: all('partners.csv', ['partner_ref', 'name', 'email'], readPartner),
    links: all('links.csv', ['partner_ref', 'code'], readLink),
    coupons: all('coupons.csv', ['partner_ref', 'code'], readCoupon),
    orders: grouped(lines, ({ orderRef }) => orderRef),
    commissions: all('commissions.csv', COMMISSION_COLUMNS, (row) => readCommission(row, platform)),
  };
  dangling(history);
  return { ...history, faults };
};

const readPartner = (row: Row): OldPartner | undefined => {
  const [ref, name, email] = [row.text('partner_ref'), row.text('name'), row.as('email', emailAddress)];
  const kind = row.optionalAs('kind', partnerKind) ?? 'affiliate';
  if (ref === undefined || name === undefined || email === undefined) return undefined;
  const groups = row
    .optional('groups')
    ?.split('|')
    .map((group) => group.trim());
  return { row, ref, name, email, kind, groups, recruiterRef: row.optional('recruiter_ref') };
};

const readLink = (row: Row): OldCode | undefined => readCode(row, linkCode);

const readCoupon = (row: Row): OldCode | undefined => readCode(row, (text) => text);

const readCode = (row: Row, read: (text: string) => string): OldCode | undefined => {
  const [partnerRef, code] = [row.text('partner_ref'), row.as('code', read)];
  if (partnerRef === undefined || code === undefined) return undefined;
  return { row, partnerRef, code, destination: row.optional('destination') };
};

const ORDER_COLUMNS = ['order_ref', 'placed_at', 'currency', 'line_ref', 'quantity', 'unit_price'];

const readLine = (row: Row): OldLine | undefined => {
  const [orderRef, lineRef] = [row.text('order_ref'), row.text('line_ref')];
  const placedAt = row.as('placed_at', instant);
  const quantity = row.as('quantity', whole);
  const unitPrice = moneyOf(row, 'unit_price');
  const [clickedAt, linkCode] = [row.optionalAs('clicked_at', instant), row.optional('link_code')];
  if ((clickedAt === undefined) !== (linkCode === undefined))
    row.fault(clickedAt === undefined ? 'clicked_at' : 'link_code', 'is empty beside the other of a click');
  const times = Object.fromEntries(
    ORDER_TIMES.flatMap((name) => {
      const at = row.optionalAs(`${name}_at`, instant);
      return at === undefined ? [] : [[name, at]];
    }),
  );
  if (orderRef === undefined || lineRef === undefined || placedAt === undefined) return undefined;
  if (quantity === undefined || unitPrice === undefined) return undefined;
  return {
    ...{ row, orderRef, lineRef, placedAt, quantity, unitPrice, clickedAt, linkCode, times },
    returned: returnedOf(row, quantity, 'returned' in times),
    sku: row.optional('sku'),
    category: row.optional('category'),
    couponCode: row.optional('coupon_code'),
    customerRef: row.optional('customer_ref'),
  };
};

/** All of it, where only the moment is said. */
const returnedOf = (row: Row, quantity: number, isReturned: boolean): number =>
  row.optionalAs('returned_quantity', whole) ?? (isReturned ? quantity : 0);

const COMMISSION_COLUMNS = ['order_ref', 'partner_ref', 'amount', 'currency', 'status'];

const readCommission = (row: Row, platform: Platform): OldCommission | undefined => {
  const [orderRef, partnerRef] = [row.text('order_ref'), row.text('partner_ref')];
  const amount = moneyOf(row, 'amount');
  const status = row.text('status');
  const standing = status === undefined ? undefined : standingOf(platform, status);
  if (status !== undefined && standing === undefined) row.fault('status', `"${status}" is no status of ${platform}`);
  if (orderRef === undefined || partnerRef === undefined || amount === undefined || standing === undefined)
    return undefined;
  return { row, orderRef, partnerRef, amount, standing };
};

const moneyOf = (row: Row, column: string): Money | undefined => {
  const currency = row.text('currency');
  return currency === undefined ? undefined : row.as(column, (text) => Money.parse(text, currency));
};

// ── cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Throws `import.bad_cell` for what does not fit. */
const cell = (fits: boolean, text: string, what: string): string => {
  if (!fits) throw new AppError('invalid', 'import.bad_cell', `"${text}" is no ${what}`);
  return text;
};

const whole = (text: string): number => Number(cell(/^\d{1,6}$/.test(text), text, 'whole number'));

const emailAddress = (text: string): string =>
  cell(/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text), text, 'e-mail address');

const partnerKind = (text: string): string =>
  cell(
    PARTNER_KINDS.some((kind) => kind === text),
    text,
    `kind of partner (${PARTNER_KINDS.join(', ')})`,
  );

const linkCode = (text: string): string => cell(CODE.test(text), text, 'code of a link');

/** Names that lead nowhere within the export. */
const dangling = ({ partners, links, coupons, orders, commissions }: Omit<History, 'faults'>): void => {
  const refs = new Set(partners.map(({ ref }) => ref));
  for (const { row, partnerRef } of [...links, ...coupons, ...commissions])
    if (!refs.has(partnerRef)) row.fault('partner_ref', `"${partnerRef}" is nobody in partners.csv`);
  const codes = new Set(links.map(({ code }) => code));
  for (const { row, linkCode } of [...orders.values()].flat())
    if (linkCode !== undefined && !codes.has(linkCode)) row.fault('link_code', `"${linkCode}" is no link in links.csv`);
  for (const { row, orderRef } of commissions)
    if (!orders.has(orderRef)) row.fault('order_ref', `"${orderRef}" is no order in orders.csv`);
};
