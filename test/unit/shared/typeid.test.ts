import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';
import { derivedId, fromUuid, isId, parseId, toUuid } from '../../../src/shared/ids.ts';
import { decodeTypeId, encodeTypeId, writeTypeId } from '../../../src/shared/typeid.ts';
import { idOf } from '../../support/clock.ts';
import { rejects } from '../../support/rejects.ts';

interface Vector {
  readonly name: string;
  readonly typeid: string;
  readonly prefix: string;
  readonly uuid: string;
}

const vectors = (name: string): readonly Vector[] =>
  JSON.parse(readFileSync(join(projectRoot(), 'test/fixtures/typeid', `${name}.json`), 'utf8')) as Vector[];

describe('a TypeID, by the published vectors', () => {
  for (const { name, typeid, prefix, uuid } of vectors('valid')) {
    it(`is read and written: ${name}`, () => {
      expect(decodeTypeId(typeid)).to.deep.equal({ prefix, uuid });
      expect(encodeTypeId(prefix, uuid)).to.equal(typeid);
      const bytes = Buffer.alloc(18);
      writeTypeId(typeid, bytes, 1);
      expect(bytes.toString('hex')).to.equal(`00${uuid.replaceAll('-', '')}00`);
    });
  }
  for (const { name, typeid } of vectors('invalid')) {
    it(`is refused: ${name}`, () => rejects(() => decodeTypeId(typeid), 'id.malformed'));
  }

  it('carries any UUID there and back', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.stringMatching(/^[a-z]([a-z_]{0,10}[a-z])?$/), (uuid, prefix) => {
        expect(decodeTypeId(encodeTypeId(prefix, uuid))).to.deep.equal({ prefix, uuid });
      }),
    );
  });

  it('is not written from what is no UUID or no prefix', async () => {
    await rejects(() => encodeTypeId('com', 'not-a-uuid'), 'id.malformed');
    await rejects(() => encodeTypeId('Com', '00000000-0000-0000-0000-000000000000'), 'id.malformed');
  });
});

describe('an id', () => {
  const order = idOf('ord', 7);

  it('is of its own kind and of no other', async () => {
    expect(isId('ord', order)).to.equal(true);
    expect(isId('com', order)).to.equal(false);
    expect(isId('or', `or_x_${order.slice(4)}`)).to.equal(false);
    expect([undefined, null, 7, '', 'ord_', `${order}0`].some((value) => isId('ord', value))).to.equal(false);
    await rejects(() => parseId('com', order), 'id.malformed');
    expect(parseId('ord', order)).to.equal(order);
  });

  it('is stored as a native uuid and comes back the same', () => {
    expect(fromUuid('ord', toUuid(order))).to.equal(order);
  });

  it('sorts as its uuid does', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (left, right) => {
        expect(fromUuid('ord', left) < fromUuid('ord', right)).to.equal(left < right);
      }),
    );
  });
});

describe('an id derived from parts', () => {
  it('is the same for the same parts, for ever', () => {
    expect(derivedId('trn', 'accrue', 'com_1')).to.equal(derivedId('trn', 'accrue', 'com_1'));
    // Frozen: an effect of last year must be found again.
    expect(derivedId('trn', 'accrue', 'com_1')).to.equal('trn_60v7pvn6gwgbev3kkts56cwkh9');
  });

  it('differs when a part, the kind, or only the border between parts differs', () => {
    const ids = [
      derivedId('trn', 'ab', 'c'),
      derivedId('trn', 'a', 'bc'),
      derivedId('trn', 'abc'),
      derivedId('trx', 'abc'),
      derivedId('trn', 'abc', ''),
    ];
    expect(new Set(ids.map(toUuid)).size).to.equal(ids.length);
  });

  it('is a UUID of version 8 and the RFC 9562 variant', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (parts) => {
        expect(toUuid(derivedId('trn', ...parts))).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
      }),
    );
  });
});
