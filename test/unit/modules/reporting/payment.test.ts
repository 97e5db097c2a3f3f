import { expect } from 'chai';
import { ExplainPayment } from '../../../../src/modules/reporting/application/explain-payment.ts';
import { balances } from '../../../../src/modules/reporting/domain/balance.ts';
import { BLOCKERS } from '../../../../src/modules/reporting/domain/outlook.ts';
import { at, idOf } from '../../../support/clock.ts';
import { bring } from '../../../support/contracts/reporting-contract.ts';
import { FakeReportTransaction } from '../../../support/fakes/fake-reporting.ts';
import { march, programId, settlementOf, Teller, tellerOf, wholeStory } from '../../../support/reporting-story.ts';
import { rejects } from '../../../support/rejects.ts';

type Story = (commission: ReturnType<typeof tellerOf>, settlement: ReturnType<typeof settlementOf>) => unknown;

/** State and blockers of a commission of which only the story is told. */
const outlook = async (story: Story, now = march(10)) => {
  const teller = new Teller();
  story(tellerOf(teller, 1, 1), settlementOf(teller, 1));
  const transaction = new FakeReportTransaction();
  await bring(transaction, teller.told);
  const { outlook: found } = await new ExplainPayment(transaction.reader, at(now)).run(idOf('com', 1));
  return found;
};

const open = march(12);
const seen = new Set<string>();

describe('when am I paid, and what blocks it', () => {
  const cases: readonly (readonly [string, Story, string, readonly string[], string?])[] = [
    [
      'a statement was read before anything else',
      (_, settlement) => settlement.submitted(1, 100).settled(1, 100, { 1: 1 }),
      'paid',
      ['paid'],
    ],
    [
      'the order is placed',
      (c) => c.accrued(100).assessed('allow'),
      'estimated',
      ['awaiting_order_confirmation', 'awaiting_delivery'],
    ],
    [
      'nobody has looked at it yet',
      (c) => c.accrued(100).confirmed(100),
      'pending',
      ['awaiting_fraud_verdict', 'awaiting_delivery'],
    ],
    ['it is on its way', (c) => c.accrued(100).assessed('allow').confirmed(100), 'pending', ['awaiting_delivery']],
    [
      'a part is earned',
      (c) => c.accrued(100).assessed('allow').confirmed(100).vested(100, 50, march(3)),
      'vesting',
      ['awaiting_delivery'],
    ],
    [
      'the customer may still send it back',
      (c) => c.accrued(100).assessed('allow').vested(100, 100, march(3), open),
      'vested',
      ['in_return_window'],
      open,
    ],
    [
      'the window is over and nobody has locked it',
      (c) => c.accrued(100).assessed('allow').vested(100, 100, march(3), march(9)),
      'vested',
      ['awaiting_lock'],
      march(9),
    ],
    [
      'the window is over and fraud has not spoken',
      (c) => c.accrued(100).vested(100, 100, march(3), march(9)),
      'vested',
      ['awaiting_fraud_verdict'],
      march(9),
    ],
    [
      'somebody has to look at it',
      (c) => c.accrued(100).assessed('review', ['bot_user_agent']).held(100),
      'held',
      ['held_by_fraud_review', 'awaiting_order_confirmation', 'awaiting_delivery'],
    ],
    [
      'it is held, and the release is not heard yet',
      (c) => c.accrued(100).held(100).assessed('allow').vested(100, 100, march(3), open),
      'held',
      ['held', 'in_return_window'],
      open,
    ],
    [
      'it is rejected, and the reversal is not heard yet',
      (c) => c.accrued(100).assessed('reject', ['self_referral']),
      'estimated',
      ['rejected_by_fraud', 'awaiting_order_confirmation', 'awaiting_delivery'],
    ],
    [
      'a payout that came back is all that is known',
      (_, s) => s.returned(1, 100, { 1: 100 }),
      'unknown',
      ['awaiting_commission'],
    ],
    ['it was taken back', (c) => c.accrued(100).reversed(100), 'reversed', ['reversed']],
    ['it is payable', (c) => c.accrued(100).locked(100), 'locked', ['awaiting_period_close']],
    [
      'its statement is closed and the balance waits',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [1], 100);
      },
      'settled',
      ['awaiting_payout'],
    ],
    [
      'its statement is so long that another event goes on with it',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [2], 100).continued(1, [1]);
      },
      'settled',
      ['awaiting_payout'],
    ],
    [
      'an earlier payout is not its own',
      (c, s) => {
        c.accrued(100).locked(100);
        s.submitted(7, 50, march(2)).statement(1, [1], 100);
      },
      'settled',
      ['awaiting_payout'],
    ],
    [
      'the money is with the bank',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [1], 100).submitted(1, 100);
      },
      'settled',
      ['payout_submitted'],
    ],
    [
      'the bank refused it',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [1], 100).submitted(1, 100).failed(1, 100);
      },
      'settled',
      ['payout_failed', 'awaiting_payout'],
    ],
    [
      'it came back',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [1], 100).submitted(1, 100).settled(1, 100, { 1: 100 }).returned(1, 100, { 1: 100 });
        c.paid(100, 1);
      },
      'settled',
      ['payout_returned', 'awaiting_payout'],
    ],
    [
      'it was taken for come back, and had arrived',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [1], 100).submitted(1, 100).settled(1, 100, { 1: 100 }).returned(1, 100, { 1: 100 });
        s.settled(1, 100, { 1: 100 });
        c.paid(100, 1);
      },
      'paid',
      ['paid'],
    ],
    [
      'only a part was brought',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [1], 100).submitted(1, 40).settled(1, 40, { 1: 40 });
      },
      'settled',
      ['awaiting_payout'],
    ],
    [
      'it is paid',
      (c, s) => {
        c.accrued(100).locked(100);
        s.statement(1, [1], 100).submitted(1, 100).settled(1, 100, { 1: 100 });
      },
      'paid',
      ['paid'],
    ],
    ['it is known from a statement alone', (_, s) => s.statement(1, [1], 100), 'settled', ['awaiting_payout']],
  ];

  for (const [situation, story, state, codes, earliestAt] of cases) {
    it(`says ${codes.join(', ')} while ${situation}`, async () => {
      const found = await outlook(story);

      expect(found.state).to.equal(state);
      expect(found.blockers.map(({ code }) => code)).to.deep.equal(codes);
      expect(found.earliestAt).to.equal(earliestAt);
      for (const { code, sentence } of found.blockers) {
        seen.add(code);
        expect(sentence)
          .to.match(/^[A-Z].*\.$/)
          .and.not.include('undefined');
      }
    });
  }

  it('has a case for every code it knows', () => {
    expect(BLOCKERS.filter((code) => !seen.has(code))).to.be.empty;
  });

  it('says until when the return window runs, and why something was taken back', async () => {
    const waiting = await outlook((c) => c.accrued(100).assessed('allow').vested(100, 100, march(3), open));
    const ended = await outlook((c) => c.accrued(100).reversed(100));

    expect(waiting.blockers[0]).to.deep.include({ until: open });
    expect(ended.blockers[0]?.sentence).to.include('order cancelled');
  });

  it('knows nothing of a commission nobody spoke of', async () => {
    const transaction = new FakeReportTransaction();

    await rejects(
      new ExplainPayment(transaction.reader, at(march(1))).run(idOf('com', 9)),
      'reporting.unknown_commission',
    );
  });
});

describe("where a partner's money stands", () => {
  const balanceOf = async (partner: number) => {
    const transaction = new FakeReportTransaction();
    await bring(transaction, wholeStory().told);
    const scope = { programId, partnerId: idOf('par', partner) };
    const commissions = await transaction.reader.commissionSums(scope);
    return balances(
      commissions.map(({ amountMinor: minor, ...sum }) => ({ minor, ...sum })),
      await transaction.reader.payoutSums(scope),
      await transaction.reader.adjustmentSums(scope),
    );
  };

  it('adds up: what locked and was added, less what was taken back, is payable, on its way, or paid', async () => {
    expect(await balanceOf(1)).to.deep.equal([
      {
        currency: 'BRL',
        pending: 2_000n,
        vested: 0n,
        payable: 25n,
        inPayout: 0n,
        paid: 1_050n,
        clawedBack: 150n,
        adjusted: 25n,
      },
    ]);
  });

  it('gives back what a payout did not bring', async () => {
    expect(await balanceOf(2)).to.deep.equal([
      {
        currency: 'BRL',
        pending: 60n,
        vested: 0n,
        payable: 5_000n,
        inPayout: 0n,
        paid: 0n,
        clawedBack: 0n,
        adjusted: 0n,
      },
    ]);
  });

  it('parts what is earned step by step, and keeps currencies apart', () => {
    const part = { vestedMinor: 0n, clawedBackMinor: 0n };

    expect(
      balances(
        [
          { ...part, state: 'vesting', currency: 'BRL', minor: 100n, vestedMinor: 40n },
          { ...part, state: 'vested', currency: 'BRL', minor: 10n, vestedMinor: 10n },
          { ...part, state: 'locked', currency: 'EUR', minor: 50n, clawedBackMinor: 70n },
          { ...part, state: 'unknown', minor: 0n },
        ],
        [{ state: 'submitted', currency: 'EUR', minor: 5n }],
        [{ currency: 'USD', count: 1, minor: -3n }],
      ),
    ).to.deep.equal([
      { currency: 'BRL', pending: 60n, vested: 50n, payable: 0n, inPayout: 0n, paid: 0n, clawedBack: 0n, adjusted: 0n },
      {
        currency: 'EUR',
        pending: 0n,
        vested: 0n,
        payable: -25n,
        inPayout: 5n,
        paid: 0n,
        clawedBack: 70n,
        adjusted: 0n,
      },
      { currency: 'USD', pending: 0n, vested: 0n, payable: -3n, inPayout: 0n, paid: 0n, clawedBack: 0n, adjusted: -3n },
    ]);
  });
});
