/** Who gains and who loses by a replay: its tallies, as people read them. */
import { grouped } from '../../../../shared/grouped.ts';
import { Money } from '../../../../shared/money.ts';
import { divide } from '../../../../shared/rate.ts';
import type { Standings } from '../../index.ts';
import { PARTS_PER_CONVERSION, type Tally } from '../../domain/deciding/replay.ts';

/** Who gains or loses most comes first; of equals, whoever has more conversions, then the lesser id. */
export const standingsOf = (tallies: readonly Tally[]): readonly Standings[] => {
  const totals = totalsOf(tallies);
  return [...grouped(tallies, ({ partnerId }) => partnerId).values()]
    .toSorted(byGain)
    .map((own) => standingOf(own, totals));
};

interface Total {
  readonly live: bigint;
  readonly replayed: bigint;
}

const totalsOf = (tallies: readonly Tally[]): ReadonlyMap<string | undefined, Total> =>
  new Map(
    [...grouped(tallies, ({ currency }) => currency)].map(([currency, those]) => [
      currency,
      { live: sum(those, ({ live }) => live.minor), replayed: sum(those, ({ replayed }) => replayed.minor) },
    ]),
  );

const byGain = (a: readonly Tally[], b: readonly Tally[]): number => {
  const [left, right] = [movedBy(a), movedBy(b)];
  if (left !== right) return left > right ? -1 : 1;
  const [more, less] = [livePartsOf(a), livePartsOf(b)];
  if (more !== less) return more > less ? -1 : 1;
  return (a[0]?.partnerId ?? '') < (b[0]?.partnerId ?? '') ? -1 : 1;
};

const movedBy = (own: readonly Tally[]): bigint => {
  const gain = replayedPartsOf(own) - livePartsOf(own);
  return gain < 0n ? -gain : gain;
};

const livePartsOf = (own: readonly Tally[]): bigint => sum(own, ({ live }) => live.conversionParts);
const replayedPartsOf = (own: readonly Tally[]): bigint => sum(own, ({ replayed }) => replayed.conversionParts);

const standingOf = (own: readonly Tally[], totals: ReadonlyMap<string | undefined, Total>): Standings => {
  const [live, replayed] = [livePartsOf(own), replayedPartsOf(own)];
  return {
    partnerId: own[0]?.partnerId ?? null,
    conversions: {
      live: conversionsText(live),
      replayed: conversionsText(replayed),
      gain: conversionsText(replayed - live),
    },
    values: own.flatMap((tally) => {
      const { currency } = tally;
      const total = totals.get(currency);
      return currency === undefined || total === undefined ? [] : [valueOf(tally, currency, total)];
    }),
  };
};

const valueOf = ({ live, replayed }: Tally, currency: string, total: Total): Standings['values'][number] => ({
  live: Money.of(live.minor, currency).toJSON(),
  replayed: Money.of(replayed.minor, currency).toJSON(),
  gain: Money.of(replayed.minor - live.minor, currency).toJSON(),
  liveShare: shareText(live.minor, total.live),
  replayedShare: shareText(replayed.minor, total.replayed),
});

const conversionsText = (parts: bigint): string => decimalText(parts, PARTS_PER_CONVERSION, 3);

const shareText = (part: bigint, whole: bigint): string => (whole === 0n ? '0.000000' : decimalText(part, whole, 6));

const decimalText = (dividend: bigint, divisor: bigint, places: number): string => {
  const digits = divide(dividend * 10n ** BigInt(places), divisor, 'half_up');
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  return `${digits < 0n ? '-' : ''}${text.slice(0, -places)}.${text.slice(-places)}`;
};

const sum = (tallies: readonly Tally[], amountOf: (tally: Tally) => bigint): bigint =>
  tallies.reduce((total, tally) => total + amountOf(tally), 0n);
