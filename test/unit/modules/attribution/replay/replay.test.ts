import { expect } from 'chai';
import type { Outcome } from '../../../../../src/modules/attribution/domain/deciding/journey.ts';
import type { FractionText } from '../../../../../src/modules/attribution/domain/models/share.ts';
import { shadowOf, summed, talliesOf } from '../../../../../src/modules/attribution/domain/deciding/replay.ts';
import { standingsOf } from '../../../../../src/modules/attribution/application/replays/standings.ts';
import type { Conversion } from '../../../../../src/modules/attribution/domain/deciding/conversion.ts';
import type { Id } from '../../../../../src/shared/ids.ts';
import { instant } from '../../../../../src/shared/instant.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';

const touchedAt = instant('2026-03-01T00:00:00Z');
const [one, two, three] = [idOf('par', 1), idOf('par', 2), idOf('par', 3)];
const nobody: Outcome = { kind: 'unattributed', reason: 'no_touchpoint' };

const to = (...parts: readonly (readonly [Id<'par'>, FractionText])[]): Outcome => ({
  kind: 'attributed',
  partnerId: parts[0]![0],
  clickId: idOf('clk', 1),
  touchedAt,
  credits: parts.map(([partnerId, share]) => ({
    partnerId,
    share,
    clickId: idOf('clk', 1),
    touchKind: 'click',
    touchedAt,
    role: 'converter',
  })),
});

const reais = (minor: bigint): Money => Money.of(minor, 'BRL');

describe('what a replay adds up', () => {
  it('divides an order of three parts to the cent, and its conversion to one part in 10^12', () => {
    const tallies = talliesOf(to([one, '1/1']), to([one, '1/3'], [two, '1/3'], [three, '1/3']), reais(1_000n));

    expect(tallies.map(({ partnerId, live, replayed }) => [partnerId, live.minor, replayed.minor])).to.deep.equal([
      [one, 1_000n, 334n],
      [two, 0n, 333n],
      [three, 0n, 333n],
    ]);
    expect(tallies.map(({ replayed }) => replayed.conversionParts)).to.deep.equal(
      Array.from({ length: 3 }, () => 333_333_333_333n),
    );
  });

  it('counts an order of unlike parts by each part', () => {
    const tallies = talliesOf(nobody, to([one, '1/2'], [two, '1/3'], [three, '1/6']), reais(1_200n));

    expect(tallies.map(({ live, replayed }) => [live.minor, replayed.minor])).to.deep.equal([
      [1_200n, 0n],
      [0n, 600n],
      [0n, 400n],
      [0n, 200n],
    ]);
    expect(talliesOf(nobody, nobody, undefined)[0]?.live.minor).to.equal(0n);
    expect(talliesOf(to([one, '1/1']), nobody, undefined)[0]?.live.minor).to.equal(0n);
  });

  it('adds up by owner and currency, and nothing across them', () => {
    const order = (value: Money | undefined) => talliesOf(to([one, '1/1']), to([one, '1/1']), value);
    const all = summed([...order(reais(5n)), ...order(Money.of(7n, 'EUR')), ...order(reais(6n)), ...order(undefined)]);

    expect(all.map(({ currency, live, replayed }) => [currency, live.minor, replayed.minor])).to.deep.equal([
      ['BRL', 11n, 11n],
      ['EUR', 7n, 7n],
      [undefined, 0n, 0n],
    ]);
  });

  it('counts what is nobody’s as nobody’s, and an order whose value nobody knows as one', () => {
    const [owner, other] = talliesOf(nobody, to([one, '1/1']), undefined);
    expect(owner).to.deep.include({ partnerId: undefined, currency: undefined });
    expect(owner?.live.conversionParts).to.equal(1_000_000_000_000n);
    expect(other?.replayed).to.deep.equal({ conversionParts: 1_000_000_000_000n, minor: 0n });
  });

  it('shows who gains and who loses, by conversions and by part of what was ordered, the most moved first', () => {
    const all = summed([
      ...talliesOf(to([one, '1/1']), to([two, '1/1']), reais(3_000n)),
      ...talliesOf(to([one, '1/1']), to([one, '1/2'], [three, '1/2']), reais(1_000n)),
      ...talliesOf(nobody, nobody, reais(1_000n)),
    ]);

    const standings = standingsOf(all);

    expect(standings.map(({ partnerId, conversions }) => [partnerId, conversions])).to.deep.equal([
      [one, { live: '2.000', replayed: '0.500', gain: '-1.500' }],
      [two, { live: '0.000', replayed: '1.000', gain: '1.000' }],
      [three, { live: '0.000', replayed: '0.500', gain: '0.500' }],
      [null, { live: '1.000', replayed: '1.000', gain: '0.000' }],
    ]);
    expect(standings[0]?.values).to.deep.equal([
      {
        live: reais(4_000n).toJSON(),
        replayed: reais(500n).toJSON(),
        gain: reais(-3_500n).toJSON(),
        liveShare: '0.800000',
        replayedShare: '0.100000',
      },
    ]);
  });
});

describe('a decision in the shadow', () => {
  const live = (outcome: Outcome): Conversion =>
    ({ conversionId: idOf('cnv', 1), decision: { number: 2, outcome, considered: [] } }) as unknown as Conversion;
  const differs = (a: Outcome, b: Outcome): boolean =>
    shadowOf(live(a), { outcome: b, considered: [] }).considered !== undefined;

  it('keeps what it considered where the credit differs, and not where it is the same', () => {
    expect(differs(to([one, '1/1']), to([one, '1/1']))).to.equal(false);
    expect(differs(to([one, '1/1']), to([two, '1/1']))).to.equal(true);
    expect(differs(to([one, '1/1']), to([one, '1/2'], [two, '1/2']))).to.equal(true);
    expect(differs(to([one, '1/1']), nobody)).to.equal(true);
    expect(differs(nobody, { kind: 'unattributed', reason: 'outside_window' })).to.equal(true);
    expect(differs(nobody, nobody)).to.equal(false);
    expect(differs(nobody, to([one, '1/1']))).to.equal(true);
    expect(differs(to([one, '1/2'], [two, '1/2']), to([one, '1/3'], [two, '2/3']))).to.equal(true);
    expect(differs(to([one, '1/2'], [two, '1/2']), to([one, '1/2'], [three, '1/2']))).to.equal(true);
    expect(differs(to([one, '1/2'], [two, '1/2']), to([one, '1/2']))).to.equal(true);
  });

  it('is the same as one of before there were parts, when one partner has all of it by the same touch, and no other', () => {
    const plain: Outcome = { kind: 'attributed', partnerId: one, clickId: idOf('clk', 1), touchedAt };
    expect(differs(plain, to([one, '1/1']))).to.equal(false);
    expect(differs({ ...plain, clickId: idOf('clk', 2) }, to([one, '1/1']))).to.equal(true);
  });
});
