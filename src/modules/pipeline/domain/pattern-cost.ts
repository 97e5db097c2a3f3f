/**
 * What a pattern may cost. A regular expression that repeats what already repeats can take longer than the universe to
 * say no; so a pattern of somebody else's is accepted only when a bound of its steps is small. The bound is rough and on
 * the safe side: it multiplies how often each part may repeat, and among how many branches each choice is.
 */

/** Characters a pattern ever sees; longer texts are refused by the `maxLength` that must stand beside it. */
export const PATTERN_TEXT = 200;
const MAX_PATTERN = 200;
const MAX_STEPS = 100_000;

const CLASS = /\[(?:\\.|[^\]\\])*\]/gs;
const ESCAPE = /\\[^]/g;
const REFERENCE = /\\(?:[1-9]|k<)/;
const LOOK_AROUND = /\(\?(?:[=!]|<[=!])/;
const QUANTIFIER = /[*+?]|\{(\d+)(,)?(\d*)\}/g;

/** Why it is not accepted; undefined when it is. */
export const whyCostly = (pattern: string): string | undefined => {
  if (pattern.length > MAX_PATTERN) return `has more than ${MAX_PATTERN} characters`;
  if (REFERENCE.test(pattern.replace(/\\\\/g, '')) || LOOK_AROUND.test(pattern)) return 'refers back, or looks around';
  const bare = withoutLiterals(pattern);
  const groups = groupsIn(bare);
  if (groups.some((group) => varies(group) && group.quantifier !== ''))
    return 'repeats a group that repeats or chooses within; write it flat, or as a class';
  return steps(bare, groups) > MAX_STEPS
    ? 'repeats or chooses too often in too many places; bound it, like {1,20}'
    : undefined;
};

/** Classes, escapes and letters are one character each, and of no interest here. */
const withoutLiterals = (pattern: string): string =>
  pattern
    .replace(ESCAPE, 'a')
    .replace(CLASS, 'a')
    .replace(/\(\?(?::|<\w+>)/g, '(')
    .replace(/([*+?}])\?/g, '$1')
    .replaceAll(VARYING, 'a');

interface Group {
  readonly inside: string;
  readonly quantifier: string;
}

const GROUP = /\(([^()]*)\)([*+?]|\{\d+,?\d*\})?/;
/** Stands for a group that repeats or chooses within. */
const VARYING = 'V';

/** Innermost groups first, and the whole last: within each, one of its own is a character. */
const groupsIn = (bare: string): readonly Group[] => {
  const groups: Group[] = [];
  let rest = bare;
  for (let found = GROUP.exec(rest); found !== null; found = GROUP.exec(rest)) {
    const [whole, inside = '', quantifier = ''] = found;
    const group = { inside, quantifier };
    groups.push(group);
    rest = rest.replace(whole, varies(group) ? VARYING : `a${quantifier}`);
  }
  return [...groups, { inside: rest, quantifier: '' }];
};

const varies = ({ inside }: Group): boolean =>
  inside.includes('|') || inside.includes(VARYING) || new RegExp(QUANTIFIER).test(inside);

const branches = ({ inside }: Group): number => inside.split('|').length;

const steps = (bare: string, groups: readonly Group[]): number => {
  const spans = [...bare.matchAll(QUANTIFIER)].map(([sign, least, comma, most]) => {
    if (sign === '?') return 2;
    if (sign === '*' || sign === '+') return PATTERN_TEXT;
    if (comma === undefined) return 1;
    return most === '' ? PATTERN_TEXT : Number(most) - Number(least) + 1;
  });
  const whole = groups.at(-1);
  // Of several branches, `^` holds the first one alone.
  const starts = bare.startsWith('^') && whole !== undefined && branches(whole) === 1 ? 1 : PATTERN_TEXT;
  return [...spans, ...groups.map(branches)].reduce((product, factor) => product * factor, starts);
};
