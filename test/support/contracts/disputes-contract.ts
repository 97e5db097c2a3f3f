import { expect } from 'chai';
import { evidenceGiven, evidenceRequested } from '../../../src/modules/settlement/domain/disputes/converse.ts';
import { adjusted, expired, reviewed } from '../../../src/modules/settlement/domain/disputes/decide.ts';
import type { Dispute, Hand, Turn } from '../../../src/modules/settlement/domain/disputes/dispute.ts';
import { usualTerms } from '../../../src/modules/settlement/domain/disputes/dispute-terms.ts';
import { opened } from '../../../src/modules/settlement/domain/disputes/open-dispute.ts';
import { keepTurns } from '../../../src/modules/settlement/application/disputes/keep-turns.ts';
import type { DisputeReader } from '../../../src/modules/settlement/ports/disputes.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { type Instant, instant, plusDays } from '../../../src/shared/instant.ts';
import { Money } from '../../../src/shared/money.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { programId } from '../settlement-story.ts';

const now = instant('2018-03-10T00:00:00Z');
const brl = (minor: bigint): Money => Money.of(minor, 'BRL');
/** Members that are undefined are as good as none. */
const told = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const hand = (by: string, side: Hand['side'] = 'staff', at: Instant = now): Hand => ({ by, side, at });

/** The n-th dispute, about the n-th order, of partner 1 unless told. */
const anOpening = (n: number, { partner = 1, thing = n, at = now } = {}): Turn =>
  opened(
    idOf('dsp', n),
    {
      programId,
      partnerId: idOf('par', partner),
      kind: 'missing_conversion',
      about: { orderRef: `A-${thing}` },
      claimed: brl(1_500n).toJSON(),
      text: 'Mine.',
    },
    { thing: `order:${thing}`, statementId: idOf('stm', n) },
    {
      terms: { ...usualTerms(programId, 'BRL'), mostClaimed: brl(9_000n) },
      hand: hand('ana', 'partner', at),
    },
  );

const upheld = (dispute: Dispute, granted?: bigint, limit = 9_000n): Turn =>
  reviewed(
    dispute,
    {
      outcome: granted === undefined ? 'upheld' : 'partially_upheld',
      reason: 'goodwill',
      granted: granted === undefined ? undefined : brl(granted),
      text: 'Yes.',
    },
    { limit: brl(limit), earlier: [], hand: hand('ada') },
  );

export interface DisputeStoresUnderTest {
  readonly db: SettlementTransaction;
  readonly reader: DisputeReader;
}

/** What the stores of disputes promise; the fake and the real one both run through it. */
export const disputesContract = (make: () => Promise<DisputeStoresUnderTest>): void => {
  const started = async () => {
    const { db, reader } = await make();
    const books = { programId, currency: 'BRL', timeZone: 'America/Sao_Paulo' };
    await db.run((stores) => stores.books.open([books], now));
    const kept = async (...turns: readonly Turn[]): Promise<void> => {
      await db.run(async (stores) => {
        for (const { dispute, entry } of turns) if (entry.n === 1) await stores.disputes.open(dispute);
        await keepTurns(stores, turns);
      });
    };
    return { db, reader, kept };
  };

  describe('disputes', () => {
    it('come back as they were kept, in every state, with all that happened', async () => {
      const { db, reader, kept } = await started();
      const opening = anOpening(1);
      const asked = evidenceRequested(opening.dispute, 'And?', hand('ada'));
      const given = evidenceGiven(asked.dispute, 'This.', hand('ana', 'partner'), 0);
      const proposed = upheld(given.dispute, 1_000n, 999n);

      for (const each of [opening, asked, given, proposed]) {
        await kept(each);
        const found = await db.run(({ disputes }) => disputes.get(each.dispute.id));
        expect(told(found)).to.deep.equal(told(each.dispute));
      }
      const evidenceOf = (side: 'partner' | 'staff') =>
        db.run(({ disputes }) => disputes.evidenceOf(opening.dispute.id, side));
      expect([await evidenceOf('partner'), await evidenceOf('staff')]).to.deep.equal([1, 0]);
      const found = await reader.find(opening.dispute.id);
      expect(told(found?.entries)).to.deep.equal(told([opening, asked, given, proposed].map(({ entry }) => entry)));
      expect(await reader.find(idOf('dsp', 9))).to.equal(undefined);
      await rejects(
        db.run(({ disputes }) => disputes.get(idOf('dsp', 9))),
        'settlement.dispute_not_found',
      );
    });

    it('are open once for each partner and thing, and known once decided', async () => {
      const { db, kept } = await started();
      const first = anOpening(1);
      await kept(first, anOpening(2, { partner: 2, thing: 1 }));
      const again = anOpening(3, { thing: 1 }).dispute;
      expect(await db.run(({ disputes }) => disputes.open(again))).to.equal(first.dispute.id);
      expect(await db.run(({ disputes }) => disputes.decided(again))).to.equal(undefined);

      await kept(upheld(first.dispute));

      expect(await db.run(({ disputes }) => disputes.decided(again))).to.equal(first.dispute.id);
      const other = { ...again, kind: 'wrong_attribution' as const };
      expect(await db.run(({ disputes }) => disputes.decided(other))).to.equal(undefined);
      expect(await db.run(({ disputes }) => disputes.open(again))).to.equal(undefined);
    });

    it('are overdue from their moment on, the longest first', async () => {
      const { db, reader, kept } = await started();
      const [late, later] = [anOpening(1, { at: plusDays(now, 1) }), anOpening(2)];
      await kept(late, later);
      const due = plusDays(now, 31);
      const overdue = (at: Instant, limit = 9) => db.run(({ disputes }) => disputes.overdue(at, limit));

      expect((await overdue(due)).map(({ id }) => id)).to.deep.equal([later.dispute.id, late.dispute.id]);
      expect(await overdue(due, 1)).to.have.length(1);
      expect(await overdue(plusDays(now, 29))).to.be.empty;
      expect([await reader.isAnyOverdue(due), await reader.isAnyOverdue(now)]).to.deep.equal([true, false]);
    });

    it('have resolutions that wait until commission has made their adjustment', async () => {
      const { db, reader, kept } = await started();
      const opening = anOpening(1);
      const decided = upheld(opening.dispute, 700n);
      await kept(opening, anOpening(2));
      await kept(decided, expired(anOpening(2).dispute, plusDays(now, 30)));

      const due = await reader.dueAdjustments(9);
      expect(due.map(({ disputeId }) => disputeId)).to.deep.equal([idOf('dsp', 1), idOf('dsp', 2)]);
      const about = { orderRef: 'A-1' };
      const whose = { programId, partnerId: idOf('par', 1), kind: 'missing_conversion', about };
      expect(told(due[0])).to.deep.equal(told({ ...decided.resolution, ...whose }));
      expect(await reader.oddReserves()).to.deep.equal([]);

      await kept(adjusted(decided.dispute, decided.resolution!, now));

      expect((await reader.dueAdjustments(9)).map(({ disputeId }) => disputeId)).to.deep.equal([idOf('dsp', 2)]);
      const [resolution] = await db.run(({ disputes }) => disputes.resolutions(idOf('dsp', 1)));
      expect(resolution).to.include({ adjustedAt: now, reason: 'goodwill' });
      expect(await reader.oddReserves()).to.deep.equal([]);
    });

    it('are listed in pages, as far as asked for', async () => {
      const { reader, kept } = await started();
      const [one, two, three] = [anOpening(1), anOpening(2, { partner: 2 }), anOpening(3)];
      await kept(one, two, three);
      await kept(upheld(three.dispute));
      const ids = async (filter: Parameters<typeof reader.page>[1]) =>
        (await reader.page({ limit: 9 }, filter)).data.map(({ id }) => id);

      const first = await reader.page({ limit: 2 }, {});
      const rest = await reader.page({ limit: 2, after: [first.data[1]!.id] }, {});

      expect([...first.data, ...rest.data].map(({ id }) => id)).to.deep.equal([1, 2, 3].map((n) => idOf('dsp', n)));
      expect([first.nextCursor === null, rest.nextCursor]).to.deep.equal([false, null]);
      expect(await ids({ partnerId: idOf('par', 1), isOpen: true })).to.deep.equal([idOf('dsp', 1)]);
      expect(await ids({ state: 'upheld', isOpen: false })).to.deep.equal([idOf('dsp', 3)]);
      expect(await ids({ programId, kind: 'wrong_rate' })).to.deep.equal([]);
    });

    it('keep what was known, and what contracts say', async () => {
      const { db, reader, kept } = await started();
      const opening = anOpening(1);
      const disputeId = opening.dispute.id;
      const snapshot = {
        disputeId,
        round: 1,
        takenAt: now,
        everything: { a: [1] },
        shown: {},
        digest: 'ab'.repeat(32),
      };
      const terms = {
        programId,
        windowDays: 1,
        reviewDays: 2,
        evidenceDays: 3,
        appealDays: 4,
        mostClaimed: brl(5n),
        version: 2,
      };
      await kept(opening);
      await db.run(({ disputes }) => disputes.attach(snapshot));
      expect(await reader.terms(programId)).to.equal(undefined);
      for (const windowDays of [9, 1])
        await db.run(({ disputes }) => disputes.setTerms({ ...terms, windowDays, version: windowDays === 9 ? 1 : 2 }));

      expect((await reader.find(disputeId))?.snapshots).to.deep.equal([snapshot]);
      expect(await reader.terms(programId)).to.deep.equal(terms);
      expect(await db.run(({ disputes }) => disputes.terms(programId))).to.deep.equal(terms);
    });
  });
};
