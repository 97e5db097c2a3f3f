/**
 * What happens in the world outside, from a seed: who clicks, what is ordered, what becomes of it, who is suspended,
 * and how late we are told. The same story is played calmly, each thing told once as it happens, and badly.
 */
import { SeededRandom } from '../../../src/cli/seeded-random.ts';
import type { Milestone } from '../../../src/modules/orders/index.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { instant, type Instant, plusMs } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';

export const DAY = 86_400_000;
const HOUR = 3_600_000;

export const FROM = instant('2018-01-01T12:00:00Z');
/** Everything has happened and been told by the 175th day, and June can be closed and paid. */
export const UNTIL = plusMs(FROM, 190 * DAY);

/** Longer than anybody may take to consider a partner for an order: late clicks, and messages that were held up. */
export const CONSIDERED_WITHIN_MS = 45 * DAY;

/** An event as a neighbour tells it, and by how much it is told late in a bad world. */
export interface Told {
  readonly id: string;
  readonly type: string;
  readonly program: number;
  readonly subject: string;
  readonly at: Instant;
  readonly lateMs: number;
  readonly data: object;
}

export interface OrderPlan {
  readonly ref: string;
  readonly program: number;
  readonly begunAt: Instant;
  /** The first time anybody says it was delivered. */
  readonly deliveredAt?: Instant | undefined;
  /** Partners who might be credited with it. */
  readonly partners: readonly number[];
}

export interface Suspension {
  readonly program: number;
  readonly partner: number;
  readonly from: Instant;
  readonly until: Instant;
}

export interface ProgramPlan {
  readonly currency: string;
  readonly timeZone: string;
  readonly minimumPayout: string;
  readonly vesting: readonly { readonly milestone: Milestone; readonly percent: string }[];
  readonly returnWindowDays: number;
}

export interface Story {
  readonly seed: number;
  readonly programs: readonly ProgramPlan[];
  readonly partners: number;
  readonly told: readonly Told[];
  readonly orders: readonly OrderPlan[];
  readonly suspensions: readonly Suspension[];
}

export const emailOf = (partner: number): string => `partner-${partner}@partners.example`;
export const linkOf = (program: number, partner: number): string => `link-${program}-${partner}`;

export const storyOf = (seed: number): Story => {
  const random = new SeededRandom(Math.imul(seed, 0x9e37_79b1));
  const programs = random.fraction() < 0.2 ? [programOf(random), programOf(random)] : [programOf(random)];
  const partners = 1 + random.below(3);
  const journeys = Array.from({ length: random.pick([1, 2, 3, 4]) }, (_, n) =>
    journeyOf(random, n, programs, partners),
  );
  const suspended = random.fraction() < 0.5;
  return {
    seed,
    programs,
    partners,
    told: journeys.flatMap(({ told }) => told).toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))),
    orders: journeys.map(({ order }) => order),
    suspensions: suspended ? suspensionsOf(random, random.pick(journeys).order) : [],
  };
};

const programOf = (random: SeededRandom): ProgramPlan => ({
  ...random.pick([
    { currency: 'BRL', timeZone: 'America/Sao_Paulo' },
    { currency: 'EUR', timeZone: 'Europe/Berlin' },
    { currency: 'JPY', timeZone: 'Asia/Tokyo' },
  ]),
  minimumPayout: random.pick(['0', '2000', '9000']),
  vesting: random.pick([
    [{ milestone: 'delivered', percent: '100' }],
    [
      { milestone: 'confirmed', percent: '40' },
      { milestone: 'delivered', percent: '60' },
    ],
  ]),
  returnWindowDays: random.pick([14, 30, 30]),
});

/** Of somebody who may have earned something. */
const suspensionsOf = (random: SeededRandom, { program, partners }: OrderPlan): readonly Suspension[] => {
  const partner = partners.at(-1);
  const from = plusMs(FROM, (20 + random.below(90)) * DAY);
  const until = plusMs(from, (10 + random.below(60)) * DAY);
  return partner === undefined ? [] : [{ program, partner, from, until }];
};

// ── one order, from the first click to whatever became of it ──────────────────────────────────────────────────────

interface Line {
  readonly lineRef: string;
  readonly quantity: number;
  readonly category: string;
  readonly unitPrice: { readonly minor: string; readonly currency: string };
}

interface Journey {
  readonly order: OrderPlan;
  readonly told: readonly Told[];
}

type Turn =
  'kept' | 'cancelled' | 'called_back' | 'returned' | 'partly_returned' | 'returned_in_parts' | 'charged_back';

const TURNS: readonly Turn[] = [
  ...Array.from({ length: 8 }, (): Turn => 'kept'),
  'cancelled',
  'cancelled',
  'called_back',
  'returned',
  'partly_returned',
  'partly_returned',
  'returned_in_parts',
  'charged_back',
];

const PEOPLE = 'Mozilla/5.0 (X11; Linux x86_64)';
const MACHINE = 'ExampleBot/1.0 (+https://bot.example/)';

/**
 * How late we are told: mostly at once. What an order consists of is heard before its commission can lock, for what
 * locks grows no more; everything else may be told when it has long been paid.
 */
const lateness = (random: SeededRandom, type: string): number => {
  if (random.fraction() < 0.6) return 0;
  const days = /reserved|placed/.test(type) ? 2 : 25;
  return random.below(days * 24) * HOUR;
};

const journeyOf = (random: SeededRandom, n: number, programs: readonly ProgramPlan[], partners: number): Journey => {
  const program = random.below(programs.length);
  const currency = programs[program]?.currency ?? '';
  const ref = `O-${n}`;
  const begunAt = plusMs(FROM, (5 + random.below(50)) * DAY + random.below(24) * HOUR);
  const told: Told[] = [];
  const tell = (type: string, at: Instant, data: object = {}, subject = ref): void => {
    const id = `${ref}:${type}:${told.length}`;
    told.push({ id, type, program, subject, at, lateMs: lateness(random, type), data });
  };
  const clicks = clicksOf(random, n, program, partners, begunAt);
  for (const { at, data } of clicks) tell('click.recorded', at, data, ref);
  const deliveredAt = orderStory(random, begunAt, contentOf(random, n, currency, clicks), tell);
  return { order: { ref, program, begunAt, deliveredAt, partners: clicks.map(({ partner }) => partner) }, told };
};

interface Click {
  readonly partner: number;
  readonly at: Instant;
  readonly clickId: Id<'clk'>;
  readonly data: object;
}

/** Long before, as one who thinks; seconds before, as a machine; after the reservation, as one who looks again. */
const AGO: readonly ((random: SeededRandom) => number)[] = [
  ...Array.from({ length: 8 }, () => (random: SeededRandom) => random.below(36 * 24) * HOUR + 60_000),
  () => 5_000,
  (random) => -random.below(48) * HOUR - 60_000,
];

const clicksOf = (
  random: SeededRandom,
  n: number,
  program: number,
  partners: number,
  before: Instant,
): readonly Click[] =>
  Array.from({ length: random.pick([0, 1, 1, 2, 2, 3]) }, (_, nth) => {
    const partner = random.below(partners);
    const agoMs = random.pick(AGO)(random) + nth;
    const clickId = idOf('clk', n * 10 + nth + 1);
    const userAgent = random.fraction() < 0.08 ? MACHINE : PEOPLE;
    const data = { clickId, linkCode: linkOf(program, partner), visitorId: `visitor-${n}`, userAgent };
    return { partner, clickId, at: plusMs(before, -agoMs), data };
  });

interface Common {
  readonly currency: string;
  readonly visitorId: string;
  readonly customerEmail: string;
  readonly clickId?: Id<'clk'>;
}

interface Content {
  readonly lines: readonly Line[];
  readonly first: object;
  /** What is ordered in the end. */
  readonly last: object;
}

const contentOf = (random: SeededRandom, n: number, currency: string, clicks: readonly Click[]): Content => {
  const lines = Array.from({ length: 1 + random.below(3) }, (_, index): Line => ({
    lineRef: String(index + 1),
    quantity: 1 + random.below(3),
    category: random.pick(['car', 'robot', 'charger']),
    unitPrice: { minor: String(1_000 + random.below(90_000)), currency },
  }));
  const self = random.fraction() < 0.08 ? clicks.at(-1)?.partner : undefined;
  const named = random.fraction() < 0.5 ? clicks.at(-1)?.clickId : undefined;
  const common: Common = {
    currency,
    visitorId: `visitor-${n}`,
    customerEmail: self === undefined ? `customer-${n}@customers.example` : emailOf(self),
    ...(named !== undefined && { clickId: named }),
  };
  const smaller = random.fraction() < 0.2 ? lines.slice(0, 1) : lines;
  const { visitorId: _, clickId: __, ...anonymous } = common;
  const before = random.fraction() < 0.3 ? anonymous : common;
  return { lines, first: { ...before, lines: smaller }, last: { ...common, lines } };
};

type Tell = (type: string, at: Instant, data?: object) => void;

/** Tells of an order's way; returns when it was delivered, if it was. */
const orderStory = (random: SeededRandom, begunAt: Instant, content: Content, tell: Tell): Instant | undefined => {
  const turn = random.pick(TURNS);
  const hours = (from: Instant, least: number, more: number): Instant =>
    plusMs(from, (least + random.below(more)) * HOUR);
  const placedAt = random.fraction() < 0.4 ? hours(begunAt, 1, 48) : begunAt;
  if (placedAt !== begunAt) tell('order.reserved', begunAt, content.first);
  tell('order.placed', placedAt, content.last);
  const confirmedAt = hours(placedAt, 1, 40);
  tell('order.confirmed', confirmedAt);
  if (random.fraction() < 0.4) tell('order.in_transit', hours(confirmedAt, 1, 48));
  if (turn === 'cancelled') {
    tell('order.cancelled', hours(confirmedAt, 49, 100), { reason: 'changed their mind' });
    return undefined;
  }
  const deliveredAt = hours(confirmedAt, 72, 20 * 24);
  tell('order.delivered', deliveredAt);
  // Somebody else says so too, a little later, by another id.
  if (random.fraction() < 0.15) tell('order.delivered', hours(deliveredAt, 1, 40));
  // Before the return window is over, or much later, when it may have been paid already.
  const afterwards = hours(deliveredAt, 1, random.pick([12, 55]) * 24);
  afterDelivery(random, turn, afterwards, content.lines, tell);
  return deliveredAt;
};

const afterDelivery = (random: SeededRandom, turn: Turn, at: Instant, lines: readonly Line[], tell: Tell): void => {
  const back = (parts: readonly Line[]) => ({ lines: parts.map(({ lineRef, quantity }) => ({ lineRef, quantity })) });
  const later = plusMs(at, (1 + random.below(15)) * DAY);
  const [first, ...others] = lines;
  if (turn === 'called_back') tell('order.cancelled', at, { reason: 'recalled' });
  if (turn === 'charged_back') tell('order.charged_back', at, { reason: 'the card was stolen' });
  if (turn === 'returned') tell('order.lines_returned', at, back(lines));
  if (turn === 'partly_returned') tell('order.lines_returned', at, { lines: [{ lineRef: '1', quantity: 1 }] });
  if (turn === 'returned_in_parts') {
    tell('order.lines_returned', at, back(first ? [first] : []));
    if (others.length > 0) tell('order.lines_returned', later, back(others));
  }
  if (turn === 'kept' && random.fraction() < 0.3) tell('order.completed', at);
};
