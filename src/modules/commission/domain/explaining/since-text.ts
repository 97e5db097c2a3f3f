import type { Money } from '../../../../shared/money.ts';
import { leftOf } from '../life-cycle/left-of.ts';
import { explanationText } from './explanation-text.ts';
import { groundsOf } from './grounds.ts';
import type { Earned } from './why.ts';
import { reasonIn, WHY_WORDS } from './words/why-words.ts';
import type { Language } from './words/words.ts';

/** What became of a commission since it was calculated, a sentence each; nothing if it is as it was. */
export const sinceLines = (
  { commission, sinceLock }: Pick<Earned, 'commission' | 'sinceLock'>,
  language: Language,
  timeZone?: string,
): readonly string[] => {
  const words = WHY_WORDS[language];
  const { state, endReason, clawedBack, adjusted, grounds } = commission;
  // The same goods by the same terms: it is the others of its period that made the difference.
  const others = sinceLock && grounds === groundsOf(sinceLock) ? reasonIn(words, 'period_changed') : undefined;
  const reason = endReason === undefined ? others : reasonIn(words, endReason);
  if (state === 'reversed') return [words.since.reversed(reason)];
  const changes = [
    ...(adjusted.isZero ? [] : [changeText(words.since, adjusted, others)]),
    ...(clawedBack.isZero ? [] : [words.since.clawedBack(clawedBack.toString(), reason)]),
  ];
  if (changes.length === 0) return [];
  const now = sinceLock && explanationText(sinceLock, language, timeZone).trimEnd().split('\n');
  return [
    ...changes,
    words.since.left(leftOf(commission).toString()),
    ...(now === undefined ? [] : [words.since.now, ...now.map((line) => `  ${line}`)]),
  ];
};

type SinceWords = (typeof WHY_WORDS)[Language]['since'];

const changeText = ({ toppedUp, takenOff }: SinceWords, adjusted: Money, reason?: string): string =>
  adjusted.minor > 0n ? toppedUp(adjusted.toString(), reason) : takenOff(adjusted.negated().toString(), reason);
