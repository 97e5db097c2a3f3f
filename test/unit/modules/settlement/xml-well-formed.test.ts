import { expect } from 'chai';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { plant } from '../../../../bench/settlement/planted.ts';
import { xmlFaultOf } from '../../../../src/modules/settlement/adapters/iso20022/xml-well-formed.ts';

describe('a text that is to be XML', () => {
  for (const text of [
    '<a/>',
    '\ufeff<?xml version="1.0"?>\n<!-- <b> --><x:a xmlns:x="u" n=\'>"\' m = "/>">1 &lt; &#65;&#x42;<b/ ><![CDATA[<&]]></x:a >\n'.replace(
      '<b/ >',
      '<b />',
    ),
    '<größe>1</größe><!-- and nothing more -->',
  ]) {
    it(`may be ${JSON.stringify(text)}`, () => {
      expect(xmlFaultOf(text)).to.equal(undefined);
    });
  }

  for (const [text, line, detail] of [
    ['', 1, 'there is no element'],
    ['a', 1, 'text outside of the root element'],
    ['<a>\n<b>\n</a>', 3, '<b> is closed as </a>'],
    ['<a>\n<b></b>', 1, '<a> is not closed'],
    ['</a>', 1, '</a> closes nothing'],
    ['<a/>\n<b/>', 2, 'a second root element'],
    ['<a/>\nb', 1, 'text outside of the root element'],
    ['<a>\n1 & 2</a>', 2, 'an & that begins nothing'],
    ['<1/>', 1, '<1> has no valid name'],
    ['<a b="1" b="2"/>', 1, '<a> has b twice'],
    ['<a b=1/>', 1, 'the attributes of <a> cannot be read'],
    ['<a b="<"/>', 1, 'the attributes of <a> cannot be read'],
    ['<a b', 1, '> is missing'],
    ['<a b=">', 1, '" is missing'],
    ['<a><!-- </a>', 1, '--> is missing'],
    [' <?xml version="1.0"?><a/>', 1, '<?xml may stand at the very beginning alone'],
    ['<a>\n<?XML?></a>', 2, '<?xml may stand at the very beginning alone'],
    ['<? x?><a/>', 1, '<? has no valid name'],
    ['<?x <a/>', 1, '?> is missing'],
  ] as const) {
    it(`is refused as ${JSON.stringify(text)}`, () => {
      expect(xmlFaultOf(text)).to.include({ line, detail });
    });
  }

  it('has no document type, wherever it stands', () => {
    for (const text of ['<!DOCTYPE a><a/>', '<a><!ENTITY b "c"></a>', '<![CDATA[x]]><a/>'])
      expect(xmlFaultOf(text)).to.deep.equal({ detail: 'a document type or entities are not accepted' });
  });

  it('is looked at once, whatever it is made of', () => {
    const many = '>'.repeat(2_000_000);

    expect(xmlFaultOf(`<a b="${many}"/>`)).to.equal(undefined);
    expect(xmlFaultOf(`<a b="${many}`)?.detail).to.equal('" is missing');
  });

  it('is refused wherever a general validator refuses it, however a bank’s statement is spoilt', () => {
    const [document = ''] = plant(4, 3).documents;
    const spoilt = fc.record({
      at: fc.nat(document.length),
      drop: fc.nat(12),
      add: fc.constantFrom('', '<', '>', '&', '/', '"', '<a>', '</a>', '<!--', '<x y=1>', ' ', '<a/>', '<?', 'é'),
    });
    fc.assert(
      fc.property(spoilt, ({ at, drop, add }) => {
        const text = document.slice(0, at) + add + document.slice(at + drop);
        if (XMLValidator.validate(text) !== true) expect(xmlFaultOf(text), text).to.not.equal(undefined);
      }),
      { numRuns: 500 },
    );
    expect(xmlFaultOf(document)).to.equal(undefined);
  });
});
