/** An explanation in sentences, for people: what was looked at, what was chosen and what not, and each step to the cents. */
import { instant, isInstant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import { decimalOf, fractionText, NOTHING, times, whole } from '../engine/exact.ts';
import type {
  BonusExplanation,
  CountedLimit,
  Explanation,
  FactMet,
  LimitExplanation,
  LineExplanation,
  RecruitExplanation,
  TierExplanation,
} from './explanation.ts';
import { CHINESE } from './words/chinese.ts';
import { ENGLISH } from './words/english.ts';
import { exactText } from './words/exact-text.ts';
import { type Moments, momentsIn, rewritten } from './words/moments.ts';
import { allOnOneLine } from './words/one-line.ts';
import { RECRUIT_WORDS } from './words/recruit-words.ts';
import type { Language, LimitOfText, TierOfText, Words } from './words/words.ts';
import { writtenAmount, writtenTier } from './words/written-tiers.ts';

const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, zh: CHINESE };

const money = (json: MoneyJson): string => Money.fromJson(json).toString();

/** Deeper and deeper into the page. */
const indented = (depth: number, lines: readonly string[]): readonly string[] =>
  lines.map((line) => '  '.repeat(depth) + line);

/** `timeZone`: of the program; without it, moments are as they are. */
export const explanationText = (told: Explanation, language: Language = 'en', timeZone?: string): string => {
  const moments = momentsIn(timeZone);
  const words = withMoments(WORDS[language], moments);
  const explanation = allOnOneLine(told);
  const { override, exchange, facts = [], lines, bonuses = [], bonusesPassedOver = [], split, limits } = explanation;
  const { recruit, total, vesting, returnWindowDays, calculatedAt } = explanation;
  return [
    words.order(explanation),
    ...indented(1, [
      ...(calculatedAt === undefined ? [] : [words.asOf(moments(calculatedAt), countsOthers(explanation))]),
      ...(override === undefined ? [] : [words.override(override)]),
      ...(exchange === undefined ? [] : [words.exchange({ ...exchange, at: moments(exchange.at) })]),
      ...facts.map((met) => words.fact(factOfText(met, moments))),
      ...(recruit === undefined ? [] : recruitText(words, recruit, explanation)),
    ]),
    ...lines.flatMap((line) => lineText(words, line, explanation, moments)),
    ...bonuses.flatMap((bonus) => bonusText(words, bonus, explanation)),
    ...indented(1, [
      ...bonusesPassedOver.map(words.bonusPassedOver),
      ...limits.filter(({ counted }) => counted === undefined).map((limit) => limitText(words, limit)),
      ...(split === undefined ? [] : [words.split(split, money(split.before), money(split.after))]),
      ...limits.filter(({ counted }) => counted !== undefined).map((limit) => limitText(words, limit)),
      words.total(money(total)),
      words.vesting(vesting),
      words.returnWindow(returnWindowDays),
    ]),
    '',
  ].join('\n');
};

/** Clauses name the moments of promotions. */
const withMoments = (words: Words, moments: Moments): Words => ({
  ...words,
  passedOver: (group) => rewritten(words.passedOver(group), moments),
  bonusPassedOver: (bonus) => rewritten(words.bonusPassedOver(bonus), moments),
  clause: (clause) => rewritten(words.clause(clause), moments),
});

const recruitText = (
  words: Words,
  recruit: RecruitExplanation,
  { rounding, total }: Explanation,
): readonly string[] => {
  const { percent, of } = recruit;
  const { num, den } = decimalOf(percent) ?? NOTHING;
  const exact = fractionText(times(whole(BigInt(of.minor)), { num, den: den * 100n }));
  return [
    RECRUIT_WORDS[words.language]({ ...recruit, of: money(of) }),
    words.rounded({ exact: exactText(exact, of.currency, words.language), rounding, rounded: money(total) }),
  ];
};

const countsOthers = ({ lines, limits }: Explanation): boolean =>
  lines.some(({ tier }) => tier !== undefined) || limits.some(({ counted }) => counted !== undefined);

const factOfText = (met: FactMet, moments: Moments): FactMet =>
  met.fact === 'order.placedAt' && isInstant(met.value) ? { ...met, value: moments(instant(met.value)) } : met;

const tierOfText = (tier: TierExplanation, moments: Moments): TierOfText => ({
  ...tier,
  from: moments(tier.from),
  until: tier.until && moments(tier.until),
});

const lineText = (
  words: Words,
  line: LineExplanation,
  { rounding }: Explanation,
  moments: Moments,
): readonly string[] => {
  const { lineRef, quantityKept: quantity, unitPrice, base, exchanged, facts = [], group, tier, bounded } = line;
  const { currency } = line.rounded;
  const head = words.line({ lineRef, quantity, unitPrice: money(unitPrice), base: money(base) });
  const before = [
    ...(exchanged === undefined ? [] : [words.exchanged(exactText(exchanged, currency, words.language))]),
    ...facts.map(words.fact),
    ...line.passedOver.map(words.passedOver),
  ];
  if (group === null) return [...indented(1, [head]), ...indented(2, [...before, words.noGroup])];
  const amount = writtenAmount(group.amount, currency);
  return [
    ...indented(1, [head]),
    ...indented(2, [...before, words.chosen({ ...group, amount })]),
    ...indented(3, line.clauses.map(words.clause)),
    ...indented(2, [
      ...(tier === undefined
        ? []
        : [words.tier(tierOfText(writtenTier(tier, amount, currency, words.language), moments))]),
      words.rounded({
        exact: exactText(line.exact, currency, words.language),
        rounding,
        rounded: money(line.rounded),
      }),
      ...(bounded === undefined ? [] : [words.bounded(money(bounded))]),
      ...leftText(words, bounded ?? line.rounded, line.amount),
    ]),
  ];
};

const bonusText = (words: Words, bonus: BonusExplanation, { rounding }: Explanation): readonly string[] => [
  ...indented(1, [words.bonus(bonus.name, bonus.earns)]),
  ...indented(3, bonus.clauses.map(words.clause)),
  ...indented(2, [
    words.rounded({
      exact: exactText(bonus.exact, bonus.rounded.currency, words.language),
      rounding,
      rounded: money(bonus.rounded),
    }),
    ...leftText(words, bonus.rounded, bonus.amount),
  ]),
];

const leftText = (words: Words, before: MoneyJson, after: MoneyJson): readonly string[] =>
  before.minor === after.minor ? [] : [words.left(money(after))];

const limitText = (words: Words, limit: LimitExplanation): string => {
  const { per, before, after, counted } = limit;
  return words.limit({
    per,
    limit: money(limit.limit),
    before: money(before),
    after: money(after),
    isReached: before.minor !== after.minor || isUsedUp(limit),
    counted: counted && countedText(counted, limit.limit.currency),
  });
};

/** Others had all of it, whatever an earlier limit left of this one. */
const isUsedUp = ({ counted }: LimitExplanation): boolean =>
  counted !== undefined && BigInt(counted.used) >= BigInt(counted.limit);

const countedText = ({ of, used, limit, group, period }: CountedLimit, currency: string): LimitOfText['counted'] => {
  const shown = (figure: string): string => (of === 'orders' ? figure : money({ minor: figure, currency }));
  return { of, group, period, used: shown(used), whole: shown(limit) };
};
