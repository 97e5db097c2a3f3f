import type { Money } from '../../../../shared/money.ts';
import { leftOf, type Since } from '../life-cycle/left-of.ts';
import { reasonIn, WHY_WORDS } from './words/why-words.ts';
import type { Language } from './words/words.ts';

/** What became of a commission since it was calculated, a sentence each; nothing if it is as it was. */
export const sinceLines = (commission: Since, language: Language): readonly string[] => {
  const words = WHY_WORDS[language];
  const { state, endReason, clawedBack, adjusted } = commission;
  const reason = endReason && reasonIn(words, endReason);
  if (state === 'reversed') return [words.since.reversed(reason)];
  const changes = [
    ...(clawedBack.isZero ? [] : [words.since.clawedBack(clawedBack.toString(), reason)]),
    ...(adjusted.isZero ? [] : [changeText(words.since, adjusted)]),
  ];
  return changes.length === 0 ? [] : [...changes, words.since.left(leftOf(commission).toString())];
};

type SinceWords = (typeof WHY_WORDS)[Language]['since'];

const changeText = ({ toppedUp, takenOff }: SinceWords, adjusted: Money): string =>
  adjusted.minor > 0n ? toppedUp(adjusted.toString()) : takenOff(adjusted.negated().toString());

/** The same on a page. */
export const sinceText = (commission: Since, language: Language): string =>
  sinceLines(commission, language)
    .map((line) => `  ${line}\n`)
    .join('');
