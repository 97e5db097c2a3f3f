import { expect } from 'chai';
import { typesIn } from '../../../../src/modules/pipeline/adapters/http/types-at-a-glance.ts';

const seen = (text: string): readonly string[] => [...typesIn(Buffer.from(text))];

describe('the types of a body, at a glance', () => {
  it('are what it calls so, in JSON and in lines of it, with or without space', () => {
    expect(seen(JSON.stringify({ events: [{ type: 'acme.a' }, { type: 'acme.b', data: {} }] }))).to.deep.equal([
      'acme.a',
      'acme.b',
    ]);
    expect(seen('{"type":\n\t"acme.a"}\r\n{"type":"acme.b"}')).to.deep.equal(['acme.a', 'acme.b']);
  });

  it('are none that anybody knows where they are no plain texts, or are inside of something', () => {
    expect(seen('{"type":7}{"type":"a\\"b"}{"type":"cut')).to.deep.equal(['', 'a\\', '']);
    expect(seen('{"type')).to.deep.equal([]);
    expect(seen('{"type":')).to.deep.equal(['']);
    expect(seen('{"t\\u0079pe":"acme.a"}{"type" :"acme.b"}')).to.deep.equal([]);
    expect(seen('{"type":"acme.a","data":{"type":"inner"}}')).to.deep.equal(['acme.a', 'inner']);
  });

  it('are looked for no further than to the first that a batch has no place for', () => {
    expect(seen('{"type":"a"}'.repeat(1_000)).length).to.equal(1_000);
    expect(seen('{"type":"a"}'.repeat(5_000)).length).to.equal(1_001);
  });
});
