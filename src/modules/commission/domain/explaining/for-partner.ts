/** What one partner may read of terms and explanations: its own deal, and of the others only that they are there. */
import type { Id } from '../../../../shared/ids.ts';
import type { Explanation } from './explanation.ts';
import { isSaying, mapped, type Members } from './mapped.ts';
import type { Override, Terms } from '../terms/terms.ts';

/** In place of whatever says who another partner is. */
export const ANOTHER_PARTNER = 'another partner';

export const forPartner = (explanation: Explanation, viewer: Id<'par'>): Explanation => {
  const { split } = explanation;
  const own = split && { ...split, shares: split.shares.slice(split.own, split.own + 1), own: 0 };
  return mapped({ ...explanation, split: own }, (text, name) =>
    veiled(isSaying(name) ? sayingFor(text, viewer) : text, viewer),
  );
};

/** Of overrides, those that name the partner or a group it is in, without whom else they name. */
export const termsForPartner = (terms: Terms, viewer: Id<'par'>, groups: readonly string[]): Terms => {
  const { overrides = [], ...others } = terms;
  const own = overrides.flatMap((override) => overrideFor(override, viewer, groups));
  return mapped(
    { ...others, ...(own.length > 0 && { overrides: own }) },
    (text) => veiled(text, viewer),
    (members) => comparisonFor(members, viewer),
  );
};

const overrideFor = (
  { partners, partnerGroups, ...words }: Override,
  viewer: Id<'par'>,
  groups: readonly string[],
): readonly Override[] => {
  const isNamed = partners?.includes(viewer) === true;
  const shared = partnerGroups?.filter((group) => groups.includes(group)) ?? [];
  if (!isNamed && shared.length === 0) return [];
  return [{ ...words, ...(isNamed && { partners: [viewer] }), ...(shared.length > 0 && { partnerGroups: shared }) }];
};

/** A clause may have only a piece of an id, or a list of them: of all that is not the viewer's, nothing is left. */
const sayingFor = (says: string, viewer: Id<'par'>): string => {
  const start = says.indexOf('"');
  const own = `"${viewer}"`;
  if (!says.startsWith('partner.id ') || start === -1 || says.slice(start) === own) return says;
  const kept = says.includes(own, start) ? [own] : [];
  return says.slice(0, start) + [...kept, `"${ANOTHER_PARTNER}"`].join(', ');
};

/** The same of a condition as it is written; anything else is as it was. */
const comparisonFor = (members: Members, viewer: Id<'par'>): Members =>
  members['fact'] === 'partner.id'
    ? Object.fromEntries(Object.entries(members).map(([word, operand]) => [word, operandFor(word, operand, viewer)]))
    : members;

const operandFor = (word: string, operand: unknown, viewer: Id<'par'>): unknown => {
  if (word === 'fact' || word === 'exists' || operand === viewer) return operand;
  if (!Array.isArray(operand)) return ANOTHER_PARTNER;
  const isOthers = operand.some((each) => each !== viewer);
  return [...(operand.includes(viewer) ? [viewer] : []), ...(isOthers ? [ANOTHER_PARTNER] : [])];
};

const PARTNER_ID = /par_[0-7][0-9a-hjkmnp-tv-z]{25}/gi;

/** Without any id of another partner. */
const veiled = (text: string, viewer: Id<'par'>): string =>
  text.replace(PARTNER_ID, (found) => (found === viewer ? found : ANOTHER_PARTNER));
