import { expect } from 'chai';
import {
  ReconciliationSettingsKeeper,
  type ReconciliationWords,
} from '../../../../../src/modules/settlement/application/reconciliation/keep-settings.ts';
import {
  defaultSettings,
  loosenedReconciliation,
} from '../../../../../src/modules/settlement/domain/reconciliation/settings.ts';
import type { Changed } from '../../../../../src/modules/settlement/domain/settings/change.ts';
import { CountingIds } from '../../../../support/clock.ts';
import { rejects } from '../../../../support/rejects.ts';
import { aStory, programId } from '../../../../support/settlement-story.ts';

const brl = (minor: string) => ({ minor, currency: 'BRL' });

const words: ReconciliationWords = {
  tolerances: [brl('10')],
  fourEyesAbove: '1000',
  lateAfterDays: 3,
  missingAfterDays: 10,
  pendingAfterDays: 5,
};

/** A program whose settings two people have agreed to, unless it is new. */
const aProgram = async ({ isNew = false } = {}) => {
  const { db, partners, clock, decideChange } = aStory();
  const inForce = () => db.run(({ reconciliations }) => reconciliations.settings(programId));
  const keeper = new ReconciliationSettingsKeeper(db, { settings: inForce }, partners, new CountingIds(), clock);
  const program = {
    inForce,
    set: (changed: Partial<ReconciliationWords>, by = 'ana') => keeper.set(programId, { ...words, ...changed }, by),
    decide: decideChange,
  };
  if (!isNew) await decideChange.run(waits(await program.set({})).id, 'approve', 'bob');
  return program;
};

const waits = (changed: Changed<unknown>) => {
  if ('done' in changed) throw new Error('it did not wait');
  return changed.waiting;
};

describe('reconciliation settings guard less than before', () => {
  const before = { ...defaultSettings(programId), tolerances: new Map([['BRL', 10n]]), fourEyesAbove: 1_000n };
  const cases = [
    ['/fourEyesAbove', 'a higher limit', { fourEyesAbove: 1_001n }],
    ['/tolerances', 'a wider tolerance', { tolerances: new Map([['BRL', 11n]]) }],
    [
      '/tolerances',
      'a tolerance of another currency',
      {
        tolerances: new Map([
          ['BRL', 10n],
          ['EUR', 1n],
        ]),
      },
    ],
  ] as const;
  for (const [pointer, what, looser] of cases)
    it(`by ${what}, and not the other way`, () => {
      expect(loosenedReconciliation(before, { ...before, ...looser })).to.deep.equal([pointer]);
      expect(loosenedReconciliation({ ...before, ...looser }, before)).to.be.empty;
    });

  it('not by a lower limit, a narrower tolerance or none, nor by when something is late', () => {
    const narrower = { fourEyesAbove: 999n, tolerances: new Map([['BRL', 9n]]) };
    const none = new Map([['EUR', 0n]]);
    const days = { lateAfterDays: 1, missingAfterDays: 99, pendingAfterDays: 99 };

    for (const after of [before, { ...before, ...narrower }, { ...before, tolerances: none }, { ...before, ...days }])
      expect(loosenedReconciliation(before, after)).to.be.empty;
  });
});

describe('reconciliation settings that wait for somebody else', () => {
  it('are loosened by two people from the first time on, for nothing may be off and nobody decides alone until then', async () => {
    const { set, inForce, decide } = await aProgram({ isNew: true });

    const change = waits(await set({}));
    const before = await inForce();
    await rejects(decide.run(change.id, 'approve', 'ana'), 'settlement.four_eyes');
    await decide.run(change.id, 'approve', 'bob');

    expect(change).to.deep.include({ setting: 'reconciliation_settings', seen: 0, wanted: words });
    expect(change.loosens).to.deep.equal(['/fourEyesAbove', '/tolerances']);
    expect(before).to.deep.equal(defaultSettings(programId));
    expect(await inForce()).to.deep.include({ version: 1, fourEyesAbove: 1_000n, tolerances: new Map([['BRL', 10n]]) });
  });

  it('are made stricter, or told when something is late, by one person', async () => {
    const { set, inForce } = await aProgram();

    const stricter = await set({ fourEyesAbove: '0', tolerances: [], lateAfterDays: 9 });

    expect(stricter).to.have.nested.property('done.lateAfterDays', 9);
    expect(await inForce()).to.deep.include({ version: 2, fourEyesAbove: 0n, tolerances: new Map() });
  });

  it('wait as a whole, even with what is stricter in them', async () => {
    const { set, inForce } = await aProgram();

    const change = waits(await set({ fourEyesAbove: '1', tolerances: [brl('11')] }));

    expect(change.loosens).to.deep.equal(['/tolerances']);
    expect(await inForce()).to.deep.include({ version: 1, fourEyesAbove: 1_000n });
  });

  it('are made stricter while something looser is asked for, which is then outdated', async () => {
    const { set, inForce, decide } = await aProgram();
    const change = waits(await set({ fourEyesAbove: '9000' }));

    await set({ fourEyesAbove: '5' }, 'bob');

    await rejects(decide.run(change.id, 'approve', 'bob'), 'settlement.change_outdated');
    await rejects(set({}), 'settlement.change_pending');
    expect(await inForce()).to.deep.include({ fourEyesAbove: 5n });
  });

  it('are refused where they make no sense before anybody is asked', async () => {
    const { set } = await aProgram();

    for (const [pointer, wrong] of [
      ['/missingAfterDays', { lateAfterDays: 11 }],
      ['/fourEyesAbove', { fourEyesAbove: '9223372036854775808' }],
    ] as const) {
      const refusal = await rejects(set(wrong), 'settlement.malformed_reconciliation_settings');
      expect(refusal.details.faults?.map((fault) => fault.pointer)).to.deep.equal([pointer]);
    }
    await rejects(set({ tolerances: [{ minor: '1', currency: 'XQQ' }] }), 'money.unknown_currency');
    expect(await set({ fourEyesAbove: '1000' })).to.have.property('done');
  });
});
