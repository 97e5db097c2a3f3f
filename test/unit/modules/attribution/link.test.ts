import { expect } from 'chai';
import {
  allowedPage,
  linkFaults,
  mintedCode,
  pageOf,
  withClickId,
} from '../../../../src/modules/attribution/domain/traffic/link.ts';
import { lifecycle } from '../../../../src/modules/attribution/domain/traffic/link-life-cycle.ts';
import { mayMove, moved } from '../../../../src/shared/lifecycle.ts';
import { idOf } from '../../../support/clock.ts';
import { aLink } from '../../../support/contracts/attribution-contract.ts';
import { rejects } from '../../../support/rejects.ts';
import { aProgram } from '../../../support/standing-partners.ts';

const program = aProgram();
const clickId = idOf('clk', 1);

describe('where a link may lead', () => {
  it('is a page on one of the program’s hosts', () => {
    for (const page of [
      'https://shop.example/',
      'http://shop.example/model?colour=red#top',
      'https://SHOP.example/',
      'https://cars.shop.example/a',
    ])
      expect(allowedPage(page, program), page).to.equal(new URL(page).href);
  });

  it('is nowhere else, however it is written', () => {
    for (const page of [
      'https://evil.example/',
      'https://shop.example.evil.example/',
      'https://evil.example/shop.example',
      'https://shop.example@evil.example/',
      'https://user:secret@shop.example/',
      'https://evil.example\\@shop.example/',
      '//evil.example/',
      'javascript:alert(1)//shop.example',
      'data:text/html,shop.example',
      'ftp://shop.example/',
      'https://sub.shop.example/',
      'https://shop.example:8443/',
      'no address',
      '',
    ])
      expect(allowedPage(page, program), page).to.equal(undefined);
  });

  it('may be a port of a host, where the program says so', () => {
    expect(allowedPage('http://localhost:3000/x', { allowedHosts: ['localhost:3000'] })).to.equal(
      'http://localhost:3000/x',
    );
  });

  it('is the program’s own page without one of its own, or with one whose host is allowed no more', () => {
    expect(pageOf(aLink(1), program)).to.equal('https://shop.example/');
    expect(pageOf(aLink(1, { destination: 'https://cars.shop.example/x' }), program)).to.equal(
      'https://cars.shop.example/x',
    );
    expect(pageOf(aLink(1, { destination: 'https://old.example/x' }), program)).to.equal('https://shop.example/');
  });

  it('is told the click, and is otherwise left as it is written', () => {
    expect(withClickId('https://shop.example/', clickId, 'click_id')).to.equal(
      `https://shop.example/?click_id=${clickId}`,
    );
    expect(withClickId('https://shop.example/a?x=%20+y#part?1', clickId, 'click_id')).to.equal(
      `https://shop.example/a?x=%20+y&click_id=${clickId}#part?1`,
    );
    expect(withClickId('https://shop.example/?x', clickId, 'ref')).to.equal(`https://shop.example/?x&ref=${clickId}`);
  });

  it('bears one click id, whatever a copied page brought along', () => {
    for (const query of ['?click_id=lena', '?click_id=a&click_id=b', '?%63lick_id=lena', '?click_id'])
      expect(withClickId(`https://shop.example/${query}#top`, clickId, 'click_id'), query).to.equal(
        `https://shop.example/?click_id=${clickId}#top`,
      );
    expect(withClickId('https://shop.example/?a=1&click_id=x&b=%20', clickId, 'click_id')).to.equal(
      `https://shop.example/?a=1&b=%20&click_id=${clickId}`,
    );
    expect(withClickId('https://shop.example/?old_click_id=x', clickId, 'click_id')).to.equal(
      `https://shop.example/?old_click_id=x&click_id=${clickId}`,
    );
    expect(withClickId('https://shop.example/a&click_id=x', clickId, 'click_id')).to.equal(
      `https://shop.example/a&click_id=x?click_id=${clickId}`,
    );
  });
});

describe('a link that is wanted', () => {
  const codes = (...args: Parameters<typeof linkFaults>) => linkFaults(...args).map(({ code }) => code);

  it('is fine for an approved partner, with a page or without', () => {
    expect(codes({}, program, 'approved')).to.be.empty;
    expect(codes({ destination: 'https://shop.example/a' }, program, 'approved')).to.be.empty;
  });

  it('is refused for an unknown program, a partner without an approved enrolment, a page elsewhere', () => {
    expect(codes({}, undefined, 'approved')).to.deep.equal(['attribution.unknown_program']);
    expect(codes({}, program, undefined)).to.deep.equal(['attribution.not_enrolled']);
    expect(codes({}, program, 'suspended')).to.deep.equal(['attribution.not_enrolled']);
    expect(codes({ destination: 'https://evil.example/' }, program, 'approved')).to.deep.equal([
      'attribution.destination_not_allowed',
    ]);
  });

  it('gets a short code from chance', () => {
    expect(mintedCode(Uint8Array.from([0, 1, 31, 32, 255, 10, 17, 18]))).to.equal('01z0zahj');
  });
});

describe('the life cycle of a link', () => {
  const states = ['active', 'suspended'] as const;
  const actions = ['suspend', 'resume'] as const;

  for (const state of states) {
    for (const action of actions) {
      const next = (lifecycle[state] as Readonly<Record<string, string>>)[action];
      it(next === undefined ? `refuses ${action} while ${state}` : `moves from ${state} to ${next}`, async () => {
        expect(mayMove(lifecycle, state, action)).to.equal(next !== undefined);
        if (next === undefined)
          await rejects(() => moved('attribution', lifecycle, state, action), 'attribution.illegal_move');
        else expect(moved('attribution', lifecycle, state, action)).to.equal(next);
      });
    }
  }
});
