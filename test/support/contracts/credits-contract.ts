import { expect } from 'chai';
import type { Claim } from '../../../src/modules/attribution/domain/deciding/claim.ts';
import { decided } from '../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { Rules } from '../../../src/modules/attribution/domain/policy/policy.ts';
import { instant } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { type AttributionSides, aPlacedOrder, aTouch } from './attribution-contract.ts';

const noon = instant('2018-01-10T12:00:00Z');

export const aClaim = (n: number, overrides: Partial<Claim> = {}): Claim => ({
  claimId: idOf('clm', n),
  programId: idOf('prg', 1),
  orderId: idOf('ord', 1),
  orderRef: 'A-1',
  partnerId: idOf('par', 1),
  state: 'filed',
  code: 'lena10',
  evidence: 'she forgot the code',
  references: ['mail 7'],
  filedBy: 'ana',
  filedAt: noon,
  resolvedBy: undefined,
  resolvedAt: undefined,
  reason: undefined,
  ...overrides,
});

const linear: Rules = { model: { kind: 'linear' }, windows: { click: { days: 30 } } };
const standings = [1, 2].map((n) => ({ partnerId: idOf('par', n), state: 'approved' as const }));
const order = aPlacedOrder(1, { visitorId: 'v' });
const touches = [aTouch(1), aTouch(2, { partnerId: idOf('par', 2) })];
const known = { candidates: touches, standings, policy: { version: 2, rules: linear } };

/** What every store of divided credits and of claims promises. */
export const creditsContract = (make: () => Promise<AttributionSides>): void => {
  describe('a credit that several have', () => {
    it('is found by each of them, and gone for who has no part of it any more', async () => {
      const { transaction, reader } = await make();
      const both = decided(order, known, undefined, noon);
      await transaction.run(({ conversions }) => conversions.save([both]));
      const listed = async (n: number) =>
        (await reader.conversions({ limit: 10 }, { partnerId: idOf('par', n) })).data.map(
          (each) => each.order.orderRef,
        );
      const asked = [1, 2].map((n) => ({ orderId: order.orderId, partnerId: idOf('par', n) }));

      expect([await listed(1), await listed(2), await listed(3)]).to.deep.equal([['A-1'], ['A-1'], []]);
      expect((await reader.credits(asked)).map(({ partnerId, clickId }) => [partnerId, clickId])).to.have.deep.members([
        [idOf('par', 1), idOf('clk', 1)],
        [idOf('par', 2), idOf('clk', 2)],
      ]);

      const alone = decided(order, { ...known, candidates: touches.slice(1) }, both.decision, noon);
      await transaction.run(({ conversions }) => conversions.save([alone]));

      expect([await listed(1), await listed(2)]).to.deep.equal([[], ['A-1']]);
      const [history] = await reader.histories(10);
      expect(history?.shown.outcome).to.deep.equal(alone.decision.outcome);
    });
  });

  describe('claims', () => {
    it('are one a partner and order, until one is rejected', async () => {
      const { transaction } = await make();
      const add = (claim: Claim) => transaction.run(({ claims }) => claims.add(claim));

      expect(await add(aClaim(1))).to.equal(true);
      expect(await add(aClaim(2))).to.equal(false);
      expect(await add(aClaim(3, { partnerId: idOf('par', 2) }))).to.equal(true);
      expect(await add(aClaim(4, { orderId: idOf('ord', 2) }))).to.equal(true);

      const rejected: Claim = { ...aClaim(1), state: 'rejected', resolvedBy: 'bob', resolvedAt: noon, reason: 'no' };
      await transaction.run(({ claims }) => claims.save(rejected));

      expect(await transaction.run(({ claims }) => claims.get(idOf('clm', 1)))).to.deep.equal(rejected);
      expect(await add(aClaim(5))).to.equal(true);
    });

    it('count once they are confirmed, oldest first', async () => {
      const { transaction } = await make();
      const answer = { state: 'confirmed', resolvedBy: 'bob', resolvedAt: noon, reason: 'staff_confirmed' } as const;
      const confirmed = [1, 2].map((n) => aClaim(n, { partnerId: idOf('par', n), ...answer }));
      await transaction.run(async ({ claims }) => {
        for (const claim of [...confirmed.toReversed(), aClaim(3, { partnerId: idOf('par', 3) })])
          await claims.add(claim);
      });

      const found = await transaction.run(({ claims }) => claims.confirmed([order.orderId, idOf('ord', 2)]));

      expect(found).to.deep.equal(confirmed);
    });

    it('that nobody made are refused', async () => {
      const { transaction } = await make();

      await rejects(
        transaction.run(({ claims }) => claims.get(idOf('clm', 9))),
        'attribution.unknown_claim',
      );
    });
  });
};
