/**
 * What a pattern may cost. A regular expression that repeats what already repeats can take longer than the universe to
 * say no; so a pattern of somebody else's is accepted only when a bound of its steps is small. The bound is rough and on
 * the safe side: it multiplies how often each part may repeat.
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
  if (repeatsWhatVaries(bare)) return 'repeats a group that repeats or chooses within; write it flat, or as a class';
  return steps(bare) > MAX_STEPS ? 'repeats too often in too many places; bound it, like {1,20}' : undefined;
};

/** Classes and escapes are one character each, and of no interest here. */
const withoutLiterals = (pattern: string): string =>
  pattern
    .replace(ESCAPE, 'a')
    .replace(CLASS, 'a')
    .replace(/\(\?(?::|<\w+>)/g, '(')
    .replace(/([*+?}])\?/g, '$1');

/** Innermost groups first: each becomes one character, marked when it must not be repeated. */
const repeatsWhatVaries = (bare: string): boolean => {
  let rest = bare;
  for (let group = GROUP.exec(rest); group !== null; group = GROUP.exec(rest)) {
    const [whole, inside = '', quantifier = ''] = group;
    const varies = inside.includes('|') || inside.includes('V') || new RegExp(QUANTIFIER).test(inside);
    if (varies && quantifier !== '') return true;
    rest = rest.replace(whole, varies ? 'V' : `a${quantifier}`);
  }
  return false;
};

const GROUP = /\(([^()]*)\)([*+?]|\{\d+,?\d*\})?/;

const steps = (bare: string): number => {
  const spans = [...bare.matchAll(QUANTIFIER)].map(([sign, least, comma, most]) => {
    if (sign === '?') return 2;
    if (sign === '*' || sign === '+') return PATTERN_TEXT;
    if (comma === undefined) return 1;
    return most === '' ? PATTERN_TEXT : Number(most) - Number(least) + 1;
  });
  return spans.reduce((product, span) => product * span, bare.startsWith('^') ? 1 : PATTERN_TEXT);
};
