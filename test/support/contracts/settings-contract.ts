import { expect } from 'chai';
import type { SettingChange } from '../../../src/modules/settlement/domain/settings/change.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { instant } from '../../../src/shared/instant.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { programId } from '../settlement-story.ts';

const now = instant('2018-02-05T00:00:00Z');

const change = (n: number, changes: Partial<SettingChange> = {}): SettingChange => ({
  id: idOf('sch', n),
  setting: 'payout_policy',
  programId,
  seen: 1,
  wanted: { schedule: 'quarterly' },
  loosens: ['/schedule'],
  state: 'asked',
  askedBy: 'ana',
  askedAt: now,
  ...changes,
});

/** What the stores of settings that wait promise; the fake and the real one both run through it. */
export const settingsContract = (make: () => Promise<SettlementTransaction>): void => {
  describe('changes of settings', () => {
    it('wait one at a time, of a program, of a partner and of a setting each', async () => {
      const db = await make();
      const ofPartner = change(2, { partnerId: idOf('par', 1) });
      const ofTax = change(3, { setting: 'tax_settings' });
      for (const each of [change(1), ofPartner, ofTax]) await db.run(({ changes }) => changes.add(each));

      const second = await db
        .run(({ changes }) => changes.add(change(4)))
        .then(
          () => 'added',
          () => 'refused',
        );

      expect(second).to.equal('refused');
      for (const each of [change(1), ofPartner, ofTax])
        expect(await db.run(({ changes }) => changes.pending(each))).to.deep.equal(each);
      expect(await db.run(({ changes }) => changes.pending({ ...ofPartner, partnerId: idOf('par', 9) }))).to.equal(
        undefined,
      );
    });

    it('wait no more once they are decided, and stay', async () => {
      const db = await make();
      await db.run(({ changes }) => changes.add(change(1)));
      const decided = change(1, { state: 'approved', decidedBy: 'bob', decidedAt: now });

      await db.run(({ changes }) => changes.save(decided));
      await db.run(({ changes }) => changes.add(change(2)));

      expect(await db.run(({ changes }) => changes.get(decided.id))).to.deep.equal(decided);
      expect((await db.run(({ changes }) => changes.pending(decided)))?.id).to.equal(idOf('sch', 2));
      await rejects(
        db.run(({ changes }) => changes.get(idOf('sch', 9))),
        'settlement.change_not_found',
      );
    });
  });

  describe('tax settings', () => {
    it('are versions, of which nobody writes one twice', async () => {
      const db = await make();
      const words = { jurisdictions: ['US'], source: 'domestic' } as const;
      const first = { ...words, programId, version: 1, changedBy: 'ana', changedAt: now };

      const added = await db.run(({ taxSettings }) => taxSettings.add(first));
      const again = await db.run(({ taxSettings }) => taxSettings.add({ ...first, changedBy: 'bob' }));

      expect([added, again]).to.deep.equal([true, false]);
      expect(await db.run(({ taxSettings }) => taxSettings.current(programId))).to.deep.equal(first);
      expect(await db.run(({ taxSettings }) => taxSettings.current(idOf('prg', 9)))).to.equal(undefined);
    });
  });
};
