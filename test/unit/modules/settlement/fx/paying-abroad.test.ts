import { expect } from 'chai';
import { DecideTrade, TellTrade } from '../../../../../src/modules/settlement/application/fx/trade-currency.ts';
import { LookAtPositions } from '../../../../../src/modules/settlement/application/fx/look-at-positions.ts';
import { FxAudits } from '../../../../../src/modules/settlement/application/fx/fx-audits.ts';
import { fxPositionCode } from '../../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { tradeLifecycle } from '../../../../../src/modules/settlement/domain/fx/trade.ts';
import { leavingOf } from '../../../../../src/modules/settlement/domain/payouts/leaving.ts';
import type { BatchId } from '../../../../../src/modules/settlement/index.ts';
import { derivedId } from '../../../../../src/shared/ids.ts';
import { instant } from '../../../../../src/shared/instant.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { CountingIds, idOf } from '../../../../support/clock.ts';
import { FakeFxReader } from '../../../../support/fakes/fake-fx.ts';
import { rejects } from '../../../../support/rejects.ts';
import { aStory, batchOf, payoutOf, programId, type Story } from '../../../../support/settlement-story.ts';

const inEuros = derivedId('bat', programId, '2018-01', 'bank', 'EUR');
const eur = (minor: bigint) => Money.of(minor, 'EUR');
const brl = (minor: bigint) => Money.of(minor, 'BRL');

/** Partner 1 has earned 1,000.00 BRL and wants euros; five real buy one. */
const abroad = async ({ spread = 0, minor = 100_000n } = {}): Promise<Story> => {
  const story = aStory();
  story.rates.tell('BRL/EUR', '1/5', '2018-01-30T15:00:00Z');
  story.rates.tell('EUR/BRL', '5', '2018-01-30T15:00:00Z');
  story.partners.wants(idOf('par', 1), { currency: 'EUR' });
  await story.earn({ partner: 1, n: 1, minor });
  await story.db.run(({ fx }) =>
    fx.saveSettings({
      programId,
      source: 'ecb',
      spreadBasisPoints: spread,
      oldestRateHours: 24 * 14,
      fourEyesAbove: 500_000n,
      setBy: 'treasurer',
      setAt: story.clock.now(),
    }),
  );
  await story.closed('2018-01');
  return story;
};

const answered = async (story: Story, batchId: BatchId, say: { reject?: boolean; return?: boolean } = {}) => {
  const [payout] = story.db.payouts().filter((each) => each.batchId === batchId);
  const own = payout === undefined ? [] : [payout.id];
  await story.reconcile.run(
    await story.bank.run({ batchId, reject: say.reject ? own : [], return: say.return ? own : [] }),
  );
  await story.post.run();
};

const balance = async (story: Story, code: string): Promise<string> =>
  (await story.ledger.balances([code]))[0]?.minor ?? '0';

const mainBank = `bank:${programId}:main`;
const result = `fx:${programId}:result`;
const reader = (story: Story) => new FakeFxReader(story.db.tables.ofFx);
const positionOf = async (story: Story) => (await reader(story).positions(programId))[0];
const findings = async (story: Story) => {
  await story.post.run();
  const books = { books: () => Promise.resolve(story.db.tables.books.committed.values()) };
  return new FxAudits(reader(story), books, story.ledger).positions();
};
const trades = (story: Story) => ({
  tell: new TellTrade(story.db, story.partners, new CountingIds(), story.clock),
  decide: new DecideTrade(story.db, story.clock),
});
const bought = (minor: bigint, cost: bigint, at = '2018-02-04T00:00:00Z', reference = `FX ${minor} ${cost} ${at}`) => ({
  ...{ programId, sold: brl(cost), bought: eur(minor), reference, by: 'treasurer' },
  tradedAt: instant(at),
});

describe('a payout in another currency than the books’', () => {
  it('leaves the house in that currency, by the rate when it is sent, and keeps both amounts', async () => {
    const story = await abroad();

    await story.sent(inEuros);

    const [payout] = story.db.payouts();
    expect(payout?.amount.toString()).to.equal('1000.00 BRL');
    expect(payout && leavingOf(payout).toString()).to.equal('200.00 EUR');
    expect(payout?.exchange).to.deep.include({ fixedAt: story.clock.now(), spreadBasisPoints: 0 });
    expect(payout?.exchange?.rate).to.include({ source: 'ecb', rate: '1/5', at: '2018-01-30T15:00:00.000Z' });
    expect(await story.file.of(inEuros)).to.contain('<InstdAmt Ccy="EUR">200.00</InstdAmt>');
    expect(await story.available()).to.equal(0n);
    expect(await story.clearing()).to.equal(20_000n);
    expect(await findings(story)).to.deep.equal([]);
  });

  it('stays in the currency it was decided in when the partner asks for another after the close, which counts from the next', async () => {
    const story = await abroad();
    story.partners.wants(idOf('par', 1), { currency: 'USD' });

    await story.sent(inEuros);

    const [january] = story.db.payouts();
    expect(january && leavingOf(january).toString()).to.equal('200.00 EUR');
    await story.earn({ partner: 1, n: 2, minor: 50_000n, on: '02-10' });
    story.rates.tell('BRL/EUR', '1/5', '2018-02-27T15:00:00Z');
    story.rates.tell('EUR/BRL', '5', '2018-02-27T15:00:00Z');
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await story.closed('2018-02');
    const february = story.db.payouts().find(({ period }) => period === '2018-02');
    expect(february?.batchId).to.equal(derivedId('bat', programId, '2018-02', 'bank', 'USD'));
  });

  it('is settled by a line in that currency, on an account of its own', async () => {
    const story = await abroad();
    await story.sent(inEuros);

    await answered(story, inEuros);

    expect(story.db.payouts().map(({ state }) => state)).to.deep.equal(['settled']);
    expect(await story.clearing()).to.equal(0n);
    expect(await balance(story, `${mainBank}:EUR`)).to.equal('-20000');
    expect(await balance(story, mainBank)).to.equal('0');
  });

  it('comes back at the rate it went by, whatever the rate is by then', async () => {
    const story = await abroad({ spread: 50 });
    await story.sent(inEuros);
    await answered(story, inEuros);
    story.rates.tell('BRL/EUR', '1/4', '2018-02-06T15:00:00Z');
    story.clock.moveTo('2018-02-07T00:00:00Z');

    await answered(story, inEuros, { return: true });

    expect(story.db.payouts().map(({ state }) => state)).to.deep.equal(['returned']);
    expect(await story.available()).to.equal(100_000n);
    expect(await story.clearing()).to.equal(0n);
    expect(await positionOf(story)).to.include({ quantity: 0n, cost: 0n, realised: 0n });
    expect(await balance(story, result)).to.equal('0');
    expect(await findings(story)).to.deep.equal([]);
  });

  it('is restored all the same when the bank refuses it', async () => {
    const story = await abroad({ spread: 50 });
    await story.sent(inEuros);

    await answered(story, inEuros, { reject: true });

    expect(await story.available()).to.equal(100_000n);
    expect(await positionOf(story)).to.include({ quantity: 0n, cost: 0n });
    expect(await balance(story, fxPositionCode(programId, 'EUR'))).to.equal('0');
  });

  it('leaves the house its spread', async () => {
    const story = await abroad({ spread: 50 });

    await story.sent(inEuros);

    expect(story.db.payouts()[0]?.exchange?.counter.toString()).to.equal('199.00 EUR');
    expect(await balance(story, result)).to.equal('500');
    expect(await positionOf(story)).to.include({ quantity: -19_900n, cost: -99_500n });
    expect(await findings(story)).to.deep.equal([]);
  });

  it('waits, for nothing is guessed: without settings, without a rate, and with one that is too old', async () => {
    const story = await abroad();
    await story.approve.run(inEuros, 'boss');
    const settings = (await reader(story).settings(programId))!;
    const refused = () => rejects(story.submit.run(inEuros), 'settlement.no_exchange_rate');

    await story.db.run(({ fx }) => fx.saveSettings({ ...settings, source: 'fed' }));
    expect((await refused()).message).to.contain('fed has no rate of BRL in EUR');
    await story.db.run(({ fx }) => fx.saveSettings({ ...settings, oldestRateHours: 24 }));
    expect((await refused()).message).to.contain('the last one is of 2018-01-30T15:00:00.000Z');

    expect(story.db.payouts().map(({ state }) => state)).to.deep.equal(['approved']);
    expect(await story.available()).to.equal(100_000n);
  });

  it('waits where nobody has said whose rates count', async () => {
    const story = aStory();
    story.partners.wants(idOf('par', 1), { currency: 'EUR' });
    await story.earn({ partner: 1, n: 1, minor: 5_000n });
    await story.closed('2018-01');
    await story.approve.run(inEuros, 'boss');

    const refusal = await rejects(story.submit.run(inEuros), 'settlement.no_exchange_rate');

    expect(refusal.message).to.contain('fx/settings');
  });

  it('is not sent when it would be nothing there', async () => {
    const story = await abroad({ minor: 2_000n });
    story.rates.tell('BRL/EUR', '0.0001', '2018-02-01T15:00:00Z');
    await story.approve.run(inEuros, 'boss');

    await rejects(story.submit.run(inEuros), 'settlement.nobody_to_pay');

    expect(await story.available()).to.equal(2_000n);
  });

  it('goes beside those in the books’ currency, each from its own account', async () => {
    const story = aStory();
    story.rates.tell('BRL/EUR', '0.2', '2018-02-01T15:00:00Z');
    story.partners.wants(idOf('par', 1), { currency: 'EUR' });
    await story.earn({ partner: 1, n: 1, minor: 50_000n });
    await story.earn({ partner: 2, n: 2, minor: 30_000n });
    const terms = { programId, source: 'ecb', spreadBasisPoints: 0, oldestRateHours: 96, fourEyesAbove: 0n };
    await story.db.run(({ fx }) => fx.saveSettings({ ...terms, setBy: 'treasurer', setAt: story.clock.now() }));
    await story.closed('2018-01');

    for (const batchId of [inEuros, batchOf('2018-01')]) {
      await story.sent(batchId);
      await answered(story, batchId);
    }

    expect(story.db.payouts().map(({ state }) => state)).to.deep.equal(['settled', 'settled']);
    expect(await balance(story, `${mainBank}:EUR`)).to.equal('-10000');
    expect(await balance(story, mainBank)).to.equal('-30000');
    expect(await story.clearing()).to.equal(0n);
  });
});

describe('what is held of a currency', () => {
  it('is bought and paid away; the difference of the prices is the result, and nothing is left', async () => {
    const story = await abroad();
    await trades(story).tell.run(bought(20_000n, 98_000n));
    expect(await positionOf(story)).to.include({ quantity: 20_000n, cost: 98_000n, realised: 0n });

    await story.sent(inEuros);

    expect(await positionOf(story)).to.include({ quantity: 0n, cost: 0n, realised: 2_000n });
    expect(await balance(story, result)).to.equal('2000');
    expect(await balance(story, mainBank)).to.equal('-98000');
    expect(await balance(story, `${mainBank}:EUR`)).to.equal('20000');
    expect(await findings(story)).to.deep.equal([]);
  });

  it('shows at what today’s rate differs when a payout that came back is sold', async () => {
    const story = await abroad();
    const { tell } = trades(story);
    await tell.run(bought(20_000n, 100_000n));
    await story.sent(inEuros);
    await answered(story, inEuros, { return: true });

    await tell.run({
      ...bought(20_000n, 1n),
      ...{ sold: eur(20_000n), bought: brl(104_000n), reference: 'FX back' },
    });

    expect(await positionOf(story)).to.include({ quantity: 0n, cost: 0n, realised: 4_000n });
    expect(await findings(story)).to.deep.equal([]);
  });

  it('is shown with its cost, its market value and its results; without a fresh rate, without the market', async () => {
    const story = await abroad();
    await trades(story).tell.run(bought(30_000n, 150_000n));
    await story.sent(inEuros);
    story.rates.tell('EUR/BRL', '5.2', '2018-02-04T12:00:00Z');
    const look = new LookAtPositions(reader(story), story.partners, story.quotes, story.clock);

    const [shown] = await look.run(programId);
    story.clock.moveTo('2018-05-01T00:00:00Z');
    const [later] = await look.run(programId);

    expect(shown?.position).to.include({ quantity: 10_000n, cost: 50_000n });
    expect(shown?.now?.market).to.equal(52_000n);
    expect(later?.now).to.equal(undefined);
  });
});

describe('the end of a period', () => {
  const unrealised = `fx:${programId}:unrealised`;

  it('values what is open by the last rate before it, and takes that back at the start of the next', async () => {
    const story = await abroad();
    await trades(story).tell.run(bought(10_000n, 50_000n));
    await story.post.run();
    story.rates.tell('EUR/BRL', '5.3', '2018-02-27T15:00:00Z');
    story.rates.tell('EUR/BRL', '9', '2018-03-02T15:00:00Z');
    story.clock.moveTo('2018-03-05T00:00:00Z');

    await story.closed('2018-02');
    await story.post.run();

    const [then] = await story.ledger.balances([unrealised], instant('2018-03-01T03:00:00Z'));
    expect(then?.minor).to.equal('3000');
    expect(await balance(story, unrealised)).to.equal('0');
    const [valuation] = await reader(story).valuations(programId);
    expect(valuation).to.deep.include({ period: '2018-02', quantity: 10_000n, cost: 50_000n, market: 53_000n });
    expect(await findings(story)).to.deep.equal([]);
  });

  it('counts what was held then, not what is held now', async () => {
    const story = await abroad();
    const { tell } = trades(story);
    await tell.run(bought(10_000n, 50_000n));
    story.clock.moveTo('2018-03-05T00:00:00Z');
    await tell.run(bought(40_000n, 200_000n, '2018-03-02T00:00:00Z'));
    await story.post.run();
    story.rates.tell('EUR/BRL', '4', '2018-02-27T15:00:00Z');

    await story.closed('2018-02');

    const [valuation] = await reader(story).valuations(programId);
    expect(valuation).to.include({ quantity: 10_000n, market: 40_000n });
  });

  it('is not closed while nobody knows what is open is worth', async () => {
    const story = await abroad();
    await trades(story).tell.run(bought(10_000n, 50_000n));
    await story.post.run();
    story.clock.moveTo('2018-03-05T00:00:00Z');

    await rejects(story.close.run(programId, '2018-02', 'finance'), 'settlement.no_exchange_rate');

    story.rates.tell('EUR/BRL', '5', '2018-02-28T15:00:00Z');
    await story.closed('2018-02');
    expect((await story.ledger.balances([unrealised]))[0]?.minor ?? '0').to.equal('0');
  });
});

describe('a trade of the treasury', () => {
  it('of more than the limit waits for somebody else, and is booked once', async () => {
    const story = await abroad();
    const { tell, decide } = trades(story);
    const trade = await tell.run(bought(200_000n, 1_000_000n));

    expect(trade.state).to.equal('proposed');
    expect(await positionOf(story)).to.equal(undefined);
    await rejects(decide.run(trade.id, 'approve', 'treasurer'), 'settlement.four_eyes');
    expect((await decide.run(trade.id, 'approve', 'boss')).state).to.equal('booked');
    await rejects(decide.run(trade.id, 'approve', 'boss'), 'settlement.illegal_move');
    expect(await positionOf(story)).to.include({ quantity: 200_000n, cost: 1_000_000n });
  });

  it('that was declined moves nothing, and may be told of again', async () => {
    const story = await abroad();
    const { tell, decide } = trades(story);
    const trade = await tell.run(bought(200_000n, 1_000_000n));

    await decide.run(trade.id, 'decline', 'treasurer');

    expect(await positionOf(story)).to.equal(undefined);
    expect((await tell.run(bought(200_000n, 1_000_000n))).state).to.equal('proposed');
  });

  it('is told of once by its reference, has one side in the books’ currency, and is not of tomorrow', async () => {
    const { tell } = trades(await abroad());
    await tell.run(bought(100n, 500n));

    await rejects(tell.run(bought(100n, 500n)), 'settlement.trade_known');
    const refusal = await rejects(
      tell.run({ ...bought(0n, 500n, '2019-01-01T00:00:00Z'), sold: Money.of(1n, 'USD') }),
      'settlement.trade_refused',
    );
    expect(refusal.details.faults?.map(({ pointer }) => pointer)).to.deep.equal([
      '/bought/currency',
      '/bought/minor',
      '/tradedAt',
    ]);
  });

  it('moves by its table alone', () => {
    expect(tradeLifecycle).to.deep.equal({
      proposed: { approve: 'booked', decline: 'declined' },
      booked: { take_back: 'taken_back' },
      declined: {},
      taken_back: {},
    });
  });

  it('nobody has told of cannot be decided', async () =>
    rejects(trades(await abroad()).decide.run(idOf('fxt', 9), 'approve', 'boss'), 'settlement.trade_not_found'));
});

describe('the payout of a partner abroad', () => {
  it('is the same one in the file and in the books', async () => {
    const story = await abroad();
    await story.sent(inEuros);

    expect(await story.file.of(inEuros)).to.contain(payoutOf('2018-01'));
  });
});
