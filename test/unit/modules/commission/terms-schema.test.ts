import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import { schemaRoute } from '../../../../src/modules/commission/adapters/http/schema-route.ts';
import { readTerms } from '../../../../src/modules/commission/domain/terms/read-terms.ts';
import { termsSchema } from '../../../../src/modules/commission/domain/terms/reading/terms-form.ts';
import { arbitraryTerms } from '../../../support/arbitrary-terms.ts';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const passes = ajv.compile(termsSchema);

/** What is wrong with a word by itself; a schema does not compare one word with another, nor count how deep it is. */
const isOfForm = (code: string): boolean => /_(unreadable|unknown_word)$/.test(code);
const readerPasses = (terms: unknown): boolean => {
  const reading = readTerms(terms);
  return !('faults' in reading) || !reading.faults.some(({ code }) => isOfForm(code));
};

/** Every place in a value, as a path. */
const placesIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]))]
    : [path];

const changedAt = (value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown => {
  if (name === undefined) return to;
  const entries = Object.entries(value as object).flatMap(([each, member]: [string, unknown]) => {
    const changed = each === name ? changedAt(member, rest, to) : member;
    return changed === undefined ? [] : [[each, changed] as const];
  });
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
};

const strange = fc.constantFrom<unknown>(
  undefined,
  null,
  7,
  -1,
  0.5,
  '',
  '5',
  '100.5',
  '24:00',
  'day',
  true,
  [],
  {},
  ['a'],
  [1, 2],
  { minor: '1', currency: 'EUR' },
  { minor: '1', currency: 'EUR', more: 1 },
  { fact: 'line.sku' },
  { fact: 'line.sku', equals: 'x' },
  { fact: 'line.quantity', equals: 'x' },
  { all: [], any: [] },
  { percent: '5' },
);

describe('the published schema of terms', () => {
  it('takes what the reader takes', () => {
    fc.assert(
      fc.property(arbitraryTerms(), (terms) => {
        const travelled: unknown = JSON.parse(JSON.stringify(terms));

        expect(readTerms(travelled)).to.have.property('terms');
        expect(passes(travelled), JSON.stringify(passes.errors)).to.equal(true);
      }),
    );
  });

  it('refuses an override that is for nobody, as the reader does', () => {
    const [terms] = fc.sample(arbitraryTerms(['EUR']), 1);
    const nobodys = { ...terms, overrides: [{ name: 'own', limits: [] }] };

    expect([passes(nobodys), readerPasses(nobodys)]).to.deep.equal([false, false]);
  });

  it('is what the route answers', async () => {
    const answer = await schemaRoute.handle({} as Parameters<typeof schemaRoute.handle>[0]);

    const { body, headers } = schemaRoute.respond?.(answer) ?? {};
    expect(JSON.parse(String(body))).to.deep.equal(JSON.parse(JSON.stringify(termsSchema)));
    expect(headers).to.include({ 'Content-Type': 'application/schema+json' });
  });

  it('refuses what the reader refuses for the form of a word, whatever was changed', () => {
    fc.assert(
      fc.property(arbitraryTerms(['EUR']), fc.nat(), strange, (terms, place, to) => {
        const whole: unknown = JSON.parse(JSON.stringify(terms));
        const places = placesIn(whole);
        const changed = changedAt(whole, places[place % places.length] ?? [], to);

        expect(passes(changed), JSON.stringify(changed)).to.equal(readerPasses(changed));
      }),
      { numRuns: 300 },
    );
  });
});
