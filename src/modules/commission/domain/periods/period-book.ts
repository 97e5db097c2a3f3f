/**
 * The orders that count together, while some of them are judged. They stand in one line: by when they were placed, then
 * by id, then by partner where an order is shared. Nobody's place depends on when we heard of it.
 *
 *     what others contribute            ──●──●──────●──●──●─────▶ place
 *     those being judged, one by one         ▲   ▲        ▲
 *                                         before: all to the left; others: all but oneself
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Figures, PeriodFigures } from './figures.ts';
import type { PeriodBounds } from './periods.ts';

export interface Place {
  readonly placedAt: Instant;
  readonly orderId: Id<'ord'>;
  readonly partnerId: Id<'par'>;
}

export const comparePlaces = (a: Place, b: Place): number =>
  compareTexts(a.placedAt, b.placedAt) || compareTexts(a.orderId, b.orderId) || compareTexts(a.partnerId, b.partnerId);

const compareTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

export const placeName = ({ orderId, partnerId }: Place): string => `${orderId}/${partnerId}`;

export const NO_FIGURES: Figures = { orders: 0, revenueMinor: 0n, earnedMinor: 0n };

export const plus = (a: Figures, b: Figures): Figures => ({
  orders: a.orders + b.orders,
  revenueMinor: a.revenueMinor + b.revenueMinor,
  earnedMinor: a.earnedMinor + b.earnedMinor,
});

export const minus = (a: Figures, b: Figures): Figures => ({
  orders: a.orders - b.orders,
  revenueMinor: a.revenueMinor - b.revenueMinor,
  earnedMinor: a.earnedMinor - b.earnedMinor,
});

export const sameFigures = (a: Figures, b: Figures): boolean =>
  a.orders === b.orders && a.revenueMinor === b.revenueMinor && a.earnedMinor === b.earnedMinor;

/** The figures at a place: of all that stand before it, and of the period as a whole. */
export interface Standing {
  readonly before: Figures;
  readonly total: Figures;
}

/** What one partner's part of an order adds to a period, and where it stood when it was judged. */
export interface Contribution extends Figures {
  readonly place: Place;
  /** What it would earn if no limit over several orders had cut it. */
  readonly wantedMinor: bigint;
  /** Absent: whatever becomes of the others, it stays as it is. */
  readonly judgedAt?: Standing | undefined;
}

/** What is known of a period before the batch, and without it. */
export interface PeriodStart {
  readonly bounds: PeriodBounds;
  /** Of all that contribute, the batch as it was among them. */
  readonly total: Figures;
  /** What those of the batch contributed until now. */
  readonly old: readonly Contribution[];
  /** What stands behind a place, but for the batch. */
  readonly behind: (place: Place) => Figures;
}

export class PeriodBook {
  total: Figures;
  private readonly withoutBatch: Figures;
  private readonly old: ReadonlyMap<string, Contribution>;
  private readonly written = new Map<string, Contribution>();
  private writtenTotal = NO_FIGURES;

  constructor(private readonly start: PeriodStart) {
    this.total = start.total;
    this.old = new Map(start.old.map((each) => [placeName(each.place), each]));
    this.withoutBatch = start.old.reduce(minus, start.total);
  }

  /** For one of the batch; those that stand before it in the batch are written, and none behind it. */
  standingAt(place: Place): Standing {
    const own = this.written.get(placeName(place)) ?? NO_FIGURES;
    const before = plus(minus(this.withoutBatch, this.start.behind(place)), minus(this.writtenTotal, own));
    return { before, total: this.total };
  }

  /** What other orders have come to. Of what the order's other partners earn, limits hear; the order is still one. */
  figuresAt(place: Place): PeriodFigures {
    const { before, total } = this.standingAt(place);
    const shared = this.partsOfOrder(place);
    return {
      ...this.start.bounds,
      before: { ...minus(before, shared), earnedMinor: before.earnedMinor },
      others: minus(minus(total, shared), this.now(place)),
    };
  }

  /** Nothing: it does not count. The period as a whole is what it is with it. */
  write(place: Place, contribution: Contribution | undefined): void {
    const written = this.written.get(placeName(place)) ?? NO_FIGURES;
    this.total = plus(minus(this.total, this.now(place)), contribution ?? NO_FIGURES);
    this.writtenTotal = plus(minus(this.writtenTotal, written), contribution ?? NO_FIGURES);
    const { judgedAt, ...figures } = contribution ?? { place, wantedMinor: 0n, ...NO_FIGURES };
    const whole = judgedAt && { judgedAt: { ...judgedAt, total: this.total } };
    this.written.set(placeName(place), { ...figures, ...whole });
  }

  /** As it was before the batch, and to stay so until somebody can calculate it. */
  restore(place: Place): void {
    const old = this.old.get(placeName(place));
    this.write(place, old && { ...old, judgedAt: undefined });
  }

  /** Those that are others than before the batch; without figures and standing, they are gone. */
  get changed(): readonly Contribution[] {
    return [...this.written.values()].filter((now) => {
      const old = this.old.get(placeName(now.place));
      return old === undefined ? isSomething(now) : !isSame(old, now);
    });
  }

  /** The first place where something is another than before the batch. */
  get firstChanged(): Place | undefined {
    return [...this.written.values()]
      .flatMap((now) => {
        const { place, ...before } = this.old.get(placeName(now.place)) ?? { place: now.place, ...NO_FIGURES };
        const isSame = sameFigures(now, before) && now.place.placedAt === place.placedAt;
        return isSame ? [] : [now.place, place];
      })
      .toSorted(comparePlaces)[0];
  }

  private now(place: Place): Figures {
    return this.written.get(placeName(place)) ?? this.old.get(placeName(place)) ?? NO_FIGURES;
  }

  private partsOfOrder({ orderId, partnerId }: Place): Figures {
    return [...this.written.values()]
      .filter(({ place }) => place.orderId === orderId && place.partnerId !== partnerId)
      .reduce<Figures>(plus, NO_FIGURES);
  }
}

/** What was judged stays, also if it comes to nothing: room under a limit may bring it something yet. */
export const isSomething = (each: Contribution): boolean =>
  each.judgedAt !== undefined || !sameFigures(each, NO_FIGURES);

const isSame = (a: Contribution, b: Contribution): boolean =>
  sameFigures(a, b) &&
  a.wantedMinor === b.wantedMinor &&
  a.place.placedAt === b.place.placedAt &&
  sameStanding(a.judgedAt, b.judgedAt);

const sameStanding = (a: Standing | undefined, b: Standing | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameFigures(a.before, b.before) && sameFigures(a.total, b.total);
