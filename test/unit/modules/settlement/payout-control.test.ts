import { expect } from 'chai';
import {
  BLOCK_CODES,
  type Block,
  blocksOfBalance,
  blocksOfPayee,
  type Circumstances,
  nextPayoutAt,
} from '../../../../src/modules/settlement/domain/payouts/blocks.ts';
import { freezeLifecycle, moveFreeze } from '../../../../src/modules/settlement/domain/payouts/freeze.ts';
import { movePayout, payoutLifecycle } from '../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import {
  mustBePolicy,
  paysOn,
  type PolicyTerms,
  policyOf,
  type Schedule,
  USUAL,
} from '../../../../src/modules/settlement/domain/payouts/payout-policy.ts';
import { ruleFor } from '../../../../src/modules/settlement/domain/payouts/approval.ts';
import type { BatchState, PayoutState } from '../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Month } from '../../../../src/shared/calendar.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aFact, aStory, batchOf, payoutOf, programId, type Story } from '../../../support/settlement-story.ts';

const brl = (minor: bigint) => ({ minor: minor.toString(), currency: 'BRL' });
const moment = { now: instant('2018-02-05T00:00:00Z'), currency: 'BRL', timeZone: 'UTC' };
const usual = policyOf({ program: {}, partners: new Map() }, idOf('par', 1), 2_000n);
const fine: Circumstances = { enrolment: 'approved', hasProfile: true, openCases: [], hasRequested: false, held: 0n };

describe('a payout policy', () => {
  for (const [schedule, pays] of [
    ['every_close', '01 02 03 04 05 06 07 08 09 10 11 12'],
    ['quarterly', '03 06 09 12'],
    ['half_yearly', '06 12'],
    ['yearly', '12'],
    ['on_request', '01 02 03 04 05 06 07 08 09 10 11 12'],
  ] as const satisfies readonly (readonly [Schedule, string])[]) {
    it(`that pays ${schedule} pays on the close of ${pays}`, () => {
      const all = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'));

      expect(all.filter((month) => paysOn(schedule, `2018-${month}` as Month)).join(' ')).to.equal(pays);
    });
  }

  it('is the usual one, where the program says nothing, and the program’s, where the partner says nothing', () => {
    const program: PolicyTerms = { schedule: 'quarterly', minimum: brl(100n) };
    const book = { program, partners: new Map([[idOf('par', 2), { schedule: 'yearly' as const }]]) };

    expect(policyOf({ program: {}, partners: new Map() }, idOf('par', 1), 7n)).to.include({
      minimum: 7n,
      schedule: USUAL.schedule,
      holdOnFraud: true,
      forfeitAfterDays: undefined,
    });
    expect(policyOf(book, idOf('par', 1), 7n)).to.include({ schedule: 'quarterly', minimum: 100n });
    expect(policyOf(book, idOf('par', 2), 7n)).to.include({ schedule: 'yearly', minimum: 100n });
  });

  for (const [what, terms, isOfPartner, pointers] of [
    ['an amount in another currency', { minimum: { minor: '1', currency: 'USD' } }, false, ['/minimum']],
    [
      'a rolling reserve of nothing for no time',
      { reserve: { kind: 'rolling' } },
      false,
      ['/reserve/percent', '/reserve/days'],
    ],
    [
      'a rolling reserve of more than all',
      { reserve: { kind: 'rolling', percent: '101', days: 9 } },
      false,
      ['/reserve/percent'],
    ],
    ['a floor without an amount', { reserve: { kind: 'floor' } }, false, ['/reserve/amount']],
    ['no reserve, for some days', { reserve: { kind: 'none', days: 9 } }, false, ['/reserve/days']],
    ['a limit of approvals for one partner', { oneApproverUpTo: brl(1n) }, true, ['/oneApproverUpTo']],
  ] as const satisfies readonly (readonly [string, PolicyTerms, boolean, readonly string[]])[]) {
    it(`cannot be ${what}`, async () => {
      const refusal = await rejects(() => {
        mustBePolicy(terms, 'BRL', isOfPartner);
      }, 'settlement.policy_refused');

      expect(refusal.details.faults?.map(({ pointer }) => pointer)).to.deep.equal(pointers);
    });
  }
});

describe('what stands against a payout', () => {
  const codesOf = (blocks: readonly Block[]) => blocks.map(({ code }) => code);

  for (const [code, changes] of [
    ['suspended', { enrolment: 'suspended' }],
    ['not_enrolled', { enrolment: 'terminated' }],
    ['not_enrolled', { enrolment: undefined }],
    ['no_payout_profile', { hasProfile: false }],
    ['not_carried', { objection: 'no_wallet' }],
    ['method_refused', { accountFault: { code: 'R02', reason: 'account closed' } }],
    ['fraud_hold', { openCases: [idOf('cas', 1)] }],
    ['no_tax_clearance', { uncleared: 'a W-9 is missing' }],
    ['payouts_frozen', { frozen: 'the books do not balance' }],
  ] as const satisfies readonly (readonly [string, Partial<Circumstances>])[]) {
    it(`is ${code}, with a sentence and what has to happen, for ${JSON.stringify(changes)}`, () => {
      const [block, ...others] = blocksOfPayee({ ...fine, ...changes }, usual, moment);

      expect(others).to.be.empty;
      expect(block?.code).to.equal(code);
      expect([block?.detail.length, block?.when?.length]).to.not.include(0);
    });
  }

  it('is all of it at once, not the first of it', () => {
    const worst: Circumstances = {
      enrolment: 'suspended',
      hasProfile: false,
      profileChangedAt: instant('2018-02-04T23:00:00Z'),
      openCases: [idOf('cas', 1)],
      uncleared: 'a W-9 is missing',
      hasRequested: false,
      frozen: 'somebody said so',
      held: 5n,
    };
    const policy = { ...usual, coolOffHours: 24, schedule: 'on_request' as const };

    const all = [...blocksOfBalance(1n, worst, policy, '2018-01', moment), ...blocksOfPayee(worst, policy, moment)];

    expect(codesOf(all)).to.have.members(
      BLOCK_CODES.filter(
        (code) =>
          ![
            'not_enrolled',
            'not_scheduled',
            'balance_short',
            'method_refused',
            'not_carried',
            'payout_under_way',
          ].includes(code),
      ),
    );
  });

  it('is a new account until it has cooled off, and no longer', () => {
    const changed = { ...fine, profileChangedAt: instant('2018-02-04T00:00:00Z') };

    expect(blocksOfPayee(changed, { ...usual, coolOffHours: 25 }, moment)).to.deep.include({
      code: 'profile_changed',
      detail: 'the partner has just said that its money goes somewhere else',
      until: '2018-02-05T01:00:00.000Z',
    });
    expect(blocksOfPayee(changed, { ...usual, coolOffHours: 24 }, moment)).to.be.empty;
  });

  it('is a case of fraud only where the policy says so', () => {
    const suspected = { ...fine, openCases: [idOf('cas', 1)] };

    expect(blocksOfPayee(suspected, { ...usual, holdOnFraud: false }, moment)).to.be.empty;
  });

  it('is the calendar, until the end of the next month that pays', () => {
    const [block] = blocksOfBalance(9_000n, fine, { ...usual, schedule: 'quarterly' }, '2018-01', moment);

    expect(block).to.include({ code: 'not_scheduled', until: '2018-04-01T00:00:00.000Z' });
    expect(nextPayoutAt({ ...usual, schedule: 'yearly' }, moment)).to.equal('2019-01-01T00:00:00.000Z');
  });

  it('is a minimum that is not reached, nothing at all, and never a minimum of nothing', () => {
    expect(codesOf(blocksOfBalance(1_999n, fine, usual, '2018-01', moment))).to.deep.equal(['below_minimum']);
    expect(codesOf(blocksOfBalance(2_000n, fine, usual, '2018-01', moment))).to.be.empty;
    expect(codesOf(blocksOfBalance(0n, fine, { ...usual, minimum: 0n }, '2018-01', moment))).to.have.length(1);
  });
});

const walk = (
  cycle: Readonly<Record<string, Readonly<Record<string, string>>>>,
  expected: Readonly<Record<string, string>>,
  move: (state: string, action: string) => string,
): void => {
  const actions = [...new Set(Object.values(cycle).flatMap((row) => Object.keys(row)))];
  for (const state of Object.keys(cycle)) {
    for (const action of actions) {
      const next = expected[`${state} ${action}`];
      if (next === undefined)
        it(`refuses to ${action} what is ${state}`, () =>
          rejects(() => move(state, action), 'settlement.illegal_move'));
      else it(`${action} leads from ${state} to ${next}`, () => void expect(move(state, action)).to.equal(next));
    }
  }
};

describe('the life cycle of a freeze', () => {
  walk(freezeLifecycle, { 'frozen ask': 'lifting', 'lifting lift': 'lifted' }, (state, action) =>
    moveFreeze(state as 'frozen', action as 'ask'),
  );
});

/** January of two partners is closed: 50.00 and 30.00 are decided. */
const closedStory = async (terms: PolicyTerms = {}): Promise<Story> => {
  const story = aStory();
  await story.policy.run({ programId }, terms, 0, 'finance');
  await story.earn({ partner: 1, n: 1, minor: 5_000n });
  await story.earn({ partner: 2, n: 2, minor: 3_000n });
  await story.post.run();
  await story.closed('2018-01');
  return story;
};

const batchId = batchOf('2018-01');
const [first, second] = [payoutOf('2018-01', 1), payoutOf('2018-01', 2)];
const statesOf = (story: Story) =>
  story.db.payouts().map(({ state, reason }) => (reason ? `${state}: ${reason}` : state));

describe('every action on a batch', () => {
  const actions: Readonly<Record<string, (story: Story) => Promise<unknown>>> = {
    approve: ({ approve }) => approve.run(batchId, 'boss'),
    submit: ({ submit }) => submit.run(batchId),
    cancel: ({ cancel }) => cancel.run(batchId),
    'take out': ({ takeOut }) => takeOut.run(first, 'looks odd', 'finance'),
  };
  const ways: Readonly<Record<BatchState, readonly string[]>> = {
    draft: [],
    approved: ['approve'],
    submitted: ['approve', 'submit'],
    cancelled: ['cancel'],
  };
  const expected: Readonly<Record<string, readonly [BatchState, PayoutState] | string>> = {
    'draft approve': ['approved', 'approved'],
    'draft submit': 'settlement.illegal_move',
    'draft cancel': ['cancelled', 'cancelled'],
    'draft take out': ['draft', 'cancelled'],
    'approved approve': 'settlement.illegal_move',
    'approved submit': ['submitted', 'submitted'],
    'approved cancel': ['cancelled', 'cancelled'],
    'approved take out': ['approved', 'cancelled'],
    'submitted approve': 'settlement.illegal_move',
    'submitted submit': ['submitted', 'submitted'],
    'submitted cancel': 'settlement.illegal_move',
    'submitted take out': 'settlement.payout_sent',
    'cancelled approve': 'settlement.illegal_move',
    'cancelled submit': 'settlement.illegal_move',
    'cancelled cancel': 'settlement.illegal_move',
    'cancelled take out': 'settlement.illegal_move',
  };

  for (const [state, way] of Object.entries(ways)) {
    for (const [name, act] of Object.entries(actions)) {
      const outcome = expected[`${state} ${name}`];
      it(`${name} of what is ${state} is ${typeof outcome === 'string' ? 'refused' : 'done'}`, async () => {
        const story = await closedStory();
        for (const step of way) await actions[step]?.(story);
        const before = story.db.everything();

        if (typeof outcome === 'string') {
          await rejects(act(story), outcome);
          expect(story.db.everything()).to.deep.equal(before);
        } else {
          await act(story);
          const batch = story.db.tables.batches.committed.get(batchId);
          expect([batch?.state, story.db.payouts()[0]?.state]).to.deep.equal(outcome);
        }
      });
    }
  }

  it('never leads a payout anywhere but where its table says', () => {
    for (const [state, row] of Object.entries(payoutLifecycle))
      for (const [action, next] of Object.entries(row))
        expect(movePayout(state as 'draft', action as 'approve')).to.equal(next);
  });
});

describe('approvals', () => {
  for (const [total, terms, people, needsSenior] of [
    [100n, {}, 1, false],
    [100n, { oneApproverUpTo: brl(100n) }, 1, false],
    [101n, { oneApproverUpTo: brl(100n) }, 2, false],
    [101n, { seniorAbove: brl(100n) }, 1, true],
    [101n, { oneApproverUpTo: brl(1n), seniorAbove: brl(101n) }, 2, false],
  ] as const) {
    it(`of ${total} by ${JSON.stringify(terms)} take ${people} people${needsSenior ? ', one of them senior' : ''}`, () => {
      expect(ruleFor(total, terms)).to.deep.equal({ people, needsSenior });
    });
  }

  it('above the limit take two different people, neither of whom closed the period', async () => {
    const story = await closedStory({ oneApproverUpTo: brl(7_999n) });

    const once = await story.approve.run(batchId, 'boss');
    await rejects(story.approve.run(batchId, 'boss'), 'settlement.approved_already');
    await rejects(story.approve.run(batchId, 'finance'), 'settlement.four_eyes');
    await rejects(story.submit.run(batchId), 'settlement.illegal_move');
    const twice = await story.approve.run(batchId, 'owner');

    expect([once.batch.state, once.missing]).to.deep.equal(['draft', ['the approval of a second person']]);
    expect([twice.batch.state, twice.missing]).to.deep.equal(['approved', []]);
    expect(twice.approvals.map(({ by }) => by)).to.deep.equal(['boss', 'owner']);
    expect(statesOf(story)).to.deep.equal(['approved', 'approved']);
  });

  it('of a large amount need somebody who may', async () => {
    const story = await closedStory({ seniorAbove: brl(7_999n) });

    expect((await story.approve.run(batchId, 'boss')).batch.state).to.equal('draft');
    expect((await story.approve.run(batchId, 'owner', true)).batch.state).to.equal('approved');
  });
});

describe('a payout that is taken out', () => {
  it('waits with its balance for the next close, and the others are paid', async () => {
    const story = await closedStory();
    await story.approve.run(batchId, 'boss');

    await story.takeOut.run(first, 'looks odd', 'finance');
    await story.submit.run(batchId);
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.post.run();
    await story.closed('2018-02');

    expect(statesOf(story)).to.deep.equal(['cancelled: taken_out', 'submitted', 'draft']);
    expect(story.db.control.removals.committed.values()).to.deep.equal([
      { payoutId: first, removedBy: 'finance', removedAt: '2018-02-05T00:00:00.000Z', reason: 'looks odd' },
    ]);
  });

  it('takes the batch with it when it was the last', async () => {
    const story = await closedStory();

    await story.takeOut.run(first, 'odd', 'finance');
    await story.takeOut.run(second, 'odd', 'finance');

    expect(story.db.tables.batches.committed.get(batchId)?.state).to.equal('cancelled');
  });
});

describe('payouts that are frozen', () => {
  it('are not sent, while accruals and closes go on, until two people have lifted it', async () => {
    const story = await closedStory();
    await story.approve.run(batchId, 'boss');
    const { id } = await story.freeze.run({ reason: 'the books do not balance', by: 'auditor' });

    await rejects(story.submit.run(batchId), 'settlement.payouts_frozen');
    await story.earn({ partner: 1, n: 9, minor: 9_000n, on: '02-03' });
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.closed('2018-02');
    await story.lift.run(id, 'it was a mistake', 'boss');
    await rejects(story.submit.run(batchId), 'settlement.payouts_frozen');
    await rejects(story.lift.run(id, 'really', 'boss'), 'settlement.four_eyes');
    await story.lift.run(id, 'I agree', 'owner');
    await story.submit.run(batchId);

    expect(statesOf(story)).to.deep.equal(['submitted', 'submitted']);
    const decision = story.db.tables.decisions.committed.get(`${programId}/2018-02/${idOf('par', 1)}`);
    expect([decision?.outcome, decision?.reasons.map(({ code }) => code)]).to.deep.equal([
      'blocked',
      ['payouts_frozen'],
    ]);
  });

  it('are those of one program alone, if that is said, and of one that there is', async () => {
    const story = await closedStory();
    await story.approve.run(batchId, 'boss');

    const freeze = { programId: idOf('prg', 2), reason: 'not ours', by: 'auditor' };
    await rejects(story.freeze.run(freeze), 'settlement.unknown_program');

    expect((await story.submit.run(batchId)).state).to.equal('submitted');
  });

  it('stay so for a new reason when the old one is being lifted', async () => {
    const story = aStory();
    const once = await story.freeze.run({ reason: 'one', by: 'auditor' });
    expect((await story.freeze.run({ reason: 'two', by: 'auditor' })).id).to.equal(once.id);

    await story.lift.run(once.id, 'fine', 'boss');
    const again = await story.freeze.run({ reason: 'three', by: 'auditor' });

    expect(again.id).to.not.equal(once.id);
  });
});

describe('what has come between approval and sending', () => {
  for (const [reason, happens] of [
    [
      'fraud_hold',
      async ({ db }) =>
        db.run(({ control }) => control.guards.noteCases([{ caseId: idOf('cas', 1), partnerId: idOf('par', 1) }])),
    ],
    ['no_tax_clearance', async ({ tax }) => Promise.resolve(void tax.missing.set(idOf('par', 1), 'a W-9 is missing'))],
    ['balance_short', async (story) => story.hear(aFact('claw_back', { n: 1, minor: 1n, on: '02-04' }))],
    [
      'no_payout_profile',
      async ({ partners }) => {
        partners.loseProfile(idOf('par', 1));
        return Promise.resolve();
      },
    ],
    [
      'suspended',
      async ({ partners }) => {
        partners.put(idOf('par', 1), 'suspended');
        return Promise.resolve();
      },
    ],
  ] as const satisfies readonly (readonly [string, (story: Story) => Promise<unknown>])[]) {
    it(`cancels the payout with the reason ${reason}, and sends the others`, async () => {
      const story = await closedStory();
      await story.approve.run(batchId, 'boss');

      await happens(story);
      await story.submit.run(batchId);

      expect(statesOf(story)).to.deep.equal([`cancelled: ${reason}`, 'submitted']);
    });
  }
});

describe('a partner that is paid on request', () => {
  it('is paid by the first close after it has asked, and then has to ask again', async () => {
    const story = await closedStory({ schedule: 'on_request' });
    expect(statesOf(story)).to.be.empty;

    const asked = await story.request.run(programId, idOf('par', 1), 'partner');
    const again = await story.request.run(programId, idOf('par', 1), 'partner');
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.closed('2018-02');
    await story.earn({ partner: 1, n: 9, minor: 9_000n, on: '03-03' });
    story.clock.moveTo('2018-04-05T00:00:00Z');
    await story.closed('2018-03');

    expect(again.id).to.equal(asked.id);
    expect(story.db.payouts().map(({ period, partnerId }) => [period, partnerId])).to.deep.equal([
      ['2018-02', idOf('par', 1)],
    ]);
  });

  it('is nobody who is paid by itself', async () =>
    rejects((await closedStory()).request.run(programId, idOf('par', 1), 'partner'), 'settlement.not_on_request'));
});

describe('a debt', () => {
  /** The partner was paid 50.00, and all of it is taken back on the 10th of February. */
  const owing = async (terms: PolicyTerms = {}): Promise<Story> => {
    const story = await closedStory({ receivableAfterDays: 20, writeOffAfterDays: 30, ...terms });
    await story.sent(batchId);
    await story.hear(aFact('claw_back', { n: 1, minor: 5_000n, on: '02-10' }));
    return story;
  };
  const wish = {
    kind: 'write_off' as const,
    programId,
    partnerId: idOf('par', 1),
    reason: 'it is gone',
    by: 'finance',
  };

  it('is raised on its day, and recovered from what is earned next', async () => {
    const story = await owing();
    story.clock.moveTo('2018-03-02T11:59:59Z');
    expect(await story.tend.isDue()).to.equal(false);

    story.clock.moveTo('2018-03-02T12:00:00Z');
    await story.tend.run();
    await story.earn({ partner: 1, n: 3, minor: 6_000n, on: '03-03' });
    await story.post.run();

    const { available, receivable } = await story.balance.run(programId, idOf('par', 1));
    expect([available, receivable]).to.deep.equal([1_000n, 0n]);
    expect(await story.available(1)).to.equal(1_000n);
    expect(await story.tend.isDue()).to.equal(false);
  });

  it('is raised at once, at the next close, when the partner has left', async () => {
    const story = await owing({ receivableAfterDays: 3_000 });
    story.partners.put(idOf('par', 1), 'terminated');
    story.clock.moveTo('2018-03-05T00:00:00Z');

    await story.post.run();
    await story.closed('2018-02');
    await story.tend.run();

    expect((await story.balance.run(programId, idOf('par', 1))).receivable).to.equal(5_000n);
  });

  it('is written off when it is old enough, by one who asks and another who agrees', async () => {
    const story = await owing();
    story.clock.moveTo('2018-03-02T12:00:00Z');
    await story.tend.run();
    const amount = Money.of(5_000n, 'BRL');
    await rejects(story.askWaiver.run({ ...wish, amount }), 'settlement.nothing_to_write_off');
    story.clock.moveTo('2018-04-01T12:00:00Z');

    const { id } = await story.askWaiver.run({ ...wish, amount });
    await rejects(story.decideWaiver.run(id, 'approve', 'finance'), 'settlement.four_eyes');
    await story.decideWaiver.run(id, 'approve', 'boss');
    await story.earn({ partner: 1, n: 3, minor: 6_000n, on: '04-01' });
    await story.post.run();

    const { available, receivable } = await story.balance.run(programId, idOf('par', 1));
    expect([available, receivable]).to.deep.equal([6_000n, 0n]);
    await rejects(story.decideWaiver.run(id, 'refuse', 'boss'), 'settlement.illegal_move');
  });

  it('is not there while a reserve makes up for it', async () => {
    const story = await closedStory({ reserve: { kind: 'rolling', percent: '20', days: 90 } });
    await story.post.run();

    await story.hear(aFact('claw_back', { n: 1, minor: 4_500n, on: '02-01' }));
    await story.post.run();

    const { available, reserve, receivable } = await story.balance.run(programId, idOf('par', 1));
    expect([available, reserve, receivable]).to.deep.equal([0n, 500n, 0n]);
  });
});

describe('a reserve', () => {
  it('is kept of what locks, slice by slice, and given back each on its day', async () => {
    const story = aStory();
    await story.policy.run({ programId }, { reserve: { kind: 'rolling', percent: '10', days: 30 } }, 0, 'finance');
    await story.earn({ n: 1, minor: 5_005n, on: '01-10' });
    await story.earn({ n: 2, minor: 1_000n, on: '01-20' });

    const before = await story.balance.run(programId, idOf('par', 1));
    story.clock.moveTo('2018-02-09T12:00:00Z');
    await story.tend.run();
    const after = await story.balance.run(programId, idOf('par', 1));

    expect(before.securities.slices.map(({ left, releaseAt }) => [left, releaseAt])).to.deep.equal([
      [500n, '2018-02-09T12:00:00.000Z'],
      [100n, '2018-02-19T12:00:00.000Z'],
    ]);
    expect([before.available, before.reserve, after.available, after.reserve]).to.deep.equal([
      5_405n,
      600n,
      5_905n,
      100n,
    ]);
    expect(await story.tend.run()).to.equal(false);
  });

  it('of a floor stays what it is, and is as large as the floor', async () => {
    const story = aStory();
    await story.policy.run({ programId }, { reserve: { kind: 'floor', amount: brl(3_000n) } }, 0, 'finance');
    await story.earn({ n: 1, minor: 2_000n, on: '01-10' });
    await story.earn({ n: 2, minor: 2_000n, on: '01-11' });

    const { available, reserve } = await story.balance.run(programId, idOf('par', 1));
    expect([available, reserve]).to.deep.equal([1_000n, 3_000n]);
  });
});

describe('forfeiture', () => {
  const wish = { kind: 'forfeit' as const, programId, partnerId: idOf('par', 1), reason: 'by contract', by: 'finance' };
  const amount = Money.of(5_000n, 'BRL');

  it('is nothing a program can do whose policy does not say so', async () =>
    rejects((await closedStory()).askWaiver.run({ ...wish, amount }), 'settlement.not_forfeited'));

  it('takes what a partner has left behind, days after it was terminated, when a second person agrees', async () => {
    const story = await closedStory({ forfeitAfterDays: 30 });
    await story.cancel.run(batchId);
    await rejects(story.askWaiver.run({ ...wish, amount }), 'settlement.not_forfeited');
    story.partners.put(idOf('par', 1), 'terminated', instant('2018-02-06T00:00:00Z'));
    story.clock.moveTo('2018-03-07T00:00:00Z');
    await rejects(story.askWaiver.run({ ...wish, amount }), 'settlement.not_forfeited');
    story.clock.moveTo('2018-03-08T00:00:00Z');

    const { id } = await story.askWaiver.run({ ...wish, amount });
    await story.decideWaiver.run(id, 'approve', 'boss');
    await story.post.run();

    expect(await story.available(1)).to.equal(0n);
    const [income] = await story.ledger.balances([`income:${programId}:forfeited`]);
    expect(income?.minor).to.equal('5000');
  });
});

describe('where a partner stands', () => {
  it('is not “too little” while a payout is under way: the payout is the reason, until it has arrived', async () => {
    const story = await closedStory({ minimum: brl(2_000n) });
    const reasons = async () => (await story.balance.run(programId, idOf('par', 1))).blocks;

    const decided = await reasons();
    await story.sent(batchId);
    const sent = await reasons();
    await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [] }));
    const arrived = await reasons();

    expect(decided[0]?.detail).to.equal(`50.00 BRL are being paid by ${payoutOf('2018-01')} (draft)`);
    expect(sent[0]?.detail).to.equal(`50.00 BRL are being paid by ${payoutOf('2018-01')} (submitted)`);
    expect([decided, sent, arrived].map((each) => each.map(({ code }) => code))).to.deep.equal([
      ['payout_under_way'],
      ['payout_under_way'],
      ['below_minimum'],
    ]);
  });

  it('is shown with what would stand against a payout now, and when the next is', async () => {
    const story = await closedStory({ schedule: 'quarterly', reserve: { kind: 'rolling', percent: '10', days: 30 } });
    await story.db.run(({ control }) =>
      control.guards.noteCases([{ caseId: idOf('cas', 1), partnerId: idOf('par', 1) }]),
    );

    const balance = await story.balance.run(programId, idOf('par', 1));

    expect(balance).to.include({ available: 4_500n, reserve: 500n, unsent: 0n, pending: 0n });
    expect(balance.blocks.map(({ code }) => code)).to.deep.equal(['not_scheduled', 'fraud_hold']);
    expect(balance.nextPayoutAt).to.equal('2018-04-01T03:00:00.000Z');
  });
});
