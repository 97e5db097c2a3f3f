import { expect } from 'chai';
import fc from 'fast-check';
import {
  comparePlaces,
  type Contribution,
  minus,
  NO_FIGURES,
  PeriodBook,
  type Place,
  plus,
} from '../../../../src/modules/commission/domain/periods/period-book.ts';
import type { Figures } from '../../../../src/modules/commission/domain/periods/figures.ts';
import { instant, instantAt } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const bounds = { from: instant('2026-01-01T00:00:00Z'), until: instant('2026-02-01T00:00:00Z') };
const noon = instant('2026-01-02T12:00:00Z');

const place = (order: number, partner = 1, placedAt = noon): Place => ({
  placedAt,
  orderId: idOf('ord', order),
  partnerId: idOf('par', partner),
});

const earning = (at: Place, minor: bigint, orders = 1): Contribution => ({
  place: at,
  orders,
  revenueMinor: BigInt(orders) * 1_000n,
  earnedMinor: minor,
  wantedMinor: minor,
});

const lone = (...old: readonly Contribution[]): PeriodBook =>
  new PeriodBook({ bounds, total: old.reduce<Figures>(plus, NO_FIGURES), old, behind: () => NO_FIGURES });

const contributions = fc
  .uniqueArray(fc.record({ order: fc.nat({ max: 30 }), second: fc.nat({ max: 5 }), minor: fc.nat({ max: 100 }) }), {
    selector: ({ order }) => order,
    maxLength: 20,
  })
  .map((drawn) =>
    drawn
      .map(({ order, second, minor }) =>
        earning(place(order, 1, instantAt(Date.UTC(2026, 0, 2) + second * 1_000)), BigInt(minor)),
      )
      .toSorted((a, b) => comparePlaces(a.place, b.place)),
  );

describe('the book of a period', () => {
  it('gives each order those placed before it, and all others, as adding them up one by one does', () => {
    fc.assert(
      fc.property(contributions, fc.func(fc.boolean()), (all, isOfBatch) => {
        // Some were judged before; the batch is judged again, each by what it had before.
        const batch = all.filter(({ place: { orderId } }) => isOfBatch(orderId));
        const rest = all.filter((each) => !batch.includes(each));
        const behind = (at: Place) =>
          rest.filter((each) => comparePlaces(each.place, at) > 0).reduce<Figures>(plus, NO_FIGURES);
        const total = all.reduce<Figures>(plus, NO_FIGURES);
        const book = new PeriodBook({ bounds, total, old: batch, behind });

        for (const each of batch) {
          const before = all.filter((other) => comparePlaces(other.place, each.place) < 0);
          const { before: found, others } = book.figuresAt(each.place);
          expect(found).to.deep.equal(before.reduce<Figures>(plus, NO_FIGURES));
          expect(others).to.deep.equal(minus(total, each));
          book.write(each.place, each);
        }
        expect(book.total).to.deep.equal(total);
        expect(book.changed).to.be.empty;
        expect(book.firstChanged).to.equal(undefined);
      }),
    );
  });

  it('tells those behind what those before them have become', () => {
    const [first, second] = [place(1), place(2)];
    const book = lone(earning(first, 50n), earning(second, 50n));

    book.write(first, undefined);

    expect(book.figuresAt(second).before).to.deep.equal(NO_FIGURES);
    expect(book.firstChanged).to.deep.equal(first);
    expect(book.total).to.deep.include({ orders: 1, earnedMinor: 50n });
  });

  it('counts an order that two partners share once, and what both earn', () => {
    const [mine, yours, next] = [place(1, 1), place(1, 2), place(2)];
    const book = lone();

    book.write(mine, earning(mine, 30n));
    expect(book.figuresAt(yours).before).to.deep.equal({ orders: 0, revenueMinor: 0n, earnedMinor: 30n });
    expect(book.figuresAt(yours).others).to.deep.include({ orders: 0 });
    book.write(yours, earning(yours, 20n, 0));

    expect(book.figuresAt(next).before).to.deep.equal({ orders: 1, revenueMinor: 1_000n, earnedMinor: 50n });
  });

  it('keeps an order that came to nothing in its place, for room may become free', () => {
    const at = place(1);
    const book = lone();
    const judgedAt = book.standingAt(at);

    book.write(at, { ...earning(at, 0n, 0), revenueMinor: 0n, judgedAt });
    expect(book.changed).to.have.length(1);
    book.restore(at);
    expect(book.changed).to.be.empty;
  });

  describe('names what is other than before the batch', () => {
    const at = place(1);
    const standing = (minor: bigint) => ({ before: { ...NO_FIGURES, earnedMinor: minor }, total: NO_FIGURES });
    const old: Contribution = {
      ...earning(at, 50n),
      judgedAt: { ...standing(1n), total: { orders: 1, revenueMinor: 1_000n, earnedMinor: 50n } },
    };
    const written: readonly (readonly [string, Contribution | undefined, number])[] = [
      ['nothing, where it is what it was', old, 0],
      ['other orders', { ...old, orders: 2 }, 1],
      ['other revenue', { ...old, revenueMinor: 7n }, 1],
      ['other earnings', { ...old, earnedMinor: 7n }, 1],
      ['what it would earn without limits', { ...old, wantedMinor: 99n }, 1],
      ['when it was placed', { ...old, place: { ...at, placedAt: bounds.from } }, 1],
      ['what stood before it', { ...old, judgedAt: standing(2n) }, 1],
      ['that it is not looked at again', { ...old, judgedAt: undefined }, 1],
      ['that it is gone', undefined, 1],
    ];
    for (const [what, now, count] of written) {
      it(what, () => {
        const book = lone(old);
        book.write(now?.place ?? at, now);
        expect(book.changed).to.have.length(count);
      });
    }

    it('though not what never was and is not', () => {
      const book = lone();
      book.write(at, undefined);
      expect(book.changed).to.deep.equal([]);
      expect(book.firstChanged).to.equal(undefined);
    });
  });

  it('finds the first place that has changed, where an order was and where it has gone', () => {
    const [first, second, third] = [place(1), place(2), place(3)];
    const earlier = { ...third, placedAt: bounds.from };
    const book = lone(earning(first, 10n), earning(second, 20n), earning(third, 30n));

    book.write(first, earning(first, 10n));
    book.write(second, { ...earning(second, 20n), wantedMinor: 99n });
    expect(book.firstChanged).to.equal(undefined);
    book.write(third, earning(third, 31n));
    expect(book.firstChanged).to.deep.equal(third);
    book.write(earlier, earning(earlier, 30n));
    expect(book.firstChanged).to.deep.equal(earlier);

    const later = lone(earning(earlier, 30n));
    later.write(third, earning(third, 30n));
    expect(later.firstChanged).to.deep.equal(earlier);
  });

  it('leaves out of the others what partners of the same order add, and nothing of other orders', () => {
    const [mine, yours, theirs] = [place(1, 1), place(1, 2), place(2, 3)];
    const book = lone();
    book.write(theirs, earning(theirs, 5n));
    book.write(mine, earning(mine, 30n));

    expect(book.figuresAt(yours).others).to.deep.equal({ orders: 1, revenueMinor: 1_000n, earnedMinor: 5n });
    expect(book.figuresAt(mine).others).to.deep.equal({ orders: 1, revenueMinor: 1_000n, earnedMinor: 5n });
  });
});
