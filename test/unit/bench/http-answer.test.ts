import { expect } from 'chai';
import { readAnswer } from '../../../bench/support/http-answer.ts';

const answer = (head: string, rest: string): string => `HTTP/1.1 ${head}\r\n\r\n${rest}`;

describe('reading an answer of HTTP', () => {
  for (const [what, text, status, body] of [
    ['with a length', answer('200 OK\r\nContent-Length: 5', 'hello'), 200, 'hello'],
    [
      'in chunks',
      answer('200 OK\r\ntransfer-encoding: chunked', '3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n'),
      200,
      'abc0123456789',
    ],
    ['in no chunks at all', answer('302 Found\r\nLocation: /x\r\nTransfer-Encoding: chunked', '0\r\n\r\n'), 302, ''],
    ['that may have no body', answer('204 No Content', ''), 204, ''],
  ] as const) {
    it(`knows the end of one ${what}, and no earlier`, () => {
      for (let length = 0; length < text.length; length += 1)
        expect(readAnswer(text.slice(0, length)), `${length} bytes`).to.equal(undefined);
      expect(readAnswer(text)).to.include({ status, body, isLast: false });
    });
  }

  it('hears that the connection ends with it', () => {
    expect(readAnswer(answer('200 OK\r\nconnection: close\r\ncontent-length: 0', ''))?.isLast).to.equal(true);
  });

  it('refuses one whose end only the end of the connection would tell', () => {
    expect(() => readAnswer(answer('200 OK', 'x'))).to.throw('without a length');
  });
});
