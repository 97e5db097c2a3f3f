import { expect } from 'chai';
import type { IncomingMessage } from 'node:http';
import { clientAddress } from '../../../../src/infrastructure/http/client-address.ts';

const from = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('the address of a client', () => {
  it('is that of the connection, whatever he claims, where no proxy of ours stands before us', () => {
    expect(clientAddress(from('203.0.113.7', '198.51.100.1'), 0)).to.equal('203.0.113.7');
  });

  it('is what our outermost proxy wrote down, and nothing left of it', () => {
    expect(clientAddress(from('10.0.0.1', 'made up, 198.51.100.1'), 1)).to.equal('198.51.100.1');
    expect(clientAddress(from('10.0.0.1', 'made up, 198.51.100.1, 10.0.0.2'), 2)).to.equal('198.51.100.1');
  });

  it('is an address and nothing else: no port, no brackets, no rubbish', () => {
    expect(clientAddress(from('10.0.0.1', '198.51.100.1:5555'), 1)).to.equal('198.51.100.1');
    expect(clientAddress(from('10.0.0.1', '[2001:db8::1]:443'), 1)).to.equal('2001:db8::1');
    expect(clientAddress(from('10.0.0.1', '[2001:db8::1]'), 1)).to.equal('2001:db8::1');
    expect(clientAddress(from('10.0.0.1', '2001:db8::1'), 1)).to.equal('2001:db8::1');
    for (const rubbish of ['unknown', '', '1.2.3', '1.2.3.4.5', 'a.b.c.d:1', `${'1'.repeat(500)}.2`])
      expect(clientAddress(from('10.0.0.1', rubbish), 1), rubbish).to.equal(undefined);
  });

  it('is that of the connection when our proxies wrote nothing', () => {
    expect(clientAddress(from('10.0.0.1'), 1)).to.equal('10.0.0.1');
    expect(clientAddress(from('10.0.0.1', '198.51.100.1'), 2)).to.equal('10.0.0.1');
  });
});
