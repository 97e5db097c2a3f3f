/** Whom terms name though the program has nobody of that name: a slip of the pen, or somebody who is still to come. */
import type { Fault } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Condition, Override, Terms } from './terms.ts';

export interface Known {
  /** Who takes part in the program, or did. */
  readonly partners: ReadonlySet<Id<'par'>>;
  /** Those that anybody is in. */
  readonly groups: ReadonlySet<string>;
}

interface Named<Name> {
  readonly pointer: string;
  readonly name: Name;
}

export const partnersNamed = (terms: Terms): readonly Id<'par'>[] => [
  ...new Set(partnersIn(terms).map(({ name }) => name)),
];

export const namesGroups = (terms: Terms): boolean => groupsIn(terms).length > 0;

export const lintNames = (terms: Terms, known: Known): readonly Fault[] => [
  ...partnersIn(terms).flatMap(({ pointer, name }) => (known.partners.has(name) ? [] : [stranger(pointer, name)])),
  ...groupsIn(terms).flatMap(({ pointer, name }) => (known.groups.has(name) ? [] : [emptyGroup(pointer, name)])),
];

const partnersIn = ({ overrides = [] }: Terms): readonly Named<Id<'par'>>[] =>
  overrides.flatMap(({ partners = [] }, index) => namedAt(partners, `/overrides/${index}/partners`));

const groupsIn = ({ overrides = [], ...terms }: Terms): readonly Named<string>[] => [
  ...asked(terms, ''),
  ...overrides.flatMap((override, index) => [
    ...namedAt(override.partnerGroups ?? [], `/overrides/${index}/partnerGroups`),
    ...asked(override, `/overrides/${index}`),
  ]),
];

const namedAt = <Name>(names: readonly Name[], at: string): readonly Named<Name>[] =>
  names.map((name, place) => ({ pointer: `${at}/${place}`, name }));

/** Of payout groups and bonuses, the partner groups that their conditions ask for. */
const asked = (words: Pick<Override, 'groups' | 'bonuses'>, at: string): readonly Named<string>[] =>
  (['groups', 'bonuses'] as const).flatMap((word) =>
    (words[word] ?? []).flatMap(({ when }, index) => askedIn(when, `${at}/${word}/${index}/when`)),
  );

const askedIn = (condition: Condition, at: string): readonly Named<string>[] => {
  if ('all' in condition) return condition.all.flatMap((part, index) => askedIn(part, `${at}/all/${index}`));
  if ('any' in condition) return condition.any.flatMap((part, index) => askedIn(part, `${at}/any/${index}`));
  if (condition.fact !== 'partner.groups') return [];
  const named = [
    ...('in' in condition ? namedAt(condition.in, `${at}/in`) : []),
    ...('equals' in condition ? [{ pointer: `${at}/equals`, name: condition.equals }] : []),
    ...('contains' in condition ? [{ pointer: `${at}/contains`, name: condition.contains }] : []),
  ];
  return named.flatMap(({ pointer, name }) => (typeof name === 'string' ? [{ pointer, name }] : []));
};

const stranger = (pointer: string, partnerId: Id<'par'>): Fault => ({
  pointer,
  code: 'commission.terms_unknown_partner',
  detail: `no partner ${partnerId} is enrolled in the program: the override counts for nobody by that id`,
});

const emptyGroup = (pointer: string, name: string): Fault => ({
  pointer,
  code: 'commission.terms_empty_group',
  detail: `no partner of the program is in "${name}": as things are, this counts for nobody`,
});
