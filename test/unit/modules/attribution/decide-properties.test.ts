import { expect } from 'chai';
import fc from 'fast-check';
import { decide } from '../../../../src/modules/attribution/domain/deciding/decide.ts';
import type {
  Candidate,
  Decision,
  OrderTouches,
  Standing,
} from '../../../../src/modules/attribution/domain/deciding/journey.ts';
import { type FractionText, sumOf } from '../../../../src/modules/attribution/domain/models/share.ts';
import type { Model, Rules } from '../../../../src/modules/attribution/domain/policy/policy.ts';
import type { TouchKind } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const placedAt = instant('2018-06-15T12:00:00Z');
const order: OrderTouches = { orderId: idOf('ord', 1), programId: idOf('prg', 1), placedAt };
const PARTNERS = 6;
const CODES = ['lena10', 'top-deal', 'welcome'];

const touches = fc.uniqueArray(
  fc
    .record({
      n: fc.integer({ min: 1, max: 60 }),
      partner: fc.integer({ min: 1, max: PARTNERS }),
      kind: fc.constantFrom<TouchKind>('click', 'click', 'click', 'qr', 'impression', 'coupon', 'dealer', 'late_claim'),
      minutes: fc.integer({ min: -10, max: 40 * 24 * 60 }),
      objection: fc.constantFrom(undefined, undefined, undefined, 'link_suspended' as const),
      code: fc.constantFrom(...CODES),
      signals: fc.constantFrom(undefined, ['standdown']),
    })
    .map(({ n, partner, kind, minutes, code, ...rest }): Candidate => {
      const moment = plusMs(placedAt, -minutes * 60_000);
      const isSaid = kind === 'coupon' || kind === 'late_claim';
      return {
        clickId: idOf('clk', n),
        programId: idOf('prg', 1),
        partnerId: idOf('par', partner),
        kind,
        occurredAt: isSaid ? placedAt : moment,
        ...(kind === 'coupon' && { code }),
        ...(kind === 'late_claim' && { claimedAt: plusMs(placedAt, Math.abs(minutes) * 60_000) }),
        ...rest,
      };
    }),
  { selector: ({ clickId }) => clickId, maxLength: 14 },
);

const standings: readonly Standing[] = Array.from({ length: PARTNERS }, (_, n) => ({
  partnerId: idOf('par', n + 1),
  state: n === 5 ? 'suspended' : 'approved',
  ...(n === 4 && { groups: ['extensions'] }),
}));

const models = fc.oneof(
  fc.constantFrom<Model>({ kind: 'last_touch' }, { kind: 'first_touch' }, { kind: 'linear' }),
  fc.integer({ min: 1, max: 500 }).map((halfLifeHours): Model => ({ kind: 'time_decay', halfLifeHours })),
  fc
    .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }))
    .map(([first, middle]): Model => ({ kind: 'position_based', first, middle, last: 100 - first - middle })),
  fc
    .tuple(
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: 50 }),
      fc.constantFrom('initiator' as const, 'converter' as const, 'both' as const),
    )
    .map(([initiator, contributor, missing]): Model => ({
      kind: 'split',
      initiator,
      contributor,
      converter: 100 - initiator - contributor,
      missing,
    })),
);

const days = fc.integer({ min: 1, max: 45 }).map((count) => ({ days: count }));

const rules = fc.record(
  {
    model: models,
    windows: fc.record(
      { click: days, qr: days, impression: days, coupon: days, dealer: days },
      { requiredKeys: ['click'] },
    ),
    inCartSeconds: fc.integer({ min: 0, max: 3_540 }),
    lateClaims: days.map((window) => ({ window, confirmation: 'staff' as const })),
    exclusiveCodes: fc.constant([{ code: 'LENA', match: 'starts_with' as const, partnerId: idOf('par', 1) }]),
    preferredPartners: fc.integer({ min: 1, max: PARTNERS }).map((n) => [{ partnerId: idOf('par', n) }]),
    suppressedCodes: fc.constant([
      { code: 'deal', match: 'ends_with' as const, earns: 'with_click' as const },
      { code: 'welcome', match: 'equals' as const, earns: 'nothing' as const },
    ]),
    standDown: fc.constantFrom(
      { groups: ['extensions'], signals: ['standdown'], withinMinutes: 60 },
      { groups: ['extensions'], signals: [], withinSessions: 2 },
    ),
  },
  { requiredKeys: ['model', 'windows'] },
) as fc.Arbitrary<Rules>;

const decideBy = (those: readonly Candidate[], by: Rules): Decision =>
  decide(order, those, standings, { version: 2, rules: by });

const creditsOf = ({ outcome }: Decision) => (outcome.kind === 'attributed' ? (outcome.credits ?? []) : []);

const always = (holds: (those: readonly Candidate[], by: Rules) => void): void => {
  fc.assert(fc.property(touches, rules, holds), { numRuns: 400 });
};

describe('deciding by any rules, of any touches', () => {
  it('gives out exactly the whole, or nothing, and each partner’s part once', () => {
    always((those, by) => {
      const decision = decideBy(those, by);
      const credits = creditsOf(decision);
      const won = decision.considered.flatMap(({ share }): readonly FractionText[] =>
        share === undefined ? [] : [share],
      );

      expect(new Set(credits.map(({ partnerId }) => partnerId)).size).to.equal(credits.length);
      expect(credits.map(({ partnerId }) => partnerId)).to.deep.equal(
        credits.map(({ partnerId }) => partnerId).toSorted(),
      );
      if (decision.outcome.kind === 'attributed') {
        expect(sumOf(credits.map(({ share }) => share))).to.equal('1/1');
        expect(sumOf(won)).to.equal('1/1');
      } else expect(won).to.be.empty;
    });
  });

  it('depends on the set of touches alone: shuffled and repeated, the same', () => {
    fc.assert(
      fc.property(touches, rules, fc.infiniteStream(fc.nat()), (those, by, noise) => {
        const twice = [...those, ...those.filter((_, index) => index % 2 === 0)];
        const shuffled = twice
          .map((touch) => ({ touch, key: noise.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ touch }) => touch);

        expect(decideBy(shuffled, by)).to.deep.equal(decideBy(those, by));
      }),
      { numRuns: 400 },
    );
  });

  it('says of every touch what became of it, oldest first, and of each that has a part that it won', () => {
    always((those, by) => {
      const { considered } = decideBy(those, by);

      expect(considered.map(({ clickId }) => clickId)).to.have.members(those.map(({ clickId }) => clickId));
      const times = considered.map(({ occurredAt, clickId }) => `${occurredAt} ${clickId}`);
      expect(times).to.deep.equal(times.toSorted());
      for (const { fate, share } of considered) expect(fate === 'won').to.equal(share !== undefined);
    });
  });

  it('credits only partners that are enrolled, by touches of their own', () => {
    always((those, by) => {
      const decision = decideBy(those, by);
      for (const { partnerId, clickId } of creditsOf(decision)) {
        expect(standings.find((standing) => standing.partnerId === partnerId)?.state).to.equal('approved');
        expect(decision.considered.find((each) => each.clickId === clickId)).to.include({ partnerId, fate: 'won' });
      }
    });
  });

  it('names the whole after its largest part; of equal ones after who was touched last', () => {
    always((those, by) => {
      const decision = decideBy(those, by);
      const credits = creditsOf(decision);
      if (decision.outcome.kind === 'unattributed') return;
      const size = (share: FractionText): number => {
        const [above, below] = share.split('/').map(Number) as [number, number];
        return above / below;
      };
      const main = credits.find(({ clickId }) => clickId === (decision.outcome as { clickId?: string }).clickId);

      for (const other of credits)
        expect(size(main?.share ?? '0/1')).to.be.at.least(size(other.share) - Number.EPSILON);
      for (const other of credits.filter(({ share }) => share === main?.share))
        expect(other.touchedAt <= (main?.touchedAt ?? '')).to.equal(true);
    });
  });

  it('takes credit from no order by a longer window', () => {
    always((those, by) => {
      const longer = Object.fromEntries(
        Object.entries(by.windows).map(([kind, span]) => [
          kind,
          { hours: ('hours' in span ? span.hours : span.days * 24) + 7 },
        ]),
      );
      const [before, after] = [decideBy(those, by), decideBy(those, { ...by, windows: longer })];
      const counted = ({ considered }: Decision) =>
        considered
          .filter(({ fate }) => !['outside_window', 'kind_not_counted'].includes(fate))
          .map(({ clickId }) => clickId);

      if (before.outcome.kind === 'attributed') expect(after.outcome.kind).to.equal('attributed');
      expect(counted(after)).to.include.members(counted(before));
    });
  });

  it('changes nothing by a touch that is worth nothing', () => {
    always((those, by) => {
      const worthless: Candidate = {
        clickId: idOf('clk', 99),
        programId: idOf('prg', 1),
        partnerId: idOf('par', 2),
        occurredAt: plusMs(placedAt, -60_000),
        objection: 'link_suspended',
      };
      const [before, after] = [decideBy(those, by), decideBy([...those, worthless], by)];

      expect(creditsOf(after)).to.deep.equal(creditsOf(before));
    });
  });

  it('lets an exclusive code have it all, whatever else there is', () => {
    always((those, by) => {
      const exclusive = { code: 'mine', match: 'equals' as const, partnerId: idOf('par', 3) };
      const use: Candidate = {
        clickId: idOf('clk', 99),
        programId: idOf('prg', 1),
        partnerId: idOf('par', 3),
        kind: 'coupon',
        code: 'mine',
        occurredAt: placedAt,
      };
      const credits = creditsOf(decideBy([...those, use], { ...by, exclusiveCodes: [exclusive] }));

      expect(credits.map(({ partnerId, share }) => [partnerId, share])).to.deep.equal([[idOf('par', 3), '1/1']]);
    });
  });

  it('is credit still when one of several partners drops out', () => {
    always((those, by) => {
      const credits = creditsOf(decideBy(those, by));
      const [gone] = credits;
      if (credits.length < 2 || gone === undefined) return;

      expect(
        creditsOf(
          decideBy(
            those.filter(({ partnerId }) => partnerId !== gone.partnerId),
            by,
          ),
        ),
      ).not.to.be.empty;
    });
  });
});
