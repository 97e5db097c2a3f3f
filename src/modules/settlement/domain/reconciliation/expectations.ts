/** What is expected of the bank, found by what a line says; and what of it is confirmed by now. */
import { grouped } from '../../../../shared/grouped.ts';
import { type Expected, keyOf } from './expected.ts';
import type { BankLine, Line } from './reconciliation.ts';

/** What is shorter is part of too much, and counts only where it is all there is. */
const SHORTEST = 4;
/** What a reference may be. */
const LONGEST = 100;
const LETTERS_AND_DIGITS = /[^\p{L}\p{N}]+/u;

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(LETTERS_AND_DIGITS)
    .filter((word) => word !== '');

const headOf = (name: string): string => name.slice(0, SHORTEST);

const alike = ({ amount, direction }: Pick<BankLine, 'amount' | 'direction'>): string =>
  `${direction} ${amount.toString()}`;

export class Expectations {
  readonly all: readonly Expected[];
  private readonly byName = new Map<string, Expected[]>();
  /** How names begin: most words of most lines begin no name. */
  private readonly heads: ReadonlySet<string>;
  private readonly confirmed: Set<string>;

  constructor(expected: readonly Expected[]) {
    this.all = expected.toSorted(inOrder);
    for (const each of this.all) for (const name of namesOf(each)) this.name(name, each);
    this.heads = new Set([...this.byName.keys()].map(headOf));
    this.confirmed = new Set(this.all.filter(({ isConfirmed }) => isConfirmed).map(keyOf));
  }

  isOpen(expected: Expected): boolean {
    return !this.confirmed.has(keyOf(expected));
  }

  confirm(expected: Expected): void {
    this.confirmed.add(keyOf(expected));
  }

  /** The oldest first. Banks leave out signs, and put blanks and line ends into words: letters and digits count. */
  named({ endToEndId = '', remittance = '' }: BankLine): readonly Expected[] {
    if (this.byName.size === 0) return [];
    const found = new Set([endToEndId, remittance].flatMap((text) => this.within(wordsOf(text))));
    return found.size > 1 ? [...found].toSorted(inOrder) : [...found];
  }

  /** Nobody has confirmed them, by direction and amount. */
  openByAmount(): Map<string, Expected[]> {
    return grouped(
      this.all.filter((each) => this.isOpen(each)),
      alike,
    );
  }

  private within(words: readonly string[]): readonly Expected[] {
    const found = [...(this.byName.get(words.join('')) ?? [])];
    for (const start of words.keys()) {
      let name = '';
      for (let at = start; at < words.length; at += 1) {
        name += words[at] ?? '';
        if (name.length < SHORTEST) continue;
        if (!this.heads.has(headOf(name)) || name.length > LONGEST) break;
        found.push(...(this.byName.get(name) ?? []));
      }
    }
    return found;
  }

  private name(name: string, expected: Expected): void {
    const known = this.byName.get(name);
    if (known === undefined) this.byName.set(name, [expected]);
    else known.push(expected);
  }
}

/** Our id, and the reference that it was told with. */
const namesOf = ({ id, reference }: Expected): readonly string[] =>
  [...new Set([id, reference].map((name) => wordsOf(name).join('')))].filter((name) => name !== '');

export const linesAlike = (lines: readonly Line[]): Map<string, Line[]> => grouped(lines, alike);

const inOrder = (a: Expected, b: Expected): number => {
  if (a.happenedAt !== b.happenedAt) return a.happenedAt < b.happenedAt ? -1 : 1;
  return keyOf(a) < keyOf(b) ? -1 : 1;
};
