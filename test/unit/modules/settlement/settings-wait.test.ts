import { expect } from 'chai';
import {
  DEFAULT_DISPUTE_TERMS,
  loosenedTerms,
} from '../../../../src/modules/settlement/domain/disputes/dispute-terms.ts';
import { loosenedPolicy } from '../../../../src/modules/settlement/domain/payouts/loosening.ts';
import { given, type PolicyTerms } from '../../../../src/modules/settlement/domain/payouts/payout-policy.ts';
import type { Changed } from '../../../../src/modules/settlement/domain/settings/change.ts';
import { loosenedTax } from '../../../../src/modules/settlement/domain/tax/clearance.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aStory, programId, type Story } from '../../../support/settlement-story.ts';

const brl = (minor: string) => ({ minor, currency: 'BRL' });
const rolling = (percent: string, days: number): PolicyTerms => ({ reserve: { kind: 'rolling', percent, days } });
const floor = (minor: string): PolicyTerms => ({ reserve: { kind: 'floor', amount: brl(minor) } });

const loosened = (before: PolicyTerms, after: PolicyTerms): readonly string[] =>
  loosenedPolicy(given({ minimum: brl('2000') }, before), given({ minimum: brl('2000') }, after));

const waits = (changed: Changed<unknown>) => {
  if ('done' in changed) throw new Error('it did not wait');
  return changed.waiting;
};

describe('a policy guards money less than before', () => {
  const cases: readonly (readonly [string, PolicyTerms, PolicyTerms])[] = [
    ['/minimum', { minimum: brl('500') }, { minimum: brl('499') }],
    ['/minimum', {}, { minimum: brl('1999') }],
    ['/schedule', { schedule: 'quarterly' }, {}],
    ['/schedule', { schedule: 'yearly' }, { schedule: 'half_yearly' }],
    ['/schedule', { schedule: 'yearly' }, { schedule: 'on_request' }],
    ['/schedule', { schedule: 'on_request' }, { schedule: 'yearly' }],
    ['/reserve', floor('100'), {}],
    ['/reserve', floor('100'), floor('99')],
    ['/reserve', floor('100'), rolling('50', 90)],
    ['/reserve', rolling('10', 30), rolling('9.99', 60)],
    ['/reserve', rolling('10', 30), rolling('20', 29)],
    ['/receivableAfterDays', {}, { receivableAfterDays: 91 }],
    ['/writeOffAfterDays', {}, { writeOffAfterDays: 179 }],
    ['/forfeitAfterDays', {}, { forfeitAfterDays: 3_650 }],
    ['/forfeitAfterDays', { forfeitAfterDays: 30 }, { forfeitAfterDays: 29 }],
    ['/coolOffHours', { coolOffHours: 48 }, {}],
    ['/holdOnFraud', {}, { holdOnFraud: false }],
    ['/oneApproverUpTo', { oneApproverUpTo: brl('1000') }, { oneApproverUpTo: brl('1001') }],
    ['/oneApproverUpTo', { oneApproverUpTo: brl('1000') }, {}],
    ['/seniorAbove', { seniorAbove: brl('1000') }, {}],
  ];
  for (const [pointer, before, after] of cases) {
    it(`from ${JSON.stringify(before)} to ${JSON.stringify(after)}, and not the other way`, () => {
      expect(loosened(before, after)).to.deep.equal([pointer]);
      if (!['on_request', 'rolling'].some((word) => JSON.stringify([before, after]).includes(word)))
        expect(loosened(after, before)).to.be.empty;
      expect(loosened(before, before)).to.be.empty;
    });
  }

  it('not where it pays only those that ask, or keeps more for longer', () => {
    expect(loosened({}, { schedule: 'on_request' })).to.be.empty;
    expect(loosened(rolling('10', 30), rolling('10', 31))).to.be.empty;
    expect(loosened({}, rolling('1', 1))).to.be.empty;
  });
});

describe('tax settings guard less than before', () => {
  it('without an office, or with earnings that are foreign now; not with another office', () => {
    const us = { jurisdictions: ['US'], source: 'domestic' } as const;

    expect(loosenedTax(us, { ...us, jurisdictions: [] })).to.deep.equal(['/jurisdictions']);
    expect(loosenedTax(us, { ...us, source: 'foreign' })).to.deep.equal(['/source']);
    expect(loosenedTax(us, { ...us, jurisdictions: ['US', 'EU'] })).to.be.empty;
    expect(loosenedTax({ ...us, source: 'foreign' }, us)).to.be.empty;
    expect(loosenedTax({ jurisdictions: [], source: 'domestic' }, { ...us, source: 'foreign' })).to.be.empty;
  });
});

describe('dispute terms guard less than before', () => {
  const before = { ...DEFAULT_DISPUTE_TERMS, mostClaimed: Money.of(1_000n, 'BRL') };
  const cases = [
    ['/windowDays', { windowDays: 61 }, { windowDays: 59 }],
    ['/reviewDays', { reviewDays: 29 }, { reviewDays: 31 }],
    ['/evidenceDays', { evidenceDays: 15 }, { evidenceDays: 13 }],
    ['/appealDays', { appealDays: 31 }, { appealDays: 29 }],
    ['/mostClaimed', { mostClaimed: Money.of(1_001n, 'BRL') }, { mostClaimed: Money.of(999n, 'BRL') }],
  ] as const;
  for (const [pointer, looser, stricter] of cases)
    it(`by another ${pointer}, and not the other way`, () => {
      expect(loosenedTerms(before, { ...before, ...looser })).to.deep.equal([pointer]);
      expect(loosenedTerms(before, { ...before, ...stricter })).to.be.empty;
      expect(loosenedTerms(before, before)).to.be.empty;
    });
});

describe('a setting whose change waits for somebody else', () => {
  it('is set the first time, and made stricter, by one person', async () => {
    const story = aStory();

    const first = await story.policy.run({ programId }, { minimum: brl('1'), holdOnFraud: false }, 0, 'ana');
    const stricter = await story.policy.run({ programId }, { minimum: brl('9'), coolOffHours: 48 }, 1, 'ana');

    expect([first, stricter].map((each) => ('done' in each ? each.done.version : each))).to.deep.equal([1, 2]);
  });

  it('is loosened by two: until the second agrees, all is as before', async () => {
    const story = aStory();
    await story.policy.run({ programId }, { coolOffHours: 48, oneApproverUpTo: brl('1000') }, 0, 'ana');

    const change = waits(await story.policy.run({ programId }, { oneApproverUpTo: brl('9000') }, 1, 'ana'));
    const inForce = () => story.db.run(({ control }) => control.policies.current(programId));
    const before = await inForce();
    await rejects(story.decideChange.run(change.id, 'approve', 'ana'), 'settlement.four_eyes');
    const approved = await story.decideChange.run(change.id, 'approve', 'bob');

    expect(change).to.include({ state: 'asked', askedBy: 'ana', seen: 1, setting: 'payout_policy' });
    expect(change.loosens).to.deep.equal(['/coolOffHours', '/oneApproverUpTo']);
    expect(before).to.deep.include({ version: 1, terms: { coolOffHours: 48, oneApproverUpTo: brl('1000') } });
    expect(approved).to.include({ state: 'approved', decidedBy: 'bob' });
    expect(await inForce()).to.deep.include({ version: 2, terms: { oneApproverUpTo: brl('9000') }, setBy: 'ana' });
    await rejects(story.decideChange.run(change.id, 'approve', 'eve'), 'settlement.illegal_move');
  });

  it('waits for one decision at a time, and is asked anew when it was changed meanwhile', async () => {
    const story = aStory();
    await story.policy.run({ programId }, { coolOffHours: 48 }, 0, 'ana');
    const change = waits(await story.policy.run({ programId }, { coolOffHours: 1 }, 1, 'ana'));

    await rejects(story.policy.run({ programId }, { coolOffHours: 2 }, 1, 'bob'), 'settlement.change_pending');
    await story.policy.run({ programId }, { coolOffHours: 72 }, 1, 'bob');
    await rejects(story.decideChange.run(change.id, 'approve', 'bob'), 'settlement.change_outdated');
    await story.decideChange.run(change.id, 'refuse', 'ana');

    expect(waits(await story.policy.run({ programId }, { coolOffHours: 1 }, 2, 'bob')).state).to.equal('asked');
  });

  it('of one partner is loosened by two from the first time on, for the program speaks of it already', async () => {
    const story = aStory();
    await story.policy.run({ programId }, { coolOffHours: 48 }, 0, 'ana');
    const own = { programId, partnerId: idOf('par', 1) };

    const change = waits(await story.policy.run(own, { coolOffHours: 0 }, 0, 'ana'));
    const stricter = await story.policy.run({ ...own, partnerId: idOf('par', 2) }, { coolOffHours: 72 }, 0, 'ana');

    expect(change).to.deep.include({ partnerId: idOf('par', 1), loosens: ['/coolOffHours'] });
    expect('done' in stricter).to.equal(true);
  });

  it('may say which tax offices there are, and which trades one person makes', async () => {
    const story = aStory();
    const fx = { source: 'ecb', spreadBasisPoints: 100, oldestRateHours: 24, fourEyesAbove: brl('1000') };
    await story.setTax.run(programId, { jurisdictions: ['US'], source: 'domestic' }, 0, 'ana');
    await story.setFx.run(programId, fx, 'ana');
    await story.setFx.run(programId, { ...fx, oldestRateHours: 12 }, 'ana');

    const tax = waits(await story.setTax.run(programId, { jurisdictions: [], source: 'domestic' }, 1, 'ana'));
    const trades = await story.setFx.run(programId, { ...fx, fourEyesAbove: brl('9000') }, 'ana');
    const limit = async () => (await story.db.run((stores) => stores.fx.settings(programId)))?.fourEyesAbove;
    const before = await limit();
    for (const { id } of [tax, waits(trades.changed)]) await story.decideChange.run(id, 'approve', 'bob');

    expect([before, await limit()]).to.deep.equal([1_000n, 9_000n]);
    expect(waits(trades.changed).loosens).to.deep.equal(['/oldestRateHours', '/fourEyesAbove']);
    expect(await story.db.run(({ taxSettings }) => taxSettings.current(programId))).to.deep.include({
      version: 2,
      jurisdictions: [],
    });
  });

  it('gives back what a floor kept once two have lowered it', async () => {
    const story = aStory();
    await story.policy.run({ programId }, floor('3000'), 0, 'finance');
    await story.earn({ n: 1, minor: 4_000n, on: '01-10' });
    const reserve = async () => (await story.balance.run(programId, idOf('par', 1))).reserve;

    const change = waits(await story.policy.run({ programId }, floor('500'), 1, 'finance'));
    const before = await reserve();
    await story.decideChange.run(change.id, 'approve', 'boss');

    expect([before, await reserve()]).to.deep.equal([3_000n, 500n]);
  });

  it('may say what partners can claim: by two people from the first time on, for the contract says something already', async () => {
    const story = aStory();
    const words = { ...DEFAULT_DISPUTE_TERMS, mostClaimed: brl('100000') };
    const inForce = () => story.db.run(({ disputes }) => disputes.terms(programId));

    const change = waits(await story.setTerms.run(programId, { ...words, mostClaimed: brl('100001') }, 'ana'));
    const before = await inForce();
    await story.decideChange.run(change.id, 'approve', 'bob');
    const stricter = await story.setTerms.run(programId, { ...words, windowDays: 9 }, 'ana');

    expect(change).to.deep.include({ setting: 'dispute_terms', seen: 0, loosens: ['/mostClaimed'] });
    expect(before).to.equal(undefined);
    expect(stricter).to.have.nested.property('done.windowDays', 9);
    expect(await inForce()).to.deep.include({ version: 2, mostClaimed: Money.of(100_000n, 'BRL') });
  });

  it('is made stricter while more is asked for, which is then outdated', async () => {
    const story = aStory();
    const words = { ...DEFAULT_DISPUTE_TERMS, mostClaimed: brl('100000') };
    const change = waits(await story.setTerms.run(programId, { ...words, reviewDays: 1 }, 'ana'));

    await story.setTerms.run(programId, { ...words, mostClaimed: brl('1') }, 'bob');

    await rejects(story.decideChange.run(change.id, 'approve', 'bob'), 'settlement.change_outdated');
    await rejects(story.setTerms.run(programId, words, 'ana'), 'settlement.change_pending');
  });
});

describe('the account that a program pays from', () => {
  const account = {
    holder: 'Loja',
    account: { scheme: 'domestic', number: '0001-1' },
    bank: { scheme: 'domestic', code: '001' },
    town: 'Recife',
    country: 'BR',
  } as const;
  const other = { ...account, account: { scheme: 'domestic', number: '0002-2' } } as const;
  const set = async (story: Story) => {
    await story.setBank.run(programId, account, 'ana');
    return (paysIn?: string) =>
      story.db.run(async ({ bank }) => (await bank.accountOf(programId, paysIn))?.account.number);
  };

  it('is named by one person, and changed by two: until the second agrees, payouts leave from where they did', async () => {
    const story = aStory();
    const paying = await set(story);

    const change = waits(await story.setBank.run(programId, { ...other, town: 'Olinda' }, 'ana'));
    const before = await paying();
    await rejects(story.decideChange.run(change.id, 'approve', 'ana'), 'settlement.four_eyes');
    await story.decideChange.run(change.id, 'approve', 'bob');

    expect(change).to.deep.include({ setting: 'bank_account', seen: 0, loosens: ['/account', '/town'] });
    expect([before, await paying()]).to.deep.equal(['0001-1', '0002-2']);
  });

  it('is the same when it is said again, by whoever', async () => {
    const story = aStory();
    await set(story);

    const again = await story.setBank.run(programId, { ...account, currency: 'BRL' }, 'bob');

    expect(again).to.have.nested.property('done.account.number', '0001-1');
  });

  it('of another currency is named by one person, unless the program pays from it already', async () => {
    const story = aStory();
    const paying = await set(story);

    const moves = waits(await story.setBank.run(programId, { ...account, currency: 'EUR' }, 'ana'));
    await rejects(story.setBank.run(programId, { ...other, currency: 'USD' }, 'ana'), 'settlement.change_pending');
    await story.decideChange.run(moves.id, 'refuse', 'ana');
    const first = await story.setBank.run(programId, { ...other, currency: 'USD' }, 'ana');

    expect(moves.loosens).to.deep.equal(['/account']);
    expect(first).to.have.nested.property('done.paysIn', 'USD');
    expect([await paying(), await paying('EUR'), await paying('USD')]).to.deep.equal(['0001-1', undefined, '0002-2']);
  });

  it('is nobody else’s, which whoever asks hears, and not whoever agrees', async () => {
    const story = aStory();
    await set(story);
    await story.db.run(({ bank }) => bank.saveAccount({ ...other, programId: idOf('prg', 2) }));

    await rejects(story.setBank.run(programId, other, 'ana'), 'settlement.bank_account_taken');
  });
});
