/**
 * Reads terms somebody wrote. Everything wrong is found at once, each with its place; what cannot be read is never
 * given a meaning. Later code may rely on every word of what comes out.
 */
import type { Fault } from '../../../../shared/errors.ts';
import { Faults } from './reading/form.ts';
import { checkRules } from './reading/rules.ts';
import { termsForm } from './reading/terms-form.ts';
import type { Terms } from './terms.ts';

export const readTerms = (input: unknown): { readonly terms: Terms } | { readonly faults: readonly Fault[] } => {
  const faults = new Faults();
  termsForm.read(input, '', faults);
  checkRules(input, faults);
  return faults.found.length > 0 ? { faults: faults.found } : { terms: input as Terms };
};
