/** Events of about 650 bytes, as neighbours post them; each a place for a serial (`spliced-body.ts`). */
import { SystemWallClock } from '../../src/infrastructure/system/system.ts';
import { TimeOrderedIds } from '../../src/infrastructure/system/time-ordered-ids.ts';
import type { Id } from '../../src/shared/ids.ts';

const MARK = '~~~~~~~~';
const ids = new TimeOrderedIds(new SystemWallClock());

export const PAGE_VIEW = {
  type: 'bench.page_view',
  lane: 'clicks',
  about: 'Somebody looked at a page; for benchmarks',
  schema: {
    type: 'object',
    properties: {
      session: { type: 'string', minLength: 1, maxLength: 64 },
      url: { type: 'string', minLength: 1, maxLength: 500 },
      referrer: { type: 'string', maxLength: 500 },
      userAgent: { type: 'string', maxLength: 500 },
      width: { type: 'integer', minimum: 1, maximum: 20_000 },
      height: { type: 'integer', minimum: 1, maximum: 20_000 },
      language: { type: 'string', maxLength: 20 },
      scrolled: { type: 'number', minimum: 0, maximum: 1 },
      isNew: { type: 'boolean' },
      tags: { type: 'array', maxItems: 10, items: { type: 'string', maxLength: 50 } },
    },
    required: ['session', 'url', 'width', 'height'],
    additionalProperties: false,
  },
} as const;

export const LOG_LINE = {
  ...PAGE_VIEW,
  type: 'bench.log_line',
  lane: 'logs',
  about: 'A line of a log; for benchmarks',
} as const;

const pageView = (n: number) => ({
  session: `session-${MARK}`,
  url: `https://shop.example/products/robot-${n}?utm_source=newsletter&utm_campaign=spring-${n % 10}`,
  referrer: `https://blog-${n % 100}.example/a-long-review-of-robots-for-the-garden`,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36',
  width: 1_920,
  height: 1_080,
  language: 'en-GB',
  scrolled: 0.42,
  isNew: n % 3 === 0,
  tags: ['robots', 'garden', `campaign-${n % 10}`],
});

/** Within the last three seconds, and not in its order. */
const timeOf = (n: number): string => new Date(Date.now() - ((n * 7_919) % 3_000)).toISOString();

const batch = (events: readonly object[]): string => JSON.stringify({ events });

const envelope = (programId: Id<'prg'>, type: string, n: number) => ({
  id: `${type}-${MARK}`,
  type,
  programId,
  time: timeOf(n),
  subject: `subject-${MARK}`,
});

export const pageViews = (
  programId: Id<'prg'>,
  count: number,
  { type }: { readonly type: string } = PAGE_VIEW,
): string => batch(Array.from({ length: count }, (_, n) => ({ ...envelope(programId, type, n), data: pageView(n) })));

/** What attribution listens to. */
export const clicksElsewhere = (programId: Id<'prg'>, count: number): string =>
  batch(
    Array.from({ length: count }, (_, n) => ({
      ...envelope(programId, 'click.recorded', n),
      data: {
        clickId: `${ids.next('clk').slice(0, -MARK.length)}${MARK}`,
        linkCode: `link-${n % 50}`,
        visitorId: `visitor-${MARK}`,
        userAgent: pageView(n).userAgent,
        referrer: pageView(n).referrer,
      },
    })),
  );

export const ordersPlaced = (programId: Id<'prg'>, count: number): string =>
  batch(
    Array.from({ length: count }, (_, n) => ({
      ...envelope(programId, 'order.placed', n),
      data: {
        currency: 'EUR',
        customerRef: `customer-${MARK}`,
        lines: [
          { lineRef: '1', sku: `sku-${n}`, quantity: 1, unitPrice: { minor: '1299000', currency: 'EUR' } },
          { lineRef: '2', sku: 'care', quantity: 1, unitPrice: { minor: '49900', currency: 'EUR' } },
        ],
      },
    })),
  );
