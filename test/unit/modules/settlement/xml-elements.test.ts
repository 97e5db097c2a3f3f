import { expect } from 'chai';
import { XMLParser } from 'fast-xml-parser';
import { elementsOf } from '../../../../src/modules/settlement/adapters/iso20022/xml-elements.ts';
import { plant } from '../../../../bench/settlement/planted.ts';

const REPEATED = new Set(['Ntry', 'Bal']);
const read = (text: string) => elementsOf(text, REPEATED);

describe('the elements of a document', () => {
  it('are texts and elements by their local names; those that may repeat are lists', () => {
    expect(read('<x:a xmlns:x="u" n="1" x:m=\'2\'> x <b>y</b><Ntry/><c k="v"/></x:a>')).to.deep.equal({
      a: { '@n': '1', '@m': '2', '#text': 'x', b: 'y', Ntry: [''], c: { '@k': 'v' } },
    });
    expect(read('<a><b>1</b><b>2</b><Bal>3</Bal><Bal>4</Bal></a>')).to.deep.equal({
      a: { b: ['1', '2'], Bal: ['3', '4'] },
    });
  });

  it('say what their entities and sections mean, and comments say nothing', () => {
    expect(
      read('<?xml version="1.0"?><!-- <a> --><a>1 &lt; 2 &amp;amp; &#65;&#x42;<![CDATA[ <b>&amp; ]]></a>'),
    ).to.deep.equal({
      a: '1 < 2 &amp; AB <b>&amp;',
    });
    expect(read('<a n="x>y" m=\'"\'>&unknown; &#x110000;</a>')).to.deep.equal({
      a: { '@n': 'x>y', '@m': '"', '#text': '&unknown; &#x110000;' },
    });
  });

  it('change nothing but what they are in', () => {
    const found = read('<a><__proto__><b>1</b></__proto__></a>');

    expect((found['a'] as Record<string, unknown>)['b']).to.equal(undefined);
    expect(() => read('<a>'.repeat(200))).to.throw('too deep');
  });

  it('are those that a general reader finds in a bank’s statement', () => {
    const general = new XMLParser({
      ...{ ignoreAttributes: false, attributeNamePrefix: '@', removeNSPrefix: true, parseTagValue: false },
      ...{ ignoreDeclaration: true, isArray: (name: string) => REPEATED.has(name) },
    });
    const [document = ''] = plant(300, 3).documents;
    const bare = document.replace(/ xmlns="[^"]*"/, '');

    expect(read(bare)).to.deep.equal(general.parse(bare));
  });
});
