/**
 * The same rules in json-rules-engine, line by line, by priority, stopping at the first that applies; percentages in
 * floats, no limits, and no explanation: all in its favour.
 */
import { Engine, type Event } from 'json-rules-engine';
import type { Facts } from '../../src/modules/commission/domain/engine/facts.ts';
import type { Comparison, Group } from '../../src/modules/commission/domain/terms/terms.ts';
import { terms } from './rules.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  equals: 'equal',
  notEquals: 'notEqual',
  in: 'in',
  atMost: 'lessThanInclusive',
  moreThan: 'greaterThan',
};

const conditionOf = ({ fact, ...comparison }: Comparison) => {
  const [operator = '', operand] = Object.entries(comparison)[0] ?? [];
  const isMoney = typeof operand === 'object' && operand !== null && 'minor' in operand;
  const value: unknown = isMoney ? Number((operand as { readonly minor: string }).minor) : operand;
  return { fact, operator: OPERATORS[operator] ?? operator, value };
};

const engineOf = (groups: readonly Group[]): Engine => {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const { name, rank, when, amount } of groups) {
    if (!('all' in when) || !('percent' in amount)) throw new Error('the rules of the benchmark are plain');
    engine.addRule({
      name,
      priority: groups.length + 1 - rank,
      conditions: { all: when.all.map((part) => conditionOf(part as Comparison)) },
      event: { type: 'earns', params: { percent: Number(amount.percent) } },
    });
  }
  return engine.on('success', () => void engine.stop());
};

const engine = engineOf(terms.groups);

const percentOf = (events: readonly Event[]): number => Number(events[0]?.params?.['percent'] ?? 0);

/** In minor units, as it comes. */
export const byPeer = async ({ order, credit }: Facts): Promise<number> => {
  let total = 0;
  for (const { category, quantity, unitPrice } of order.lines) {
    const price = Number(unitPrice.minor);
    const { events } = await engine.run({
      'customer.country': order.customer?.country,
      'touch.kind': credit.touch.kind,
      'line.quantity': quantity,
      'line.unitPrice': price,
      'line.category': category,
    });
    total += Math.round((price * quantity * percentOf(events)) / 100);
  }
  return total;
};
