/** Each way of breaking a caller over gRPC is told, and what breaks nobody is not. */
import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';
import { brokenPromises } from '../../../tools/proto.ts';
import { temporaryFolder } from '../../support/folder.ts';

const RELEASED = `
syntax = "proto3";
package shop.v1;
service Desk {
  rpc Order(Request) returns (Reply);
  rpc Flow(stream Request) returns (stream Reply);
}
message Request {
  reserved 9, 12 to 14;
  reserved "old";
  string id = 1;
  repeated Line lines = 2;
  oneof by { string card = 3; string iban = 4; }
  optional string note = 5;
  map<string, int32> counts = 6;
  message Line { string sku = 1; Size size = 2; }
  enum Size { SIZE_UNSPECIFIED = 0; SIZE_SMALL = 1; }
}
message Reply { bool ok = 1; }
message Spare { string x = 1; }
enum Colour { COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1; }
`;

/** What is replaced by what, and a word of the complaint. */
type Change = readonly [from: string, to: string, told?: RegExp];

const BREAKING: Readonly<Record<string, Change>> = {
  'a message is gone': ['message Spare', 'message Other', /message shop\.v1\.Spare .* is gone/],
  'a field is gone': ['string id = 1;', '', /field shop\.v1\.Request 1 \(id: optional string\) is gone/],
  'a field is gone, and its number given up': ['string id = 1;', 'reserved 1;', /is gone/],
  'a field has another number': ['string id = 1;', 'string id = 21;', /is gone/],
  'a field has another name': ['string id = 1;', 'string name = 1;', /was id: .* is name:/],
  'a field has another type': ['string id = 1;', 'bytes id = 1;', /string, and is id: optional bytes/],
  'a field has a message of another name': ['repeated Line lines', 'repeated Reply lines', /Line.*Reply/],
  'a field is a list now': ['string id = 1;', 'repeated string id = 1;', /repeated/],
  'a field is no list any more': ['repeated Line lines', 'Line lines', /repeated/],
  'a field is one of several now': ['string id = 1;', 'oneof who { string id = 1; }', /of who/],
  'a field is no longer one of several': [
    'oneof by { string card = 3; string iban = 4; }',
    'string card = 3; string iban = 4;',
    /of by/,
  ],
  'a field no longer says whether it was set': ['optional string note', 'string note', /note/],
  'a map has values of another type': ['map<string, int32>', 'map<string, string>', /counts|COUNTS|Counts/],
  'a field of a message within a message is gone': ['string sku = 1;', '', /Request\.Line 1/],
  'a value is gone': ['COLOUR_RED = 1;', '', /value shop\.v1\.Colour 1/],
  'a value within a message has another number': ['SIZE_SMALL = 1;', 'SIZE_SMALL = 2;', /Request\.Size 1/],
  'a method is gone': ['rpc Order(Request) returns (Reply);', '', /method shop\.v1\.Desk\.Order/],
  'a method takes something else': ['rpc Order(Request)', 'rpc Order(Reply)', /Order was shop\.v1\.Request/],
  'a method answers something else': ['(Request) returns (Reply);', '(Request) returns (Request);', /Order was/],
  'a method streams in': ['rpc Order(Request)', 'rpc Order(stream Request)', /stream/],
  'a method streams out': ['(Request) returns (Reply);', '(Request) returns (stream Reply);', /stream/],
  'a method no longer streams': ['rpc Flow(stream Request)', 'rpc Flow(Request)', /stream/],
  'a service has another name': ['service Desk', 'service Counter', /Desk\.Flow/],
  'a package has another name': ['package shop.v1', 'package shop.v2', /gone/],
  'a number that was given up is used again': ['string id = 1;', 'string id = 1; string x = 13;', /used again/],
  'a name that was given up is used again': ['string id = 1;', 'string id = 1; string old = 20;', /used again/],
};

const HARMLESS: Readonly<Record<string, Change>> = {
  'nothing has changed': ['', ''],
  'a field is new': ['string id = 1;', 'string id = 1; string more = 7;'],
  'one more may be one of several': ['string iban = 4;', 'string iban = 4; string cash = 8;'],
  'a value is new': ['COLOUR_RED = 1;', 'COLOUR_RED = 1; COLOUR_BLUE = 2;'],
  'a message, a method and a service are new': [
    'message Reply',
    'service More { rpc Ask(New) returns (New); } message New { string x = 1; } message Reply',
  ],
  'a method is new': ['service Desk {', 'service Desk { rpc Third(Request) returns (Reply);'],
  'a comment is new, and the order another': ['string id = 1;', '// the order’s own\n  string id = 1;'],
};

describe('the check of proto/', () => {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });
  let count = 0;
  const write = (text: string): string => {
    const path = join(folder.path, String((count += 1)));
    mkdirSync(join(path, 'shop'), { recursive: true });
    writeFileSync(join(path, 'shop/shop.proto'), text);
    return path;
  };
  const RESERVED = 'reserved 9, 12 to 14;\n  reserved "old";';

  for (const [what, [from, to, told = /./]] of Object.entries(BREAKING))
    it(`refuses it when ${what}`, () => {
      const after = RELEASED.replace(from, to);
      expect(after).to.not.equal(RELEASED);
      const used = /13;|string old/.test(to) ? after.replace(RESERVED, '') : after;

      const found = brokenPromises(write(RELEASED), write(used));

      expect(found.join('\n')).to.match(told);
    });

  for (const [what, [from, to]] of Object.entries(HARMLESS))
    it(`says nothing when ${what}`, () => {
      expect(brokenPromises(write(RELEASED), write(RELEASED.replace(from, to)))).to.deep.equal([]);
    });

  it('holds for what is released of ours', () => {
    const proto = join(projectRoot(), 'proto');
    expect(brokenPromises(join(proto, 'released'), proto)).to.deep.equal([]);
  });
});
