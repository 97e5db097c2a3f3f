import { explanationText } from './explanation-text.ts';
import { sinceLines } from './since-text.ts';
import { oneLine } from './words/one-line.ts';
import { whyUncalculated } from './words/uncalculated-words.ts';
import { reasonIn, WHY_WORDS, type WhyWords } from './words/why-words.ts';
import type { Language } from './words/words.ts';
import type { Earned, Seen } from './why.ts';

/** Why an order earned what it earned, or nothing, in sentences. */
export const whyText = (seen: Seen, language: Language): string => {
  const words = WHY_WORDS[language];
  const { orderRef, orderId, placedAt, state } = seen.order;
  return [
    words.order(oneLine(orderRef), orderId, placedAt, state),
    `  ${words.answers[seen.answer]}`,
    ...creditText(words, seen),
    ...uncalculatedText(words, seen, language),
    ...seen.commissions.flatMap((earned) => earnedText(words, earned, language)),
    '',
  ].join('\n');
};

const creditText = (words: WhyWords, { credit }: Seen): readonly string[] => {
  if (credit === undefined) return [];
  const { decidedAt, policyVersion, reason, touches } = credit;
  return [
    `  ${words.decided(decidedAt, policyVersion)}`,
    ...touches.map(({ whose, partnerId, kind, occurredAt, fate, share }) => {
      const name = whose === 'partner' ? (partnerId ?? '') : words.someone[whose];
      return `    ${words.touch(name, kind, occurredAt, reasonIn(words, fate), share)}`;
    }),
    ...(reason === null ? [] : [`    ${words.nobody(reasonIn(words, reason))}`]),
  ];
};

const uncalculatedText = (words: WhyWords, { uncalculated }: Seen, language: Language): readonly string[] => {
  if (uncalculated === undefined) return [];
  const { code, detail, since } = uncalculated;
  return [`  ${words.uncalculated(since, whyUncalculated(code, detail, language))}`];
};

const earnedText = (words: WhyWords, earned: Earned, language: Language): readonly string[] => {
  const { commission, explanation } = earned;
  const { id, partnerId, amount, state, endReason } = commission;
  const told = explanation === undefined ? [] : explanationText(explanation, language).trimEnd().split('\n');
  const reason = endReason && reasonIn(words, endReason);
  return [
    `  ${words.commission(id, partnerId, amount.toString(), state, reason)}`,
    ...told.map((line) => `    ${line}`),
    ...sinceLines(earned, language).map((line) => `      ${line}`),
  ];
};
