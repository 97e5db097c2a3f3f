import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusMs } from '../../../../shared/instant.ts';
import type { RateFacts, RateQuestion } from '../../../commission/index.ts';

/** How a program exchanges money. Whoever has not said it pays in the currency of its books alone. */
export interface FxSettings {
  readonly programId: Id<'prg'>;
  /** Whose rates: a source of `POST /v1/exchange-rates`. */
  readonly source: string;
  /** What the house keeps of what it exchanges for partners. */
  readonly spreadBasisPoints: number;
  /** An older rate is none. */
  readonly oldestRateHours: number;
  /** Trades of more than that, in minor units of the books' currency, take two people. */
  readonly fourEyesAbove: bigint;
  readonly setBy: string;
  readonly setAt: Instant;
}

/** JSON pointers to what one person may do more of by it, or what partners get by it: somebody else looks at that. */
export const loosenedFx = (before: FxSettings, after: FxSettings): readonly string[] => [
  ...(after.source === before.source ? [] : ['/source']),
  ...(after.spreadBasisPoints === before.spreadBasisPoints ? [] : ['/spreadBasisPoints']),
  ...(after.oldestRateHours <= before.oldestRateHours ? [] : ['/oldestRateHours']),
  ...(after.fourEyesAbove <= before.fourEyesAbove ? [] : ['/fourEyesAbove']),
];

const HOUR_MS = 3_600_000;

/** Nothing is guessed, and what is too old is nothing. Throws `settlement.no_exchange_rate`. */
export const mustBeFresh = (
  found: RateFacts | undefined,
  { source, from, to, at }: RateQuestion,
  { oldestRateHours }: Pick<FxSettings, 'oldestRateHours'>,
): RateFacts => {
  if (found !== undefined && plusMs(found.at, oldestRateHours * HOUR_MS) >= at) return found;
  const known = found === undefined ? 'there is none' : `the last one is of ${found.at}`;
  throw noRate(
    `${source} has no rate of ${from} in ${to} of the ${oldestRateHours} hours before ${at}: ${known}; ` +
      'record one with POST /v1/exchange-rates, then try again',
  );
};

export const noRate = (detail: string): AppError => new AppError('refused', 'settlement.no_exchange_rate', detail);
