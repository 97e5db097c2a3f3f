/** What a commerce system would have posted, had it been connected to us then. Ids are made from names: sent again, known. */
import { derivedId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import type { PostedEvent } from '../demo/world.ts';
import type { OldLine, OrderTime } from './history.ts';

/** Of one order; its first line says what is said once an order. */
export const eventsOfOrder = (
  programId: string,
  orderRef: string,
  lines: readonly OldLine[],
): readonly PostedEvent[] => {
  const [first] = lines;
  if (first === undefined) return [];
  const clickId = first.linkCode === undefined ? undefined : derivedId('clk', 'import', programId, orderRef);
  const told = (name: string, time: Instant, data: object = {}): PostedEvent => ({
    id: `import:${orderRef}:${name}`,
    type: `order.${name}`,
    subject: orderRef,
    time,
    data,
  });
  return [
    ...clickOf(first, clickId, orderRef),
    told('placed', first.placedAt, contentOf(lines, first, clickId)),
    ...STEPS.flatMap((name) => {
      const at = first.times[name];
      return at === undefined ? [] : [told(name, at)];
    }),
    ...returnsOf(lines).map(({ at, returned }) => told('lines_returned', at, { lines: returned })),
  ];
};

const STEPS = ['confirmed', 'in_transit', 'delivered', 'cancelled'] as const satisfies readonly OrderTime[];

const clickOf = (
  { linkCode, clickedAt }: OldLine,
  clickId: string | undefined,
  orderRef: string,
): readonly PostedEvent[] => {
  if (clickId === undefined || clickedAt === undefined) return [];
  const id = `import:${orderRef}:click`;
  return [{ id, type: 'click.recorded', subject: clickId, time: clickedAt, data: { clickId, linkCode } }];
};

const contentOf = (
  lines: readonly OldLine[],
  { unitPrice, couponCode, customerRef }: OldLine,
  clickId: string | undefined,
): object => ({
  currency: unitPrice.currency,
  ...(clickId !== undefined && { clickId }),
  ...(couponCode !== undefined && { couponCodes: [couponCode] }),
  ...(customerRef !== undefined && { customerRef }),
  lines: lines.map((line) => ({
    lineRef: line.lineRef,
    quantity: line.quantity,
    unitPrice: line.unitPrice.toJSON(),
    ...(line.sku !== undefined && { sku: line.sku }),
    ...(line.category !== undefined && { category: line.category }),
  })),
});

/** At once: exports say when a line came back, seldom which parcel it was in. */
const returnsOf = (lines: readonly OldLine[]): readonly { at: Instant; returned: readonly object[] }[] => {
  const back = lines.filter(({ returned, times }) => returned > 0 && times.returned !== undefined);
  const [at] = back
    .map(({ times }) => times.returned)
    .toSorted()
    .slice(-1);
  if (at === undefined) return [];
  return [{ at, returned: back.map(({ lineRef, returned }) => ({ lineRef, quantity: returned })) }];
};
