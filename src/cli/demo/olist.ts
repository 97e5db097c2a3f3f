/**
 * Real orders as a story: the CSV files of the Olist data set, read as what a commerce system would have posted.
 * Sellers become partners; an order whose id begins with an even hex digit, and that has an item, had one click on the
 * link of the seller of its first item, half an hour before it was placed.
 */
import { parse } from 'csv-parse/sync';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { grouped } from '../../shared/grouped.ts';
import { derivedId } from '../../shared/ids.ts';
import { instant, type Instant, latest, plusMs } from '../../shared/instant.ts';
import { Money } from '../../shared/money.ts';
import type { PostedEvent } from './world.ts';

const CURRENCY = 'BRL';
const BEFORE_ORDER_MS = 30 * 60_000;
const FILES = ['orders.csv', 'order_items.csv', 'products.csv'] as const;
/** What the clicks of the past would have sent. */
const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:62.0) Gecko/20100101 Firefox/62.0';

type Row = Readonly<Record<string, string>>;

export interface OlistOrders {
  readonly sellers: readonly string[];
  readonly orderCount: number;
  readonly events: readonly PostedEvent[];
  readonly clicks: readonly PostedEvent[];
}

/** Throws `demo.no_data`. */
export const readOlist = (folder: string): OlistOrders => {
  const table = tables(folder);
  const items = grouped(table('order_items.csv'), field('order_id'));
  const categories = new Map(
    table('products.csv').map((row) => [row['product_id'], row['product_category_name'] ?? '']),
  );
  const orders = table('orders.csv');
  const events: PostedEvent[] = [];
  const clicks: PostedEvent[] = [];
  for (const order of orders) {
    const lines = (items.get(field('order_id')(order)) ?? []).toSorted(
      (a, b) => Number(a['order_item_id']) - Number(b['order_item_id']),
    );
    const click = clickOf(order, lines);
    if (click !== undefined) clicks.push(click);
    events.push(...eventsOf(order, lines, categories, click?.subject));
  }
  const sellers = [...new Set(table('order_items.csv').map(field('seller_id')))].toSorted();
  return { sellers, orderCount: orders.length, events, clicks };
};

const field =
  (name: string) =>
  (row: Row): string => {
    const value = row[name];
    if (value === undefined) throw new AppError('invalid', 'demo.no_data', `a file lacks the column ${name}`);
    return value;
  };

const tables = (folder: string): ((file: (typeof FILES)[number]) => readonly Row[]) => {
  const missing = FILES.filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0)
    throw new AppError(
      'not_found',
      'demo.no_data',
      `${folder} lacks ${missing.join(', ')}; DATA names the folder of the Olist CSV files`,
    );
  const read = new Map<string, readonly Row[]>();
  return (file) => {
    const known = read.get(file);
    if (known !== undefined) return known;
    const rows = parse<Row>(readFileSync(join(folder, file)), { columns: true, bom: true, skip_empty_lines: true });
    read.set(file, rows);
    return rows;
  };
};

/** `2017-10-02 10:56:33`, read as UTC; empty is unknown. */
const moment = (row: Row, name: string): Instant | undefined => {
  const text = row[name];
  return text ? instant(`${text.replace(' ', 'T')}Z`) : undefined;
};

const placedAt = (order: Row): Instant => {
  const at = moment(order, 'order_purchase_timestamp');
  if (at === undefined)
    throw new AppError('invalid', 'demo.no_data', `order ${order['order_id'] ?? ''} has no time of purchase`);
  return at;
};

const clickOf = (order: Row, [first]: readonly Row[]): PostedEvent | undefined => {
  const orderRef = field('order_id')(order);
  if (first === undefined || !/^[02468ace]/.test(orderRef)) return undefined;
  const clickId = derivedId('clk', 'olist', orderRef);
  return {
    id: `${orderRef}:click`,
    type: 'click.recorded',
    subject: clickId,
    time: plusMs(placedAt(order), -BEFORE_ORDER_MS),
    data: { clickId, linkCode: field('seller_id')(first), userAgent: BROWSER },
  };
};

const MILESTONES = [
  ['order.confirmed', 'order_approved_at'],
  ['order.in_transit', 'order_delivered_carrier_date'],
  ['order.delivered', 'order_delivered_customer_date'],
] as const;

const CANCELLED = new Set(['canceled', 'unavailable']);

const eventsOf = (
  order: Row,
  lines: readonly Row[],
  categories: ReadonlyMap<string | undefined, string>,
  clickId: string | undefined,
): readonly PostedEvent[] => {
  const orderRef = field('order_id')(order);
  const told = (type: string, time: Instant, data: object = {}): PostedEvent => ({
    id: `${orderRef}:${type}`,
    type,
    subject: orderRef,
    time,
    data,
  });
  const placed = placedAt(order);
  const reached = MILESTONES.flatMap(([type, column]) => {
    const at = moment(order, column);
    return at === undefined ? [] : [told(type, at)];
  });
  const status = field('order_status')(order);
  const last = latest(placed, ...reached.map(({ time }) => time));
  return [
    told('order.placed', placed, contentOf(order, lines, categories, clickId)),
    ...reached,
    ...(CANCELLED.has(status) ? [told('order.cancelled', last, { reason: status })] : []),
  ];
};

const contentOf = (
  order: Row,
  lines: readonly Row[],
  categories: ReadonlyMap<string | undefined, string>,
  clickId: string | undefined,
): object => ({
  currency: CURRENCY,
  customerRef: field('customer_id')(order),
  ...(clickId !== undefined && { clickId }),
  lines: lines.map((line) => ({
    lineRef: field('order_item_id')(line),
    sku: field('product_id')(line),
    category: categories.get(line['product_id']) ?? '',
    quantity: 1,
    unitPrice: Money.parse(field('price')(line), CURRENCY).toJSON(),
  })),
});
