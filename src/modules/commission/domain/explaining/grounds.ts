import { digestOfText } from '../../../../shared/digest.ts';
import type { Explanation, FactMet, LineExplanation } from './explanation.ts';

/**
 * What an explanation rests on, in short: the terms, the order as it is by now, whose it is. Not what others bring to its
 * periods: that changes with every order, and is said as of when it was looked at.
 */
export const groundsOf = ({ terms, override, exchange, facts, lines, bonuses, split }: Explanation): string =>
  digestOfText(
    JSON.stringify([
      terms.termsId,
      override,
      exchange?.rate,
      told(facts),
      lines.map(groundsOfLine),
      bonuses?.map(({ name }) => name),
      split?.shares,
      split?.own,
    ]),
  ).slice(0, 32);

const groundsOfLine = ({
  lineRef,
  base,
  quantityKept,
  unitPrice,
  facts,
  group,
}: LineExplanation): readonly unknown[] => [
  lineRef,
  base.minor,
  quantityKept,
  unitPrice.minor,
  told(facts),
  group?.rank,
];

/** What is read back from a database has its members in another order. */
const told = (facts: readonly FactMet[] = []): readonly unknown[] => facts.map(({ fact, value }) => [fact, value]);
