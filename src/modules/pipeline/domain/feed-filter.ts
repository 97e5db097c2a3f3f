/** What somebody who watches wants to see. */
import type { Fault } from '../../../shared/errors.ts';
import { refusal } from '../../../shared/parse.ts';
import type { FeedEvent } from './feed-event.ts';

export type FeedFilter = (event: FeedEvent) => boolean;

export interface FeedChoice {
  /** Names with commas between them; a `*` in a name stands for anything: `order.*`. All, unless told. */
  readonly types?: string | undefined;
  /** Then what belongs to no program is not shown either. */
  readonly programId?: string | undefined;
}

const MAX_NAMES = 50;
const NAME = /^[a-z0-9_.-]*\*?[a-z0-9_.-]*$/;

/** `isKnown`: whether anything is ever called so; a name without a star that nothing has would wait for ever. Throws `input.invalid`. */
export const feedFilter = ({ types, programId }: FeedChoice, isKnown: (type: string) => boolean): FeedFilter => {
  const names = (types ?? '*').split(',').map((name) => name.trim());
  if (names.length > MAX_NAMES || !names.every((name) => name !== '' && NAME.test(name))) throw refusal([notNames]);
  const unknown = names.filter((name) => !name.includes('*') && !isKnown(name));
  if (unknown.length > 0) throw refusal([nothingCalled(unknown)]);
  const matches = names.map(matcher);
  return (event) =>
    (programId === undefined || event.programId === programId) && matches.some((isIt) => isIt(event.type));
};

const notNames: Fault = {
  pointer: '/query/types',
  code: 'input.invalid',
  detail: `must be at most ${MAX_NAMES} names like order.placed,commission.*, with one * in each at most`,
};

const nothingCalled = (names: readonly string[]): Fault => ({
  pointer: '/query/types',
  code: 'input.invalid',
  detail: `nothing is called ${names.slice(0, 10).join(', ')}; try a star, like order.*`,
});

const matcher = (name: string): ((type: string) => boolean) => {
  const [head = '', tail] = name.split('*');
  if (tail === undefined) return (type) => type === name;
  return (type) => type.length >= head.length + tail.length && type.startsWith(head) && type.endsWith(tail);
};
