import { Money } from '../../../shared/money.ts';
import type { Explanation, LineExplanation } from './explanation.ts';
import type { Amount } from './terms.ts';

const money = (json: { readonly minor: string; readonly currency: string }): string => Money.fromJson(json).toString();

const earns = (amount: Amount): string => {
  if ('percent' in amount) return `${amount.percent} %`;
  if ('flat' in amount) return money(amount.flat);
  if ('perUnit' in amount) return `${money(amount.perUnit)} a unit`;
  return `by steps of ${amount.tiers.by}`;
};

/** The explanation in sentences, for people. */
export const explanationText = (explanation: Explanation): string => {
  const { orderRef, terms, lines, limits, total, vesting, returnWindowDays } = explanation;
  const steps = vesting.map(({ milestone, percent }) => `${percent} % when ${milestone}`).join(', ');
  return [
    `Order ${orderRef}, by terms version ${terms.version} (${terms.hash.slice(0, 12)}…):`,
    ...lines.flatMap((line) => lineText(line, explanation.rounding)),
    ...limits.map((limit) =>
      limit.before.minor === limit.after.minor
        ? `  limit per ${limit.per} of ${money(limit.limit)}: not reached`
        : `  limit per ${limit.per} of ${money(limit.limit)}: ${money(limit.before)} is cut to ${money(limit.after)}, spread over the lines by largest remainder`,
    ),
    `  in all ${money(total)}; vests ${steps}; locks ${returnWindowDays} days later`,
    '',
  ].join('\n');
};

const lineText = (line: LineExplanation, rounding: string): readonly string[] => {
  const head = `  line ${line.lineRef}: ${line.quantityKept} × ${money(line.unitPrice)} = ${money(line.base)}`;
  if (line.group === null) return [head, '    no group applies: nothing is earned'];
  return [
    head,
    ...line.passedOver.map(({ name, rank, failedOn }) => `    not "${name}" (rank ${rank}): ${failedOn} does not hold`),
    `    "${line.group.name}" (rank ${line.group.rank}) earns ${earns(line.group.amount)}`,
    ...line.clauses.map(
      ({ says, met, holds }) => `      ${holds ? 'yes' : 'no '}: ${says}${met === null ? '' : ` (it is "${met}")`}`,
    ),
    `    exactly ${line.exact} minor units, rounded ${rounding} to ${money(line.rounded)}${line.amount.minor === line.rounded.minor ? '' : `, after limits ${money(line.amount)}`}`,
  ];
};
