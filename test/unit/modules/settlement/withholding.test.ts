import { expect } from 'chai';
import fc from 'fast-check';
import { AskRemittance, DecideRemittance } from '../../../../src/modules/settlement/application/tax/remit-tax.ts';
import { fxPositionCode, taxCode } from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { leavingOf, netOf, payoutFacts, priced } from '../../../../src/modules/settlement/domain/payouts/leaving.ts';
import { remittanceLifecycle } from '../../../../src/modules/settlement/domain/tax/remittance.ts';
import { PayoutSettledV1, PayoutSubmittedV1 } from '../../../../src/modules/settlement/events.ts';
import { is, read } from '../../../../src/shared/events.ts';
import { derivedId } from '../../../../src/shared/ids.ts';
import { Money } from '../../../../src/shared/money.ts';
import { CountingIds, idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aStory, batchOf, payoutOf, programId, type Story } from '../../../support/settlement-story.ts';

const batchId = batchOf('2018-01');
const payoutId = payoutOf('2018-01');
const backup = { jurisdiction: 'US', percent: '24', reason: 'no_tax_id' } as const;

/** Of partner 1 a part is withheld, of partner 2 nothing. */
const withheldStory = async ({ minor = 100_010n, percent = '24' } = {}): Promise<Story> => {
  const story = aStory();
  story.tax.withheld.set(idOf('par', 1), { ...backup, percent });
  await story.earn({ partner: 1, n: 1, minor });
  await story.earn({ partner: 2, n: 2, minor: 3_000n });
  await story.closed('2018-01');
  return story;
};

const answered = async (story: Story, say: { reject?: boolean; return?: boolean } = {}) => {
  const own = [payoutId];
  await story.reconcile.run(
    await story.bank.run({ batchId, reject: say.reject ? own : [], return: say.return ? own : [] }),
  );
  await story.post.run();
};

const balance = async (story: Story, code: string): Promise<string> =>
  (await story.ledger.balances([code]))[0]?.minor ?? '0';
const first = (story: Story) => {
  const found = story.db.payouts().find(({ id }) => id === payoutId);
  if (found === undefined) throw new Error('no payout');
  return found;
};
const linesOf = (story: Story) =>
  story.db.tables.bookings.committed
    .values()
    .map(({ booking }) => booking)
    .filter((booking) => booking.payoutId === payoutId)
    .map(({ purpose, amount }) => [purpose, amount.minor]);

describe('a payout of which something is withheld', () => {
  it('is sent less that, half a minor unit withheld, with the reason kept', async () => {
    const story = await withheldStory();

    await story.sent(batchId);

    expect(first(story).withholding).to.deep.equal({ ...backup, minor: 24_002n });
    expect(leavingOf(first(story)).minor).to.equal(76_008n);
    expect(await story.file.of(batchId)).to.contain('<InstdAmt Ccy="BRL">760.08</InstdAmt>');
    expect(await story.available(1)).to.equal(0n);
    expect(await story.clearing()).to.equal(76_008n + 3_000n);
    expect(await balance(story, taxCode(programId, 'US'))).to.equal('24002');
    expect(linesOf(story)).to.deep.equal([
      ['submit', 76_008n],
      ['withhold', 24_002n],
    ]);
  });

  it('is settled by a line of the net, its allocations still making all of it', async () => {
    const story = await withheldStory();
    await story.sent(batchId);

    await answered(story);

    expect(first(story).state).to.equal('settled');
    expect(await story.clearing()).to.equal(0n);
    expect(await balance(story, `bank:${programId}:main`)).to.equal('-79008');
    const shares = story.db.tables.shares.committed.get(payoutId) ?? [];
    expect(shares.reduce((sum, { minor }) => sum + minor, 0n)).to.equal(100_010n);
  });

  for (const say of [{ return: true }, { reject: true }]) {
    it(`restores the whole balance when it comes to ${Object.keys(say).join()}`, async () => {
      const story = await withheldStory();
      await story.sent(batchId);

      await answered(story, say);

      expect(await story.available(1)).to.equal(100_010n);
      expect(await story.clearing()).to.equal(0n);
      expect(await balance(story, taxCode(programId, 'US'))).to.equal('0');
    });
  }

  it('comes back weeks after it settled, and both parts with it', async () => {
    const story = await withheldStory();
    await story.sent(batchId);
    await answered(story);
    await answered(story, { return: true });

    expect(first(story).state).to.equal('returned');
    expect(await story.available(1)).to.equal(100_010n);
    expect(await balance(story, taxCode(programId, 'US'))).to.equal('0');
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.closed('2018-02');
    const [again] = story.db
      .payouts()
      .filter(({ period, partnerId }) => period === '2018-02' && partnerId === idOf('par', 1));
    expect(again?.amount.minor).to.equal(100_010n);
  });

  it('is told of with all of it, what was withheld and what is left; others as ever', async () => {
    const story = await withheldStory();
    await story.sent(batchId);
    await answered(story);

    const said = [
      ...story.db.published
        .filter((event) => is(PayoutSubmittedV1, event))
        .map((event) => read(PayoutSubmittedV1, event)),
      ...story.db.published.filter((event) => is(PayoutSettledV1, event)).map((event) => read(PayoutSettledV1, event)),
    ];
    expect(
      said.map(({ amount, withheld, net, leaves }) => [amount.minor, withheld?.minor, net?.minor, leaves]),
    ).to.have.deep.members([
      ['100010', '24002', '76008', undefined],
      ['100010', '24002', '76008', undefined],
      ['3000', undefined, undefined, undefined],
      ['3000', undefined, undefined, undefined],
    ]);
  });

  it('is not sent when all of it is withheld', async () => {
    const story = await withheldStory({ percent: '100' });

    await story.sent(batchId);

    expect(first(story)).to.include({ state: 'cancelled', reason: 'nothing_left' });
    expect(await story.available(1)).to.equal(100_010n);
    expect(await balance(story, taxCode(programId, 'US'))).to.equal('0');
  });

  it('shows both lines on the statement', async () => {
    const story = await withheldStory();
    await story.sent(batchId);
    await answered(story);
    story.clock.moveTo('2018-03-05T00:00:00Z');

    await story.closed('2018-02');

    const statement = story.db
      .statements()
      .find(({ period, partnerId }) => period === '2018-02' && partnerId === idOf('par', 1));
    expect(statement).to.deep.include({
      opening: Money.of(100_010n, 'BRL'),
      closing: Money.of(0n, 'BRL'),
      lineCount: 2,
    });
  });

  it('in another currency exchanges what is left, and brings back both', async () => {
    const story = aStory();
    const inEuros = derivedId('bat', programId, '2018-01', 'bank', 'EUR');
    story.rates.tell('BRL/EUR', '0.2', '2018-02-04T00:00:00Z');
    story.partners.wants(idOf('par', 1), { currency: 'EUR' });
    story.tax.withheld.set(idOf('par', 1), backup);
    const terms = { programId, source: 'ecb', spreadBasisPoints: 100, oldestRateHours: 96, fourEyesAbove: 0n };
    await story.db.run(({ fx }) => fx.saveSettings({ ...terms, setBy: 'treasurer', setAt: story.clock.now() }));
    await story.earn({ partner: 1, n: 1, minor: 100_000n });
    await story.closed('2018-01');
    await story.sent(inEuros);

    expect(leavingOf(first(story)).toString()).to.equal('150.48 EUR'); // 24 % withheld, 1 % of the rest kept, times 0.2
    expect(await story.available(1)).to.equal(0n);
    await story.reconcile.run(await story.bank.run({ batchId: inEuros, reject: [], return: [payoutId] }));
    await story.post.run();

    expect(await story.available(1)).to.equal(100_000n);
    expect(await story.clearing()).to.equal(0n);
    expect(await balance(story, taxCode(programId, 'US'))).to.equal('0');
    expect(await balance(story, fxPositionCode(programId, 'EUR'))).to.equal('0');
    expect(await balance(story, fxPositionCode(programId, 'BRL'))).to.equal('0');
  });

  it('is never worth more or less than its parts', () => {
    const story = aStory();
    const payout = { ...aPayout, createdAt: story.clock.now() };
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 0, max: 10_000 }), (minor, points) => {
        const percent = `${Math.floor(points / 100)}.${String(points % 100).padStart(2, '0')}`;
        const sent = priced(
          { ...payout, amount: Money.of(minor, 'BRL') },
          { withhold: { ...backup, percent } },
          payout.createdAt,
        );

        const out = payoutFacts(sent, 'submit', payout.createdAt);
        const back = payoutFacts(sent, 'restore', payout.createdAt);

        expect(netOf(sent).minor + (sent.withholding?.minor ?? 0n)).to.equal(minor);
        for (const facts of [out, back])
          expect(facts.reduce((sum, { amount }) => sum + amount.minor, 0n)).to.equal(minor);
      }),
    );
  });
});

const aPayout = {
  ...{ id: payoutId, batchId, programId, partnerId: idOf('par', 1), period: '2018-01' as const },
  ...{ rail: 'bank' as const, state: 'submitted' as const, bounces: 0, clearedByBatch: true },
};

describe('paying what was withheld to its tax office', () => {
  const bank = `bank:${programId}:main`;
  const sent = async () => {
    const story = await withheldStory();
    await story.sent(batchId);
    const ids = new CountingIds();
    const ask = new AskRemittance(story.db, story.partners, ids, story.clock);
    const decide = new DecideRemittance(story.db, story.clock);
    const asked = (minor: bigint, jurisdiction = 'US') =>
      ask.run({ programId, jurisdiction, amount: Money.of(minor, 'BRL'), reference: '945 2018', by: 'finance' });
    return { story, asked, decide };
  };

  it('takes two people, and is booked once', async () => {
    const { story, asked, decide } = await sent();
    const { id, state } = await asked(24_002n);
    await rejects(decide.run(id, 'approve', 'finance'), 'settlement.four_eyes');
    await story.post.run();
    expect([state, await balance(story, taxCode(programId, 'US'))]).to.deep.equal(['asked', '24002']);

    await decide.run(id, 'approve', 'boss');
    await story.post.run();

    await rejects(decide.run(id, 'approve', 'boss'), 'settlement.illegal_move');
    expect(await balance(story, taxCode(programId, 'US'))).to.equal('0');
    expect(await balance(story, bank)).to.equal('-24002');
  });

  it('is no more than is withheld there and not paid yet, whoever asked first', async () => {
    const { asked, decide } = await sent();
    await rejects(asked(24_003n), 'settlement.nothing_to_remit');
    await rejects(asked(0n), 'settlement.nothing_to_remit');
    await rejects(asked(1n, 'EU'), 'settlement.nothing_to_remit');
    const [one, two] = [await asked(20_000n), await asked(20_000n)];

    await decide.run(one.id, 'approve', 'boss');

    await rejects(decide.run(two.id, 'approve', 'boss'), 'settlement.nothing_to_remit');
    expect((await decide.run(two.id, 'refuse', 'finance')).state).to.equal('refused');
    await rejects(asked(4_003n), 'settlement.nothing_to_remit');
    expect((await asked(4_002n)).state).to.equal('asked');
  });

  it('is in the currency of the books, and moves by its table alone', async () => {
    const { story, decide } = await sent();
    const ask = new AskRemittance(story.db, story.partners, new CountingIds(), story.clock);
    const inDollars = { programId, jurisdiction: 'US', amount: Money.of(1n, 'USD'), reference: 'x', by: 'finance' };

    await rejects(ask.run(inDollars), 'money.currency_mismatch');
    await rejects(decide.run(idOf('rmt', 9), 'approve', 'boss'), 'settlement.remittance_not_found');
    expect(remittanceLifecycle).to.deep.equal({
      asked: { approve: 'approved', refuse: 'refused' },
      approved: { take_back: 'taken_back' },
      refused: {},
      taken_back: {},
    });
  });
});
