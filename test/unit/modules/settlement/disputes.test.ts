import { expect } from 'chai';
import { DecideSettingChange } from '../../../../src/modules/settlement/application/settings/decide-change.ts';
import { MAX_EVIDENCE } from '../../../../src/modules/settlement/domain/disputes/converse.ts';
import { type Dispute, MAX_ENTRIES, turn } from '../../../../src/modules/settlement/domain/disputes/dispute.ts';
import type { PayoutState } from '../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../../../src/modules/settlement/domain/payouts/payout.ts';
import { derivedId } from '../../../../src/shared/ids.ts';
import { digest } from '../../../../src/shared/digest.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import {
  aCommissionEvidence,
  ADA,
  aDisputeStory,
  ANA,
  anOrderEvidence,
  BOB,
  brl,
  CARL,
  type DisputeStory,
} from '../../../support/dispute-story.ts';
import { rejects } from '../../../support/rejects.ts';
import { programId } from '../../../support/settlement-story.ts';

const upheld = { outcome: 'upheld', reason: 'goodwill', text: 'You are right.' } as const;
const rejected = { outcome: 'rejected', reason: 'insufficient_evidence', text: 'It does not show it.' } as const;
const half = { ...upheld, outcome: 'partially_upheld', granted: Money.of(700n, 'BRL') } as const;

const aPayout = (state: PayoutState, overrides: Partial<Payout> = {}): Payout => ({
  id: idOf('pay', 1),
  batchId: idOf('bat', 1),
  programId,
  partnerId: ANA.partnerId,
  period: '2018-02',
  rail: 'bank',
  bounces: 0,
  amount: Money.of(4_000n, 'BRL'),
  state,
  clearedByBatch: true,
  reason: state === 'returned' ? 'AC04' : undefined,
  createdAt: instant('2018-03-01T00:00:00Z'),
  ...overrides,
});

const noReserveIsOdd = async (story: DisputeStory): Promise<void> => {
  await story.worked();
  expect(await story.audits.reserves()).to.deep.equal([]);
};

describe('opening a dispute', () => {
  it('reserves what is claimed, says until when it is decided, and tells the partner', async () => {
    const story = aDisputeStory();

    const dispute = await story.opened();

    expect(dispute).to.include({ state: 'opened', dueAt: '2018-04-09T00:00:00.000Z' });
    expect(await story.held()).to.equal(1_500n);
    expect(story.said()).to.deep.equal(['opened']);
    expect(story.db.published[0]?.payload).to.deep.include({ disputeId: dispute.id, claimed: brl(1_500) });
    await noReserveIsOdd(story);
  });

  it('takes down what is known then, with a digest; the partner’s part apart', async () => {
    const story = aDisputeStory();
    story.evidence.orders.push(anOrderEvidence({ isCredited: false, commissions: [] }));

    const { id } = await story.opened({ about: { orderRef: 'A-1' } });
    story.evidence.orders.pop();

    const [snapshot] = (await story.reader.find(id))?.snapshots ?? [];
    expect(snapshot).to.deep.include({
      everything: { order: { secret: 'candidates' } },
      shown: { order: { own: 'part' } },
      digest: digest({ everything: { order: { secret: 'candidates' } }, shown: { order: { own: 'part' } } }),
    });
  });

  it('of the same thing is refused while one is open, with its id, however the thing is named', async () => {
    const story = aDisputeStory();
    story.evidence.orders.push(anOrderEvidence());
    const first = await story.opened({ kind: 'wrong_attribution', about: { orderRef: 'A-1' } });

    for (const about of [
      { orderRef: 'A-1' },
      { orderRef: ' A-1\t' },
      { orderId: idOf('ord', 1) },
      { commissionId: idOf('com', 1) },
    ]) {
      const refusal = await rejects(
        story.opened({ kind: 'wrong_attribution', about }),
        'settlement.dispute_open_already',
      );
      expect(refusal.details.ids).to.deep.equal({ disputeId: first.id });
    }
    expect(story.said()).to.deep.equal(['opened']);
    expect(await story.held()).to.equal(1_500n);
  });

  it('names an order as it is called, without the blanks that a copied name brings along', async () => {
    const story = aDisputeStory();

    const dispute = await story.opened({ about: { orderRef: '\u00a0B-1 ' } });

    expect(dispute.about).to.deep.equal({ orderRef: 'B-1' });
    await rejects(story.opened({ about: { orderRef: 'B-1' } }), 'settlement.dispute_open_already');
    await rejects(story.opened({ about: { orderRef: '  ' } }), 'settlement.dispute_about');
    expect((await story.opened({ about: { orderRef: 'b-1' } })).id).not.to.equal(dispute.id);
  });

  it('again is for what was withdrawn; what was decided is appealed', async () => {
    const story = aDisputeStory();
    const first = await story.opened();
    await story.work.withdraw(first.id, ANA);
    const second = await story.opened();
    await story.work.resolve(second.id, rejected, ADA);

    const refusal = await rejects(story.opened(), 'settlement.dispute_decided');

    expect(refusal.details.ids).to.deep.equal({ disputeId: second.id });
    await noReserveIsOdd(story);
  });

  it('has its time: so many days after the decision, or the statement that shows it', async () => {
    const story = aDisputeStory({ now: '2018-04-30T00:00:00Z' });
    story.evidence.orders.push(anOrderEvidence());
    const about = { commissionId: idOf('com', 1) };
    await rejects(story.opened({ kind: 'wrong_rate', about }), 'settlement.dispute_late');

    const closedAt = instant('2018-04-02T00:00:00Z');
    const line = { statementId: idOf('stm', 3), closedAt, period: '2018-03' as const, purpose: 'lock' };
    story.reader.lines.set(about.commissionId, [{ ...line, amount: brl(5_000), effectiveAt: closedAt }]);
    const dispute = await story.opened({ kind: 'wrong_rate', about });

    expect(dispute.statementId).to.equal(idOf('stm', 3));
  });

  it('goes by the program’s contract, and keeps what that said', async () => {
    const story = aDisputeStory();
    const terms = { windowDays: 9, reviewDays: 5, evidenceDays: 3, appealDays: 2 };
    const said = (words: object) =>
      story.setTerms.run(programId, { ...terms, mostClaimed: brl(1_499), ...words }, 'ana');
    const set = async (words: object) => {
      const changed = await said(words);
      if ('waiting' in changed)
        await new DecideSettingChange(story.db, story.clock).run(changed.waiting.id, 'approve', 'bob');
    };
    await set({});

    const refusal = await rejects(story.opened(), 'settlement.dispute_claim');
    expect(refusal.details.faults?.[0]?.pointer).to.equal('/claimed/minor');
    const dispute = await story.opened({ claimed: brl(1_499) });
    await set({ reviewDays: 50, mostClaimed: brl(1) });

    expect(dispute).to.include({ dueAt: '2018-03-15T00:00:00.000Z' });
    expect(dispute.terms).to.deep.equal(terms);
    for (const mostClaimed of [Money.of(1n, 'EUR').toJSON(), brl(0)])
      await rejects(said({ mostClaimed }), 'settlement.dispute_claim');
  });

  it('is refused where it makes no sense, and changes nothing', async () => {
    const story = aDisputeStory();
    story.evidence.orders.push(anOrderEvidence());
    const wrong: readonly (readonly [Parameters<typeof story.opened>[0], string])[] = [
      [{ about: {} }, 'settlement.dispute_about'],
      [{ about: { orderRef: 'A-1', payoutId: idOf('pay', 1) } }, 'settlement.dispute_about'],
      [{ about: { payoutId: idOf('pay', 1) } }, 'settlement.dispute_about'],
      [{ kind: 'wrong_rate', about: { commissionId: idOf('com', 9) } }, 'settlement.dispute_nothing_there'],
      [{ kind: 'wrong_rate', about: { statementId: idOf('stm', 9) } }, 'settlement.dispute_nothing_there'],
      [{ kind: 'payout_not_received', about: { payoutId: idOf('pay', 9) } }, 'settlement.dispute_nothing_there'],
      [{ claimed: undefined }, 'settlement.dispute_claim'],
      [{ claimed: brl(0) }, 'settlement.dispute_claim'],
      [{ claimed: { minor: '1', currency: 'EUR' } }, 'settlement.dispute_claim'],
      [{ kind: 'wrong_attribution', about: { orderRef: 'A-1' }, claimed: brl(100_001) }, 'settlement.dispute_claim'],
    ];

    for (const [overrides, code] of wrong) await rejects(story.opened(overrides), code);
    story.partners.leave(ANA.partnerId);
    await rejects(story.opened(), 'settlement.dispute_not_enrolled');

    expect(story.db.published).to.be.empty;
    expect(story.db.tables.bookings.committed.values()).to.be.empty;
  });

  it('says nothing of an order that is nothing to the partner: no bound, no window, no evidence', async () => {
    const story = aDisputeStory({ now: '2019-01-01T00:00:00Z' });
    story.evidence.orders.push(anOrderEvidence({ shown: undefined, isCredited: false, commissions: [] }));

    const theirs = await story.opened({ about: { orderRef: 'A-1' }, claimed: brl(50_000) });
    const unknown = await story.opened({ about: { orderRef: 'no such order' }, claimed: brl(50_000) });

    const [a, b] = [await story.reader.find(theirs.id), await story.reader.find(unknown.id)];
    expect(a?.snapshots[0]?.shown).to.deep.equal(b?.snapshots[0]?.shown);
  });
});

describe('what a partner claims', () => {
  it('is bounded over all that it has open, for time may decide for it', async () => {
    const story = aDisputeStory({ now: '2019-01-01T00:00:00Z' });
    await story.opened({ about: { orderRef: 'one' }, claimed: brl(60_000) });

    const error = await rejects(
      story.opened({ about: { orderRef: 'two' }, claimed: brl(40_001) }),
      'settlement.dispute_claim',
    );
    await story.opened({ about: { orderRef: 'two' }, claimed: brl(40_000) });

    expect(error.message).to.contain('must not be more than 40000');
  });
});

describe('what is plain', () => {
  it('is rejected at once when the order is credited and earns: with rule, facts and a link', async () => {
    const story = aDisputeStory();
    story.evidence.orders.push(anOrderEvidence());

    const dispute = await story.opened({ about: { orderRef: 'A-1' } });

    expect(dispute).to.include({ state: 'rejected', appealUntil: '2018-04-09T00:00:00.000Z' });
    const [resolution] = (await story.reader.find(dispute.id))?.resolutions ?? [];
    expect(resolution).to.include({ reason: 'already_credited', rule: 'already_credited', by: 'the rules' });
    expect(resolution?.text).to.contain(`/v1/commissions/${idOf('com', 1)}`);
    expect(story.said()).to.deep.equal(['opened', 'resolved']);
    expect(await story.held()).to.equal(0n);
    await noReserveIsOdd(story);
  });

  it('is upheld when the explanation comes to more; the difference is claimed unless said, and paid', async () => {
    const story = aDisputeStory();
    story.evidence.orders.push(anOrderEvidence({ commissions: [aCommissionEvidence({ recomputed: brl(6_000) })] }));

    const dispute = await story.opened({
      kind: 'wrong_rate',
      about: { commissionId: idOf('com', 1) },
      claimed: undefined,
    });
    await story.worked();

    expect(dispute).to.include({ state: 'upheld' });
    expect(dispute.claimed.minor).to.equal(1_000n);
    expect([...story.adjustments.made.values()]).to.deep.include.members([
      {
        adjustmentId: derivedId('adj', dispute.id, '1'),
        programId,
        partnerId: ANA.partnerId,
        commissionId: idOf('com', 1),
        amount: brl(1_000),
        reason: 'recomputed_otherwise',
        note: `Dispute ${dispute.id}: Computed again from its explanation it comes to 60.00 BRL, and not to 50.00 BRL.`,
        subject: dispute.id,
        by: 'the rules',
        approvedBy: 'the rules',
      },
    ]);
    await noReserveIsOdd(story);
  });

  it('in part, when more is claimed than that; above the limit a person has to agree', async () => {
    const story = aDisputeStory();
    story.evidence.orders.push(anOrderEvidence({ commissions: [aCommissionEvidence({ recomputed: brl(9_000) })] }));
    const dispute = await story.opened({
      kind: 'wrong_rate',
      about: { commissionId: idOf('com', 1) },
      claimed: brl(5_000),
    });
    expect(dispute).to.include({ state: 'awaiting_approval' });
    await story.worked();
    expect(story.adjustments.made.size).to.equal(0);

    const agreed = await story.work.approve(dispute.id, ADA);
    await story.worked();

    expect(agreed).to.include({ state: 'partially_upheld' });
    expect([...story.adjustments.made.values()][0]).to.deep.include({ amount: brl(4_000), approvedBy: 'ada' });
    await noReserveIsOdd(story);
  });

  it('of a reversal where nothing was taken off is rejected; otherwise a person looks, and no more can be claimed', async () => {
    const story = aDisputeStory();
    const about = { commissionId: idOf('com', 1) };
    story.evidence.orders.push(anOrderEvidence());
    expect(await story.opened({ kind: 'wrongful_reversal', about })).to.include({ state: 'rejected' });

    const other = aDisputeStory();
    other.evidence.orders.push(anOrderEvidence({ commissions: [aCommissionEvidence({ takenOff: brl(900) })] }));
    await rejects(other.opened({ kind: 'wrongful_reversal', about }), 'settlement.dispute_claim');
    const open = await other.opened({ kind: 'wrongful_reversal', about, claimed: undefined });

    expect([open.state, open.claimed.minor]).to.deep.equal(['opened', 900n]);
  });

  for (const [state, outcome] of [
    ['returned', 'upheld'],
    ['rejected', 'upheld'],
    ['draft', 'rejected'],
    ['approved', 'rejected'],
    ['submitted', 'opened'],
    ['settled', 'opened'],
  ] as const) {
    it(`of a payout that is ${state} comes to ${outcome}, and pays nothing twice`, async () => {
      const story = aDisputeStory();
      story.known.payouts.set(idOf('pay', 1), aPayout(state));

      const dispute = await story.opened({
        kind: 'payout_not_received',
        about: { payoutId: idOf('pay', 1) },
        claimed: undefined,
      });
      await story.worked();

      expect([dispute.state, dispute.claimed.minor]).to.deep.equal([outcome, 4_000n]);
      expect(story.adjustments.made.size).to.equal(0);
      expect(await story.held()).to.equal(outcome === 'opened' ? 4_000n : 0n);
      await noReserveIsOdd(story);
    });
  }

  it('may be appealed: then a person looks, and the reserve stands again', async () => {
    const story = aDisputeStory();
    story.evidence.orders.push(anOrderEvidence());
    const { id } = await story.opened({ about: { orderRef: 'A-1' } });

    const again = await story.work.appeal(id, 'It is another order.', ANA);

    expect(again).to.include({ state: 'under_review', round: 2 });
    expect(await story.held()).to.equal(1_500n);
    expect(story.said()).to.deep.equal(['opened', 'resolved', 'appealed']);
    expect((await story.reader.find(id))?.snapshots.map(({ round }) => round)).to.deep.equal([1, 2]);
    await noReserveIsOdd(story);
  });
});

describe('the clock of a dispute', () => {
  it('stands still while the partner is awaited, and goes on where it stood', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    story.clock.passDays(10);

    const asked = await story.work.requestEvidence(id, 'Which customer?', ADA);
    story.clock.passDays(13);
    await story.worked();
    const answered = await story.work.addEvidence(id, 'Mrs. X', ANA);

    expect(asked).to.include({ state: 'evidence_requested', dueAt: '2018-04-03T00:00:00.000Z' });
    expect(answered).to.include({ state: 'under_review', dueAt: '2018-04-22T00:00:00.000Z' });
    expect(answered.leftMs).to.equal(undefined);
    expect(story.said()).to.deep.equal(['opened', 'evidence_requested']);
  });

  it('decides for the partner when we are late, to the moment, and pays what is claimed', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    story.clock.moveTo('2018-04-08T23:59:59.999Z');
    await story.worked();
    expect(story.now(id).state).to.equal('opened');
    expect(await story.run.isDue()).to.equal(false);

    story.clock.moveTo('2018-04-09T00:00:00.000Z');
    expect(await story.run.isDue()).to.equal(true);
    await story.worked();
    await story.worked();

    expect(story.now(id)).to.include({ state: 'upheld' });
    const [resolution] = (await story.reader.find(id))?.resolutions ?? [];
    expect(resolution).to.include({ reason: 'deadline_passed', rule: 'we_are_late', by: 'the contract' });
    expect([...story.adjustments.made.values()].map(({ amount }) => amount)).to.deep.equal([brl(1_500)]);
    expect([await story.held(), await story.run.isDue()]).to.deep.equal([0n, false]);
    await noReserveIsOdd(story);
  });

  it('decides against the partner when the partner is late, with its own reason', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    await story.work.requestEvidence(id, 'Which customer?', ADA);
    story.clock.passDays(14);

    await rejects(story.work.addEvidence(id, 'Too late', ANA), 'settlement.dispute_overdue');
    await story.worked();

    expect(story.now(id).state).to.equal('rejected');
    const [resolution] = (await story.reader.find(id))?.resolutions ?? [];
    expect(resolution).to.include({ reason: 'evidence_not_given', rule: 'partner_late' });
    expect(story.adjustments.made.size).to.equal(0);
    await noReserveIsOdd(story);
  });

  it('decides what waits for a second person, too', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened({ claimed: brl(9_000) });
    await story.work.resolve(id, { ...half, granted: Money.of(3_000n, 'BRL') }, ADA);
    story.clock.passDays(30);

    await rejects(story.work.approve(id, BOB), 'settlement.dispute_overdue');
    await story.worked();

    expect(story.now(id)).to.include({ state: 'upheld', proposal: undefined });
    expect([...story.adjustments.made.values()].map(({ amount }) => amount)).to.deep.equal([brl(9_000)]);
    await noReserveIsOdd(story);
  });

  it('of a payout pays nothing when it runs out: what the bank gives back restores it', async () => {
    const story = aDisputeStory();
    story.known.payouts.set(idOf('pay', 1), aPayout('settled'));
    const about = { payoutId: idOf('pay', 1) };
    const { id } = await story.opened({ kind: 'payout_not_received', about, claimed: undefined });
    story.clock.passDays(30);

    await story.worked();

    expect(story.now(id).state).to.equal('upheld');
    expect(story.adjustments.made.size).to.equal(0);
    await noReserveIsOdd(story);
  });

  it('lets nobody stop it for ever', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    for (let time = 0; time < 3; time += 1) {
      await story.work.requestEvidence(id, 'And?', ADA);
      await story.work.addEvidence(id, 'That.', ANA);
    }

    await rejects(story.work.requestEvidence(id, 'And?', ADA), 'settlement.dispute_asked_enough');
  });
});

describe('deciding a dispute', () => {
  it('gives what is claimed by one adjustment, under an id that follows from it, and only then frees the reserve', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();

    const decided = await story.work.resolve(id, upheld, ADA);
    expect([decided.state, await story.held()]).to.deep.equal(['upheld', 1_500n]);
    expect(await story.audits.reserves()).to.deep.equal([]);
    story.adjustments.away = new Error('commission is away');
    expect(await story.worked().catch((error: unknown) => error)).to.equal(story.adjustments.away);
    story.adjustments.away = undefined;
    await story.worked();
    await story.worked();

    expect([story.adjustments.asked, story.adjustments.made.size, await story.held()]).to.deep.equal([1, 1, 0n]);
    expect(story.said()).to.deep.equal(['opened', 'resolved']);
    expect(story.db.published.at(-1)?.payload).to.deep.include({ adjustmentId: derivedId('adj', id, '1') });
    await noReserveIsOdd(story);
  });

  it('in part gives less than is claimed, and says how much', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    for (const granted of [undefined, Money.of(0n, 'BRL'), Money.of(1_500n, 'BRL'), Money.of(1n, 'EUR')])
      await rejects(story.work.resolve(id, { ...half, granted }, ADA), 'settlement.dispute_granted');
    await rejects(
      story.work.resolve(id, { ...upheld, granted: Money.of(1n, 'BRL') }, ADA),
      'settlement.dispute_granted',
    );

    const decided = await story.work.resolve(id, half, ADA);

    expect([decided.state, decided.granted.minor]).to.deep.equal(['partially_upheld', 700n]);
    await noReserveIsOdd(story);
  });

  it('names a reason that fits; those of rules and deadlines are nobody’s to choose', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();

    for (const reason of ['insufficient_evidence', 'deadline_passed', 'rate_was_wrong', 'because'])
      await rejects(story.work.resolve(id, { ...upheld, reason }, ADA), 'settlement.dispute_reason');
    for (const reason of ['goodwill', 'evidence_not_given', 'payout_arrived'])
      await rejects(story.work.resolve(id, { ...rejected, reason }, ADA), 'settlement.dispute_reason');
  });

  it('above the limit needs a second person, who may send it back; nothing is posted before', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened({ claimed: brl(2_001) });
    const proposed = await story.work.resolve(id, upheld, ADA);
    expect(proposed.state).to.equal('awaiting_approval');
    await rejects(story.work.approve(id, ADA), 'settlement.dispute_four_eyes');
    await rejects(story.work.resolve(id, half, BOB), 'settlement.illegal_move');
    await story.work.sendBack(id, 'Look at the window again.', BOB);
    await rejects(story.work.approve(id, BOB), 'settlement.illegal_move');
    await story.worked();
    expect(story.adjustments.made.size).to.equal(0);

    await story.work.resolve(id, upheld, ADA);
    await story.work.approve(id, BOB);
    await story.worked();

    expect([...story.adjustments.made.values()][0]).to.deep.include({ by: 'ada', approvedBy: 'bob' });
    await noReserveIsOdd(story);
  });

  it('is not for whoever opened it on the partner’s behalf', async () => {
    const story = aDisputeStory();
    const about = { orderRef: 'B-1' };
    const request = {
      programId,
      partnerId: ANA.partnerId,
      kind: 'missing_conversion',
      about,
      text: 'By phone.',
    } as const;
    const { id } = await story.open.run({ ...request, claimed: brl(5_000) }, { side: 'staff', by: 'ada' });

    await rejects(story.work.resolve(id, upheld, ADA), 'settlement.dispute_four_eyes');
    await story.work.resolve(id, upheld, BOB);
    await rejects(story.work.approve(id, ADA), 'settlement.dispute_four_eyes');
    expect((await story.work.approve(id, CARL)).state).to.equal('upheld');
  });

  it('is for the first of two who decide at once', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();

    const both = await Promise.allSettled([story.work.resolve(id, upheld, ADA), story.work.resolve(id, rejected, BOB)]);

    expect(both.map(({ status }) => status).toSorted()).to.deep.equal(['fulfilled', 'rejected']);
    expect((await story.reader.find(id))?.resolutions).to.have.length(1);
    await noReserveIsOdd(story);
  });

  it('tells whoever comes second what it is by now, whatever they wanted', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    await story.work.resolve(id, upheld, ADA);

    for (const verdict of [upheld, half, rejected]) {
      const refusal = await rejects(story.work.resolve(id, verdict, BOB), 'settlement.illegal_move');
      expect(refusal.message).to.contain('while upheld');
    }
    const other = await story.opened({ claimed: brl(2_001), about: { orderRef: 'B-2' } });
    await story.work.resolve(other.id, upheld, ADA);
    const refusal = await rejects(story.work.resolve(other.id, half, BOB), 'settlement.illegal_move');
    expect(refusal.message).to.contain('awaiting_approval');
  });

  it('does not go against the partner while evidence is asked for, but may go for it', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    await story.work.requestEvidence(id, 'Which customer?', ADA);

    for (const verdict of [rejected, half])
      await rejects(story.work.resolve(id, verdict, ADA), 'settlement.illegal_move');
    expect((await story.work.resolve(id, upheld, ADA)).state).to.equal('upheld');
    await noReserveIsOdd(story);
  });
});

describe('appealing', () => {
  const decided = async (
    story: DisputeStory,
    verdict: typeof rejected | typeof half | typeof upheld,
  ): Promise<Dispute> => {
    const { id } = await story.opened();
    await story.work.resolve(id, verdict, ADA);
    await story.worked();
    return story.now(id);
  };

  it('is once, by the partner in time, and somebody else decides', async () => {
    const story = aDisputeStory();
    const { id } = await decided(story, half);
    await story.work.appeal(id, 'Not enough.', ANA);
    expect(await story.held()).to.equal(800n);

    await rejects(story.work.resolve(id, upheld, ADA), 'settlement.dispute_four_eyes');
    const last = await story.work.resolve(id, upheld, BOB);
    await story.worked();

    expect([last.granted.minor, last.appealUntil]).to.deep.equal([1_500n, undefined]);
    expect([...story.adjustments.made.values()].map(({ amount }) => amount)).to.deep.equal([brl(700), brl(800)]);
    await rejects(story.work.appeal(id, 'Still.', ANA), 'settlement.dispute_appealed_once');
    await rejects(story.opened(), 'settlement.dispute_decided');
    await noReserveIsOdd(story);
  });

  it('comes too late when its time is over', async () => {
    const story = aDisputeStory();
    const { id } = await decided(story, rejected);
    story.clock.passDays(30);

    await rejects(story.work.appeal(id, 'Now?', ANA), 'settlement.dispute_appeal_late');
  });

  it('has to be about something, and waits for what is being paid', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    await story.work.resolve(id, upheld, ADA);
    await rejects(story.work.appeal(id, 'More!', ANA), 'settlement.dispute_being_paid');
    await story.worked();

    await rejects(story.work.appeal(id, 'More!', ANA), 'settlement.dispute_nothing_left');
  });

  it('may be withdrawn; what was granted before stays', async () => {
    const story = aDisputeStory();
    const { id } = await decided(story, half);
    await story.work.appeal(id, 'Not enough.', ANA);

    const withdrawn = await story.work.withdraw(id, ANA);

    expect([withdrawn.state, withdrawn.granted.minor]).to.deep.equal(['withdrawn', 700n]);
    await rejects(story.opened(), 'settlement.dispute_decided');
    await noReserveIsOdd(story);
  });
});

describe('a dispute', () => {
  it('is nobody’s but the partner’s', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    const other = { by: 'eve', partnerId: idOf('par', 2) };

    await rejects(story.work.addEvidence(id, 'x', other), 'settlement.dispute_not_found');
    await rejects(story.work.withdraw(id, other), 'settlement.dispute_not_found');
    await rejects(story.work.appeal(id, 'x', other), 'settlement.dispute_not_found');
    await rejects(story.work.withdraw(idOf('dsp', 99), other), 'settlement.dispute_not_found');
  });

  it('keeps all that was said in order, and nothing after its end', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    await story.work.takeUp(id, ADA);
    for (const n of [1, 2, 3]) await story.work.addEvidence(id, `part ${n}`, ANA);

    story.clock.passDays(30);
    await story.worked();
    await rejects(story.work.addEvidence(id, 'more', ANA), 'settlement.dispute_closed');

    const { entries = [] } = (await story.reader.find(id)) ?? {};
    expect(entries.map(({ n }) => n)).to.deep.equal(entries.map((_, index) => index + 1));
    expect(entries.slice(0, 2).map(({ what }) => what)).to.deep.equal(['opened', 'taken_up']);
    expect(entries.at(-1)).to.include({ what: 'adjusted', side: 'system' });
  });

  it('takes so many pieces of evidence of each side, and always the answer to a question', async () => {
    const story = aDisputeStory();
    const { id } = await story.opened();
    for (let n = 1; n <= MAX_EVIDENCE; n += 1) await story.work.addEvidence(id, `part ${n}`, ANA);

    await rejects(story.work.addEvidence(id, 'more', ANA), 'settlement.dispute_evidence_enough');
    await story.work.addEvidence(id, 'The other side has its own.', ADA);
    await story.work.requestEvidence(id, 'Which customer?', ADA);
    const answered = await story.work.addEvidence(id, 'That one.', ANA);
    await rejects(story.work.addEvidence(id, 'more', ANA), 'settlement.dispute_evidence_enough');

    expect(answered.state).to.equal('under_review');
    expect((await story.work.resolve(id, rejected, ADA)).state).to.equal('rejected');
  });

  it('has a history of so many entries', () => {
    const long = { id: idOf('dsp', 1), entries: MAX_ENTRIES } as Dispute;
    const hand = { side: 'staff', by: 'ada', at: instant('2018-03-10T00:00:00Z') } as const;

    expect(() => turn(long, {}, hand, { what: 'taken_up' })).to.throw(`${MAX_ENTRIES} entries already`);
  });
});
