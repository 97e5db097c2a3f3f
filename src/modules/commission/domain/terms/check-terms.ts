/** What the reader and the linter say of terms: shown on every draft, judged at every publication. */
import type { Fault } from '../../../../shared/errors.ts';
import { lintTerms } from './lint-terms.ts';
import { readTerms } from './read-terms.ts';
import type { Terms } from './terms.ts';

export interface Findings {
  /** Undefined where they cannot be read. */
  readonly terms?: Terms | undefined;
  /** With these nothing is published. */
  readonly errors: readonly Fault[];
  /** With these somebody has to say that they are meant. */
  readonly warnings: readonly Fault[];
}

/** A warning that somebody has seen and means. */
export type Acknowledged = Pick<Fault, 'pointer' | 'code'>;

/** `currency`: of the program that they are for, where that is known. */
export const checkTerms = (input: unknown, currency?: string): Findings => {
  const reading = readTerms(input);
  if ('faults' in reading) return { errors: reading.faults, warnings: [] };
  const { terms } = reading;
  const isOther = currency !== undefined && terms.currency !== currency;
  return { terms, errors: isOther ? [otherCurrency(currency)] : [], warnings: lintTerms(terms) };
};

const otherCurrency = (currency: string): Fault => ({
  pointer: '/currency',
  code: 'commission.terms_other_currency',
  detail: `must be ${currency}, as the program: its books know no other; convert orders in other currencies by exchange`,
});

/** Terms are sent, kept and shown as `terms` of a document: its reader looks there for what they are said to be. */
export const inDocument = (faults: readonly Fault[]): readonly Fault[] =>
  faults.map((fault) => ({ ...fault, pointer: `/terms${fault.pointer}` }));

export const notAcknowledged = (warnings: readonly Fault[], seen: readonly Acknowledged[]): readonly Fault[] => {
  const known = new Set(seen.map(nameOf));
  return warnings.filter((warning) => !known.has(nameOf(warning)));
};

/** A pointer may begin at the terms, or at the document that holds them. */
const nameOf = ({ pointer, code }: Acknowledged): string => `${code} ${withinTerms(pointer)}`;

export const withinTerms = (pointer: string): string => pointer.replace(/^\/terms(?=\/|$)/, '');
