/** Each way of breaking a caller is told, and what breaks nobody is not. */
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingChanges } from '../../../tools/redocly.ts';
import { temporaryFolder } from '../../support/folder.ts';

type Json = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const words = (...known: readonly string[]): Json => ({ ...text, enum: known });
const object = (required: readonly string[], properties: Json): Json => ({ type: 'object', required, properties });
const query = (name: string, required: boolean, schema: Json = text): Json => ({ name, in: 'query', required, schema });

interface Operation {
  readonly parameters?: readonly Json[];
  readonly takes?: Json;
  readonly answers?: Json;
  readonly problems?: readonly string[];
  readonly scope?: string;
}
/** Before and after; without one of them the operation is not there. */
type Change = readonly [Operation | undefined, Operation | undefined];

const taken = (before: Json, after: Json): Change => [{ takes: before }, { takes: after }];
const answered = (before: Json, after: Json): Change => [{ answers: before }, { answers: after }];
const asked = (before: readonly Json[], after: readonly Json[]): Change => [
  { parameters: before },
  { parameters: after },
];

const BREAKING: Readonly<Record<string, Change>> = {
  'an operation is gone': [{}, undefined],
  'an answer is gone': [{ problems: ['404'] }, {}],
  'another scope is asked for': [{ scope: 'links:read' }, { scope: 'links:write' }],
  'a field of an answer is gone': answered(object(['a', 'b'], { a: text, b: text }), object(['a'], { a: text })),
  'a field of an answer may be missing now': answered(object(['a'], { a: text }), object([], { a: text })),
  'a field of an answer has another type': answered(object([], { a: text }), object([], { a: { type: 'integer' } })),
  'a field of an answer may be null now': answered(
    object([], { a: text }),
    object([], { a: { type: ['string', 'null'] } }),
  ),
  'a field of an answer says a new word': answered(object([], { a: words('x') }), object([], { a: words('x', 'y') })),
  'a field of a request is gone': taken(object([], { a: text, b: text }), object([], { a: text })),
  'a field of a request must be there now': taken(object([], { a: text }), object(['a'], { a: text })),
  'a field of a request is new, and must be there': taken(object([], { a: text }), object(['b'], { a: text, b: text })),
  'a field of a request has another type': taken(object([], { a: text }), object([], { a: { type: 'integer' } })),
  'a field of a request takes fewer words': taken(object([], { a: words('x', 'y') }), object([], { a: words('x') })),
  'a field of a request takes certain words only': taken(object([], { a: text }), object([], { a: words('x') })),
  'a field of a request takes shorter texts only': taken(
    object([], { a: { ...text, maxLength: 20 } }),
    object([], { a: { ...text, maxLength: 10 } }),
  ),
  'a parameter is gone': asked([query('a', false)], []),
  'a parameter must be there now': asked([query('a', false)], [query('a', true)]),
  'a parameter is new, and must be there': asked([], [query('a', true)]),
  'a parameter takes fewer words': asked([query('a', false, words('x', 'y'))], [query('a', false, words('x'))]),
};

const HARMLESS: Readonly<Record<string, Change>> = {
  'nothing has changed': taken(object(['a'], { a: text }), object(['a'], { a: text })),
  'an operation is new': [undefined, {}],
  'an answer is new': [{}, { problems: ['409'] }],
  'a field of an answer is new': answered(object([], { a: text }), object([], { a: text, b: text })),
  'a field of an answer is always there now': answered(object([], { a: text }), object(['a'], { a: text })),
  'a field of a request is new': taken(object([], { a: text }), object([], { a: text, b: text })),
  'a field of a request may be missing now': taken(object(['a'], { a: text }), object([], { a: text })),
  'a field of a request takes more words': taken(object([], { a: words('x') }), object([], { a: words('x', 'y') })),
  'a parameter is new': asked([], [query('a', false)]),
};

const changes = Object.entries({ ...BREAKING, ...HARMLESS });
const slug = (name: string): string => name.replace(/[^a-z]+/g, '-');

/** All the changes in one document, an operation each, so that the tool is started once. */
const documentOf = (side: 0 | 1): Json => {
  const schemas: Record<string, Json> = {};
  /** Schemas are components that are referred to, as they are in ours. */
  const content = (name: string, schema: Json): Json => {
    schemas[name] = schema;
    return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
  };
  const describe = (
    name: string,
    { parameters = [], takes, answers, problems = [], scope = 'links:read' }: Operation,
  ) => ({
    operationId: slug(name),
    security: [{ oauth2: [scope] }],
    parameters,
    ...(takes && { requestBody: { required: true, content: content(`takes-${slug(name)}`, takes) } }),
    responses: {
      200: { description: 'Done', ...(answers && { content: content(`answers-${slug(name)}`, answers) }) },
      ...Object.fromEntries(problems.map((status) => [status, { description: 'Refused' }])),
    },
  });
  const constant = { get: { security: [], responses: { 200: { description: 'Always here' } } } };
  const paths = changes.map(([name, { [side]: operation }]) => [
    `/v1/${slug(name)}`,
    { ...constant, ...(operation && { post: describe(name, operation) }) },
  ]);
  const flows = { clientCredentials: { tokenUrl: '/token', scopes: { 'links:read': 'See', 'links:write': 'Make' } } };
  return {
    openapi: '3.1.0',
    info: { title: 'Changes', version: '1.0.0' },
    paths: { ...Object.fromEntries(paths), ...(side === 0 && { '/v1/gone-for-good': constant }) },
    components: { schemas, securitySchemes: { oauth2: { type: 'oauth2', flows } } },
  };
};

describe('the document of the API beside the released one', () => {
  let found: readonly string[];

  before(() => {
    const folder = temporaryFolder();
    try {
      const [released, current] = ([0, 1] as const).map((side) => {
        const file = join(folder.path, `${side}.json`);
        writeFileSync(file, JSON.stringify(documentOf(side)));
        return file;
      });
      found = breakingChanges(released!, current!);
    } finally {
      folder.remove();
    }
  });

  const foundAt = (name: string) =>
    found.filter((line) => line.startsWith(`/v1/${slug(name)} `) || line.startsWith(`/v1/${slug(name)}:`));

  it('breaks somebody when a path is gone', () => {
    expect(foundAt('gone-for-good')).to.have.length(1);
  });

  for (const name of Object.keys(BREAKING)) {
    it(`breaks somebody when ${name}`, () => {
      expect(foundAt(name)).to.not.be.empty;
    });
  }

  for (const name of Object.keys(HARMLESS)) {
    it(`breaks nobody when ${name}`, () => {
      expect(foundAt(name)).to.deep.equal([]);
    });
  }
});
