/**
 * Whether one condition implies another, where that can be decided: by the same words, by values that are listed, by
 * ranges, by beginnings and ends of texts. `false` means "not known to".
 */
import { epochMs, instant } from '../../../../../shared/instant.ts';
import { compare, decimalOf, type Exact, NOTHING, whole } from '../../engine/exact.ts';
import { typeOf } from '../../engine/fact-readers.ts';
import { type Comparison, type Condition, type Operand, operatorOf } from '../terms.ts';

/** Terms can be written for which it takes long to find out; then nobody knows. */
export interface Patience {
  left: number;
}

export const implies = (a: Condition, b: Condition, patience: Patience): boolean => {
  patience.left -= 1;
  if (patience.left < 0) return false;
  if ('all' in b) return b.all.every((part) => implies(a, part, patience));
  if ('any' in a) return a.any.every((part) => implies(part, b, patience));
  if ('all' in a && a.all.some((part) => implies(part, b, patience))) return true;
  if ('any' in b) return b.any.some((part) => implies(a, part, patience));
  if ('all' in a) return false;
  patience.left -= sizeOf(a) * sizeOf(b);
  return patience.left >= 0 && comparisonImplies(a, b);
};

/** An `all` that asks for what cannot be at once; an `any` of nothing. */
export const neverHolds = (condition: Condition): boolean => {
  if ('any' in condition) return condition.any.every(neverHolds);
  if (!('all' in condition)) return false;
  if (condition.all.some(neverHolds)) return true;
  const comparisons = condition.all.flatMap((part) => ('fact' in part ? [part] : []));
  return comparisons.some((a, index) => comparisons.slice(index + 1).some((b) => contradicts(a, b)));
};

const comparisonImplies = (a: Comparison, b: Comparison): boolean => {
  if (a.fact !== b.fact) return false;
  if (JSON.stringify(valuesOf(a)) === JSON.stringify(valuesOf(b)) && operatorOf(a) === operatorOf(b)) return true;
  if (typeOf(a.fact) === 'texts') return false;
  const [rangeA, rangeB] = [rangeOf(a), rangeOf(b)];
  if (rangeA !== undefined && rangeB !== undefined) return isWithin(rangeA, rangeB);
  return textImplies(a, b);
};

const contradicts = (a: Comparison, b: Comparison): boolean => {
  if (a.fact !== b.fact || typeOf(a.fact) === 'texts') return false;
  if ('exists' in a && 'exists' in b) return a.exists !== b.exists;
  const [rangeA, rangeB] = [rangeOf(a), rangeOf(b)];
  if (rangeA !== undefined && rangeB !== undefined) return areApart(rangeA, rangeB);
  const [textsA, textsB] = [listed(a), listed(b)];
  if (textsA === undefined || textsB === undefined) return false;
  const among = new Set(textsB);
  return !textsA.some((text) => among.has(text));
};

/** How many values it lists. */
const sizeOf = (comparison: Comparison): number =>
  'in' in comparison ? comparison.in.length : 'notIn' in comparison ? comparison.notIn.length : 1;

const valuesOf = (comparison: Comparison): unknown => Object.values(comparison);

// ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The texts that a comparison allows, where it lists them. */
const listed = (comparison: Comparison): readonly string[] | undefined => {
  const values = 'equals' in comparison ? [comparison.equals] : 'in' in comparison ? comparison.in : [];
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length > 0 && texts.length === values.length ? texts : undefined;
};

const textImplies = (a: Comparison, b: Comparison): boolean => {
  const texts = listed(a);
  if (texts !== undefined) return texts.every((text) => textPasses(text, b));
  if ('startsWith' in a) return textPassesBy(a.startsWith, b, ['startsWith', 'contains']);
  if ('endsWith' in a) return textPassesBy(a.endsWith, b, ['endsWith', 'contains']);
  return 'contains' in a && textPassesBy(a.contains, b, ['contains']);
};

const textPassesBy = (text: string, b: Comparison, operators: readonly string[]): boolean =>
  operators.includes(operatorOf(b)) && textPasses(text, b);

const textPasses = (text: string, b: Comparison): boolean => {
  if ('notEquals' in b) return text !== b.notEquals;
  if ('notIn' in b) return !b.notIn.includes(text);
  if ('contains' in b) return text.includes(b.contains);
  if ('notContains' in b) return !text.includes(b.notContains);
  if ('startsWith' in b) return text.startsWith(b.startsWith);
  if ('endsWith' in b) return text.endsWith(b.endsWith);
  return listed(b)?.includes(text) === true;
};

// ── ranges ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface End {
  readonly at: Exact;
  readonly isIn: boolean;
}

/** Without an end it is endless. */
interface Range {
  readonly from?: End | undefined;
  readonly to?: End | undefined;
}

/** Undefined for what is no range. */
const rangeOf = (comparison: Comparison): Range | undefined => {
  if ('equals' in comparison && isOrdered(comparison.fact, comparison.equals))
    return between(comparison.fact, comparison.equals, comparison.equals);
  if ('between' in comparison) return between(comparison.fact, ...comparison.between);
  if ('lessThan' in comparison) return { to: endAt(comparison.fact, comparison.lessThan, false) };
  if ('atMost' in comparison) return { to: endAt(comparison.fact, comparison.atMost, true) };
  if ('moreThan' in comparison) return { from: endAt(comparison.fact, comparison.moreThan, false) };
  if ('atLeast' in comparison) return { from: endAt(comparison.fact, comparison.atLeast, true) };
  return undefined;
};

const isOrdered = (fact: Comparison['fact'], operand: Operand): boolean =>
  ['number', 'money', 'instant'].includes(typeOf(fact)) || typeof operand === 'number';

const between = (fact: Comparison['fact'], from: Operand, to: Operand): Range => ({
  from: endAt(fact, from, true),
  to: endAt(fact, to, true),
});

const endAt = (fact: Comparison['fact'], operand: Operand, isIn: boolean): End => {
  if (typeof operand === 'object') return { at: whole(BigInt(operand.minor)), isIn };
  if (typeOf(fact) === 'instant') return { at: whole(BigInt(epochMs(instant(String(operand))))), isIn };
  return { at: decimalOf(String(operand)) ?? NOTHING, isIn };
};

const isWithin = (inner: Range, outer: Range): boolean =>
  (outer.from === undefined || reaches(outer.from, inner.from, -1)) &&
  (outer.to === undefined || reaches(outer.to, inner.to, 1));

/** Whether the outer end lies as far out as the inner one: before it for a beginning (-1), after it for an end (1). */
const reaches = (outer: End, inner: End | undefined, direction: 1 | -1): boolean => {
  if (inner === undefined) return false;
  const order = compare(outer.at, inner.at) * direction;
  return order > 0 || (order === 0 && (outer.isIn || !inner.isIn));
};

const areApart = (a: Range, b: Range): boolean => endsBefore(a, b) || endsBefore(b, a);

const endsBefore = ({ to }: Range, { from }: Range): boolean => {
  if (to === undefined || from === undefined) return false;
  const order = compare(to.at, from.at);
  return order < 0 || (order === 0 && !(to.isIn && from.isIn));
};
