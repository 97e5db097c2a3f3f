import { explanationText } from './explanation-text.ts';
import { sinceLines } from './since-text.ts';
import { type Moments, momentsIn, zoneLines } from './words/moments.ts';
import { oneLine } from './words/one-line.ts';
import { whyUncalculated } from './words/uncalculated-words.ts';
import { reasonIn, WHY_WORDS, type WhyWords } from './words/why-words.ts';
import type { Language } from './words/words.ts';
import type { Earned, Seen } from './why.ts';

/** Why an order earned what it earned, or nothing, in sentences. */
export const whyText = (seen: Seen, language: Language): string => {
  const words = WHY_WORDS[language];
  const moments = momentsIn(seen.timeZone);
  const { orderRef, orderId, placedAt, state } = seen.order;
  return [
    words.order(oneLine(orderRef), orderId, moments(placedAt), state),
    `  ${words.answers[seen.answer]}`,
    ...creditText(words, seen, moments),
    ...uncalculatedText(words, seen, language, moments),
    ...seen.commissions.flatMap((earned) => earnedText(words, earned, language, seen.timeZone)),
    ...zoneLines(seen.timeZone, language).map((line) => `  ${line}`),
    '',
  ].join('\n');
};

const creditText = (words: WhyWords, { credit }: Seen, moments: Moments): readonly string[] => {
  if (credit === undefined) return [];
  const { decidedAt, policyVersion, reason, touches } = credit;
  return [
    `  ${words.decided(moments(decidedAt), policyVersion)}`,
    ...touches.map(({ whose, partnerId, kind, occurredAt, fate, share }) => {
      const name = whose === 'partner' ? (partnerId ?? '') : words.someone[whose];
      return `    ${words.touch(name, kind, moments(occurredAt), reasonIn(words, fate), share)}`;
    }),
    ...(reason === null ? [] : [`    ${words.nobody(reasonIn(words, reason))}`]),
  ];
};

const uncalculatedText = (
  words: WhyWords,
  { uncalculated }: Seen,
  language: Language,
  moments: Moments,
): readonly string[] => {
  if (uncalculated === undefined) return [];
  const { code, detail, since } = uncalculated;
  return [`  ${words.uncalculated(moments(since), whyUncalculated(code, detail, language))}`];
};

const earnedText = (
  words: WhyWords,
  earned: Earned,
  language: Language,
  timeZone: string | undefined,
): readonly string[] => {
  const { commission, explanation } = earned;
  const { id, partnerId, amount, state, endReason } = commission;
  const told = explanation === undefined ? [] : explanationText(explanation, language, timeZone).trimEnd().split('\n');
  const reason = endReason && reasonIn(words, endReason);
  return [
    `  ${words.commission(id, partnerId, amount.toString(), state, reason)}`,
    ...told.map((line) => `    ${line}`),
    ...sinceLines(earned, language, timeZone).map((line) => `      ${line}`),
  ];
};
