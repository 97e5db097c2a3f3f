import { expect } from 'chai';
import {
  bigints,
  hexes,
  instants,
  integers,
  smallints,
  texts,
  uuids,
} from '../../../src/infrastructure/postgres/array-parameter.ts';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { toUuid } from '../../../src/shared/ids.ts';
import { instant } from '../../../src/shared/instant.ts';
import { idOf } from '../../support/clock.ts';
import { withDatabase } from '../../support/database.ts';

describe('an array as a parameter in binary', () => {
  const database = withDatabase();

  const read = async (values: Buffer, type: string): Promise<unknown> => {
    const { knex } = database().owner;
    const [row] = await rowsOf<{ read: unknown }>(knex, `select to_json(:values::${type}[]) as read`, { values });
    return row?.read;
  };

  it('is read as the values it was made of', async () => {
    const moments = ['1583-01-01T00:00:00.000Z', '2018-02-28T23:59:59.999Z', '9999-12-31T23:59:59.999Z'].map(instant);
    const ids = [idOf('txn', 1), idOf('txn', 2 ** 40)];

    expect(await read(smallints([-2, 0, 32_767]), 'smallint')).to.deep.equal([-2, 0, 32_767]);
    expect(await read(integers([-2, 2 ** 31 - 1]), 'integer')).to.deep.equal([-2, 2 ** 31 - 1]);
    expect(await read(bigints([-(10n ** 15n), null, 7n]), 'bigint')).to.deep.equal([-(10 ** 15), null, 7]);
    expect(await read(texts(['', 'na\u00efve, "€" {\\}', null]), 'text')).to.deep.equal([
      '',
      'na\u00efve, "€" {\\}',
      null,
    ]);
    expect(await read(hexes(['00ff', '']), 'bytea')).to.deep.equal(['\\x00ff', '\\x']);
    expect(await read(uuids(ids), 'uuid')).to.deep.equal(ids.map(toUuid));
    const texted = (await read(instants(moments), 'timestamptz')) as string[];
    expect(texted.map((text) => new Date(text).toISOString())).to.deep.equal(moments);
  });

  it('is made of texts where the statement says of what, and left as it is where they are no texts of the kind', async () => {
    const { knex } = database().owner;
    const values = {
      ids: [toUuid(idOf('txn', 1)), null],
      texts: ['{"a", \\b}', '', null],
      json: ['{"a": ["\\u00e9 \\"€\\""]}', undefined],
      moments: ['2018-02-28T23:59:59.999Z', '2018-02-28 23:59:59.999+01'],
      numbers: [1, 2],
    };
    const [row] = await rowsOf<Readonly<Record<string, unknown>>>(
      knex,
      `select to_json(:ids::uuid[]) as ids, to_json(:texts::text[]) as texts, to_json(:json::jsonb[]) as json,
         to_json(:moments::timestamptz[]) as moments, to_json(:numbers::text[]) as numbers`,
      values,
    );

    expect(row?.['ids']).to.deep.equal(values.ids);
    expect(row?.['texts']).to.deep.equal(values.texts);
    expect(row?.['json']).to.deep.equal([{ a: ['é "€"'] }, null]);
    expect((row?.['moments'] as string[]).map((text) => new Date(text).toISOString())).to.deep.equal([
      '2018-02-28T23:59:59.999Z',
      '2018-02-28T22:59:59.999Z',
    ]);
    expect(row?.['numbers']).to.deep.equal(['1', '2']);
  });

  it('may be empty', async () => {
    expect(await read(integers([]), 'integer')).to.deep.equal([]);
    expect(await read(texts([]), 'text')).to.deep.equal([]);
  });
});
