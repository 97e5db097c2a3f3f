/**
 * The built-in story: Aurora sells cars and robots through a creator, a dealer, an agency and one partner who tries it
 * on. Fourteen months, clicks through the real redirect, and everything that can happen to a commission.
 */
import type { Id } from '../../shared/ids.ts';
import { instant, type Instant, plusMs } from '../../shared/instant.ts';
import { SeededRandom } from '../seeded-random.ts';
import { BANK_ACCOUNT, BROWSER, CHARGER, lineOf, PARTNERS, PRODUCTS, PROGRAM, TERMS } from './aurora.ts';
import type { Script } from './story.ts';
import type { PostedEvent, World } from './world.ts';

const SEED = 7;
const FROM = instant('2025-01-01T00:00:00+01:00');
const UNTIL = instant('2026-03-01T00:00:00+01:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Act {
  readonly at: Instant;
  readonly play: (world: World) => Promise<void>;
}

interface Journey {
  readonly ref: string;
  readonly partners: readonly string[];
  readonly reserved: Instant;
  /** Between the last click and the reservation. */
  readonly thinkingMs: number;
  readonly lines: readonly object[];
  readonly email?: string;
  readonly noClick?: true;
  /** What happens instead of, or after, the delivery. */
  readonly turn?: 'cancelled' | 'returned' | 'partly_returned' | 'returned_late';
}

/** What a visitor carries from page to page. */
interface Visitor {
  clickId?: Id<'clk'>;
  cookie?: string;
}

export const auroraStory = (): Script => {
  const acts = journeys()
    .flatMap(actsOf)
    .filter(({ at }) => at < UNTIL)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return {
    title: 'Aurora: cars and robots, fourteen months between a click and the last payout',
    program: PROGRAM,
    timeZone: PROGRAM.timeZone,
    bankAccount: BANK_ACCOUNT,
    terms: TERMS,
    termsFrom: FROM,
    partners: PARTNERS,
    from: FROM,
    until: UNTIL,
    size: acts.length,
    playMonth: async (world, { from, until }) => {
      for (const { at, play } of acts.filter((act) => act.at >= from && act.at < until)) {
        await world.moveTo(at);
        await play(world);
      }
      await world.settle();
      await workCases(world);
    },
  };
};

/** Two dozen ordinary ones, and one of each kind that people ask about. */
const journeys = (): readonly Journey[] => {
  const random = new SeededRandom(SEED);
  const ordinary = Array.from({ length: 24 }, (_, index): Journey => {
    const product = random.pick(PRODUCTS);
    return {
      ref: `AUR-${1_001 + index}`,
      partners: [random.pick(['lena-drives', 'nordlicht', 'kupfer'])],
      reserved: plusMs(FROM, (25 + index * 9) * DAY + random.below(12) * HOUR),
      thinkingMs: random.below(20 * 24) * HOUR + 10 * 60_000,
      lines: [lineOf('1', product), ...(random.fraction() < 0.4 ? [lineOf('2', CHARGER)] : [])],
      ...(index % 8 === 5 && { turn: 'cancelled' as const }),
    };
  });
  const car = [lineOf('1', PRODUCTS[0]), lineOf('2', CHARGER, 2)];
  const on = (day: number): Instant => plusMs(FROM, day * DAY + 9 * HOUR);
  return [
    ...ordinary,
    { ref: 'AUR-2001', partners: ['lena-drives', 'kupfer'], reserved: on(40), thinkingMs: 2 * HOUR, lines: car },
    { ref: 'AUR-2002', partners: ['nordlicht'], reserved: on(60), thinkingMs: 41 * DAY, lines: car },
    { ref: 'AUR-2003', partners: [], noClick: true, reserved: on(70), thinkingMs: 0, lines: car },
    { ref: 'AUR-2004', partners: ['lena-drives'], reserved: on(20), thinkingMs: DAY, lines: car, turn: 'returned' },
    { ref: 'AUR-2005', partners: ['kupfer'], reserved: on(25), thinkingMs: DAY, lines: car, turn: 'partly_returned' },
    { ref: 'AUR-2006', partners: ['nordlicht'], reserved: on(30), thinkingMs: DAY, lines: car, turn: 'returned_late' },
    {
      ref: 'AUR-2007',
      partners: ['smart-carla'],
      reserved: on(80),
      thinkingMs: HOUR,
      lines: car,
      email: 'smart-carla@partners.example',
    },
    { ref: 'AUR-2008', partners: ['lena-drives'], reserved: on(90), thinkingMs: 5_000, lines: car },
  ];
};

const actsOf = (journey: Journey): readonly Act[] => {
  const visitor: Visitor = {};
  const firstClick = plusMs(journey.reserved, -journey.thinkingMs);
  const clicks = journey.partners.map((code, index): Act => {
    const before = journey.partners.length - 1 - index;
    return { at: plusMs(firstClick, -before * 3 * DAY), play: (world) => click(world, code, visitor) };
  });
  return [...clicks, ...steps(journey, visitor)];
};

const click = async (world: World, code: string, visitor: Visitor): Promise<void> => {
  const { headers } = await world.stage.staff.visit(`/r/${code}`, {
    'user-agent': BROWSER,
    ...(visitor.cookie && { cookie: visitor.cookie }),
  });
  visitor.clickId = new URL(String(headers['location'])).searchParams.get('click_id') as Id<'clk'>;
  visitor.cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  world.advance(1);
};

const steps = (journey: Journey, visitor: Visitor): readonly Act[] => {
  const { ref, reserved, lines, email, turn } = journey;
  const later = (days: number): Instant => plusMs(reserved, days * DAY);
  const content = () => ({
    currency: 'EUR',
    lines,
    ...(visitor.clickId && { clickId: visitor.clickId, visitorId: visitor.cookie?.split('=')[1] }),
    ...(email !== undefined && { customerEmail: email }),
  });
  const told = (type: string, at: Instant, data: () => object = () => ({})): Act => ({
    at,
    play: (world) => tell(world, { id: `${ref}:${type}`, type, subject: ref, time: at, data: data() }),
  });
  const built = [
    told('order.reserved', reserved, content),
    told('order.placed', plusMs(reserved, 2 * HOUR), content),
    told('order.confirmed', later(3)),
    told('order.in_production', later(12)),
  ];
  if (turn === 'cancelled')
    return [...built, told('order.cancelled', later(25), () => ({ reason: 'financing fell through' }))];
  const done = [...built, told('order.in_transit', later(48)), told('order.delivered', later(55))];
  const everything = lines.map((line) => ({
    lineRef: (line as { lineRef: string }).lineRef,
    quantity: (line as { quantity: number }).quantity,
  }));
  switch (turn) {
    case 'returned':
      return [
        ...done,
        told('order.lines_returned', later(65), () => ({ lines: everything, reason: 'too long for the garage' })),
      ];
    case 'partly_returned':
      return [
        ...done,
        told('order.lines_returned', later(62), () => ({
          lines: [{ lineRef: '2', quantity: 1 }],
          reason: 'one is enough',
        })),
      ];
    case 'returned_late':
      return [...done, told('order.lines_returned', later(150), () => ({ lines: everything, reason: 'recalled' }))];
    default:
      return done;
  }
};

const tell = (world: World, event: PostedEvent): Promise<void> =>
  world.post([event], (accepted, duplicate) => {
    world.tally.accepted += accepted;
    world.tally.duplicate += duplicate;
  });

interface Case {
  readonly id: string;
  readonly reasons: readonly string[];
}

/** Somebody looks at what fraud has held: buying for oneself is refused, a quick decision is none of our business. */
const workCases = async (world: World): Promise<void> => {
  const { staff } = world.stage;
  const { data } = await staff.get<{ data: readonly Case[] }>('/v1/fraud/cases?state=open&limit=100');
  for (const { id, reasons } of data) {
    const own = reasons.includes('self_referral');
    const resolution = own
      ? { outcome: 'reject', reason: 'the partner bought for itself' }
      : { outcome: 'allow', reason: 'the customer had called before' };
    await staff.post(`/v1/fraud/cases/${id}/resolve`, resolution);
  }
};
