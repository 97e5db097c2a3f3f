import { expect } from 'chai';
import fc from 'fast-check';
import type { Month } from '../../../../src/shared/calendar.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';
import { aFact, aStory, batchOf, months, payoutOf, type Story } from '../../../support/settlement-story.ts';
import { effectOnAvailable } from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { idOf } from '../../../support/clock.ts';

/** What may happen next. Everything is drawn, also whether the bank pays, refuses or gives back. */
type Step =
  | { readonly kind: 'earn'; readonly partner: number; readonly minor: number; readonly day: number }
  | { readonly kind: 'claw'; readonly which: number; readonly part: number; readonly day: number }
  | { readonly kind: 'close'; readonly fate: 'draft' | 'cancel' | 'pay' | 'reject' | 'return' };

const PARTNERS = 3;
const MONTHS = months(6);

const stepOf: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('earn' as const),
      partner: fc.integer({ min: 1, max: PARTNERS }),
      minor: fc.integer({ min: 0, max: 6_000 }),
      day: fc.integer({ min: 0, max: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('claw' as const),
      which: fc.nat(),
      part: fc.integer({ min: 1, max: 100 }),
      day: fc.integer({ min: 0, max: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('close' as const),
      fate: fc.constantFrom('draft', 'cancel', 'pay', 'reject', 'return'),
    }),
  },
);

/** A day about the current month, also of those before it: facts come late. */
const dayNear = (story: Story, back: number): string => {
  const now = new Date(Date.parse(story.clock.now()) - back * 86_400_000);
  return now.getUTCFullYear() === 2018 ? now.toISOString().slice(5, 10) : '01-01';
};

interface Earned {
  readonly n: number;
  readonly partner: number;
  left: number;
}

const play = async (story: Story, steps: readonly Step[]): Promise<void> => {
  const earned: Earned[] = [];
  let closed = 0;
  // The month is over by five days before it is closed: some facts lie between its end and its close.
  story.clock.moveTo('2018-02-05T12:00:00Z');
  for (const step of steps) {
    if (step.kind === 'earn') {
      const n = earned.length + 1;
      earned.push({ n, partner: step.partner, left: step.minor });
      await story.earn({ n, partner: step.partner, minor: BigInt(step.minor), on: dayNear(story, step.day) });
    } else if (step.kind === 'claw') {
      const target = earned[step.which % Math.max(1, earned.length)];
      if (target === undefined || target.left === 0) continue;
      const minor = Math.max(1, Math.floor((target.left * step.part) / 100));
      target.left -= minor;
      const words = { n: target.n, partner: target.partner, minor: BigInt(minor), on: dayNear(story, step.day) };
      await story.hear(aFact('claw_back', { ...words, nth: `${target.n}/${target.left}` }));
    } else {
      const period = MONTHS[closed];
      if (period === undefined) return;
      closed += 1;
      await story.closed(period);
      mustNotPayTooMuch(story);
      await meetFate(story, period, step.fate);
      mustNotPayTooMuch(story);
      story.clock.moveTo(`2018-${String(closed + 2).padStart(2, '0')}-05T12:00:00Z`);
    }
  }
};

const meetFate = async (story: Story, period: Month, fate: string): Promise<void> => {
  const batchId = batchOf(period);
  if (!story.db.tables.batches.has(batchId) || fate === 'draft') return;
  if (fate === 'cancel') {
    await story.cancel.run(batchId);
    return;
  }
  await story.sent(batchId);
  const ids = Array.from({ length: PARTNERS }, (_, index) => payoutOf(period, index + 1));
  const sent = ids.filter((id) => story.db.tables.payouts.has(id));
  const [first] = sent;
  const odd = first === undefined ? [] : [first];
  await story.reconcile.run(
    await story.bank.run({
      batchId,
      reject: fate === 'reject' ? odd : [],
      return: fate === 'return' ? odd : [],
    }),
  );
  await story.post.run();
};

const total = (minors: readonly bigint[]): bigint => minors.reduce((sum, minor) => sum + minor, 0n);

/** The promise itself, counted from the facts alone. */
const mustNotPayTooMuch = (story: Story): void => {
  const bookings = story.db.tables.bookings.values().map(({ booking }) => booking);
  for (let partner = 1; partner <= PARTNERS; partner += 1) {
    const partnerId = idOf('par', partner);
    const own = bookings.filter((each) => each.partnerId === partnerId);
    const deserved = total(
      own.filter(({ purpose }) => ['lock', 'claw_back'].includes(purpose)).map((each) => effectOnAvailable(each)),
    );
    const paid = total(
      story.db
        .payouts()
        .filter((payout) => payout.partnerId === partnerId && isAlive(payout.state))
        .map(({ amount }) => amount.minor),
    );
    const newest = story.db.payouts().filter((payout) => payout.partnerId === partnerId && payout.state === 'draft');
    if (newest.length > 0 && newest.some(({ createdAt }) => createdAt === story.clock.now())) {
      expect(paid <= deserved, `partner ${partner} is paid ${paid} of ${deserved}`).to.equal(true);
    }
  }
};

const isAlive = (state: string): boolean => !['cancelled', 'rejected', 'returned'].includes(state);

/** After all of it: books, statements, payouts and ledger agree, and nothing is lost. */
const mustAgree = async (story: Story): Promise<void> => {
  const bookings = story.db.tables.bookings.values().map(({ booking }) => booking);
  for (let partner = 1; partner <= PARTNERS; partner += 1) {
    const own = bookings.filter((each) => each.partnerId === idOf('par', partner));
    expect(await story.available(partner)).to.equal(total(own.map((each) => effectOnAvailable(each))));
  }
  expect(await story.clearing()).to.equal(0n);
  for (const payout of story.db.payouts()) {
    const shares = story.db.tables.shares.get(payout.id) ?? [];
    expect(total(shares.map(({ minor }) => minor))).to.equal(payout.amount.minor);
  }
  const numbers = story.db.statements().map(({ number }) => number);
  expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1));
};

const stories = fc.array(stepOf, { minLength: 3, maxLength: 40 });

describe('whatever happens', () => {
  it('nobody is paid more than has locked and was not clawed back; what is left over stays', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (steps) => {
        const story = aStory();
        await play(story, steps);
        await mustAgree(story);
      }),
      { numRuns: 150 },
    );
  });

  it('a commission never brings more, over all payouts, than was earned by it', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (steps) => {
        const story = aStory();
        await play(story, steps);

        const given = new Map<string, bigint>();
        for (const payout of story.db.payouts().filter(({ state }) => isAlive(state))) {
          for (const { commissionId = '', minor } of story.db.tables.shares.get(payout.id) ?? [])
            given.set(commissionId, (given.get(commissionId) ?? 0n) + minor);
        }
        for (const { booking } of story.db.tables.bookings.values()) {
          if (booking.purpose !== 'lock') continue;
          expect((given.get(booking.commissionId ?? '') ?? 0n) <= booking.amount.minor).to.equal(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a close that is cut off anywhere', () => {
  /** A story up to the close, the same each time. */
  const prepared = async (parts: { db: FakeSettlementTransaction; ledger: FakeLedger }): Promise<Story> => {
    const story = aStory({ now: '2018-03-05T00:00:00Z', transaction: parts.db, ledger: parts.ledger });
    await story.earn({ n: 1, partner: 1, minor: 2_500n, on: '01-10' });
    await story.earn({ n: 2, partner: 2, minor: 1_500n, on: '01-11' });
    await story.earn({ n: 3, partner: 3, minor: 9_500n, on: '01-12' });
    await story.hear(aFact('claw_back', { n: 3, partner: 3, minor: 500n, on: '01-13' }));
    return story;
  };

  it('comes to the same rows and the same words when it is run again', async () => {
    const whole = await prepared({ db: new FakeSettlementTransaction(), ledger: new FakeLedger() });
    await whole.closed('2018-01');
    const expected = [whole.db.everything(), whole.db.published.map(({ type, payload }) => [type, payload])];

    for (let crashAt = 1; crashAt <= 40; crashAt += 1) {
      let left = Infinity;
      const crash = (): void => {
        left -= 1;
        if (left === 0) throw new Error('the power went');
      };
      const db = new FakeSettlementTransaction({ beforeCommit: crash });
      const ledger = new FakeLedger();
      const balances = ledger.balances.bind(ledger);
      ledger.balances = (codes, before) => {
        crash();
        return balances(codes, before);
      };
      const story = await prepared({ db, ledger });
      const profiles = story.partners.payoutProfiles.bind(story.partners);
      story.partners.payoutProfiles = (ids) => {
        crash();
        return profiles(ids);
      };
      left = crashAt;

      await story.closed('2018-01').catch(() => undefined);
      const crashed = left <= 0;
      left = Infinity;
      await story.closed('2018-01');

      expect([story.db.everything(), story.db.published.map(({ type, payload }) => [type, payload])]).to.deep.equal(
        expected,
      );
      if (!crashed) {
        expect(crashAt).to.be.greaterThan(8); // there were that many places to be cut off at
        return;
      }
    }
    throw new Error('the close never ends');
  });
});
