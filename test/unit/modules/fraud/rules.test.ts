import { expect } from 'chai';
import { IsbotDetector } from '../../../../src/modules/fraud/adapters/isbot-detector.ts';
import { verdictOn } from '../../../../src/modules/fraud/domain/assessment.ts';
import { lifecycle } from '../../../../src/modules/fraud/domain/case-life-cycle.ts';
import { findingsOf, RULES_VERSION } from '../../../../src/modules/fraud/domain/rules.ts';
import { plusMs } from '../../../../src/shared/instant.ts';
import { mayMove, moved } from '../../../../src/shared/lifecycle.ts';
import { someFacts } from '../../../support/contracts/fraud-contract.ts';
import { rejects } from '../../../support/rejects.ts';

const found = (overrides: Parameters<typeof someFacts>[0]) => findingsOf(someFacts(overrides), RULES_VERSION);
const codes = (overrides: Parameters<typeof someFacts>[0]) => found(overrides).map(({ code }) => code);

describe('the fraud rules', () => {
  it('find nothing about an ordinary order, and allow it', () => {
    expect(found({})).to.be.empty;
    expect(verdictOn(found({}))).to.equal('allow');
  });

  it('find machines that say so', () => {
    expect(found({ botSign: 'Googlebot' })).to.deep.equal([
      { code: 'bot_user_agent', value: 'Googlebot', threshold: 'no sign of a machine', action: 'review' },
    ]);
  });

  it('find clicks of nobody in particular, where we saw the click ourselves', () => {
    expect(codes({ signals: ['empty_ua'] })).to.deep.equal(['empty_user_agent']);
    for (const userAgent of [undefined, '', '   ', 'Mozilla', ' 12345678 '])
      expect(
        findingsOf(someFacts({ userAgent }), 1).map(({ code }) => code),
        userAgent,
      ).to.deep.equal(['empty_user_agent']);
  });

  it('accuse nobody whose user agent was forgotten or never kept', () => {
    expect(codes({ userAgent: undefined, signals: [] })).to.be.empty;
  });

  it('find machines whose user agent was forgotten, by what was seen when they came', () => {
    expect(codes({ userAgent: undefined, signals: ['bot_ua'] })).to.deep.equal(['bot_user_agent']);
    expect(codes({ botSign: 'curl', signals: ['bot_ua', 'empty_ua'] })).to.deep.equal(['bot_user_agent']);
  });

  it('find clicks out of networks where machines live, and make nothing of other signals', () => {
    expect(found({ signals: ['datacenter_ip'] })).to.deep.equal([
      { code: 'machine_network', value: 'datacenter_ip', threshold: 'a network of people', action: 'review' },
    ]);
    expect(codes({ signals: ['no_gesture', 'dup_click', 'anonymiser'] })).to.be.empty;
  });

  it('accuse no click that somebody told us of without a user agent', () => {
    expect(codes({ userAgent: undefined, live: false })).to.be.empty;
    expect(codes({ botSign: 'curl', live: false })).to.deep.equal(['bot_user_agent']);
  });

  it('find partners who buy from themselves, and presume nothing where an address is unknown', () => {
    expect(codes({ emails: 'same' })).to.deep.equal(['self_referral']);
    expect(codes({ emails: 'unknown' })).to.be.empty;
  });

  it('find orders less than 30 seconds after the click', () => {
    const { clickedAt } = someFacts();

    expect(found({ placedAt: plusMs(clickedAt, 29_999) })).to.deep.equal([
      { code: 'click_to_order_time', value: '29.999 s', threshold: '30 s', action: 'review' },
    ]);
    expect(codes({ placedAt: plusMs(clickedAt, 30_000) })).to.be.empty;
    expect(codes({ placedAt: clickedAt })).to.deep.equal(['click_to_order_time']);
    expect(codes({ placedAt: clickedAt, coupon: true }), 'a code is typed with the order').to.be.empty;
  });

  it('find nothing in the time of a touch that nobody clicked, and look at everything else of it', () => {
    const { clickedAt } = someFacts();

    for (const version of [1, RULES_VERSION])
      for (const kind of ['coupon', 'dealer', 'test_drive', 'late_claim'])
        expect(findingsOf(someFacts({ kind, placedAt: clickedAt }), version), kind).to.be.empty;
    for (const kind of ['click', 'qr', 'impression', 'postback'])
      expect(codes({ kind, placedAt: clickedAt }), kind).to.deep.equal(['click_to_order_time']);
    expect(codes({ kind: 'late_claim', emails: 'same', placedAt: clickedAt })).to.deep.equal(['self_referral']);
  });

  it('hold, whatever they find and however much of it', () => {
    const everything = found({ botSign: 'curl', emails: 'same', placedAt: someFacts().clickedAt });

    expect(everything).to.have.length(3);
    expect(verdictOn(everything)).to.equal('review');
  });

  it('stop at a version nobody remembers', () => {
    expect(() => findingsOf(someFacts(), 99)).to.throw('no fraud rules of version 99');
  });
});

describe('knowing machines', () => {
  const detector = new IsbotDetector();

  it('goes by what they say of themselves', () => {
    expect(detector.signIn('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)')).to.be.a(
      'string',
    );
    expect(detector.signIn('curl/8.5.0')).to.be.a('string');
  });

  it('takes browsers for people', () => {
    expect(detector.signIn(someFacts().userAgent ?? '')).to.equal(undefined);
    expect(
      detector.signIn(
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
      ),
    ).to.equal(undefined);
  });
});

describe('the life cycle of a case', () => {
  const states = Object.keys(lifecycle) as (keyof typeof lifecycle)[];

  for (const state of states) {
    for (const action of ['allow', 'reject', 'drop'] as const) {
      const next = (lifecycle[state] as Readonly<Record<string, string>>)[action];
      it(next === undefined ? `refuses ${action} once ${state}` : `moves from ${state} to ${next}`, async () => {
        expect(mayMove(lifecycle, state, action)).to.equal(next !== undefined);
        if (next === undefined) await rejects(() => moved('fraud', lifecycle, state, action), 'fraud.illegal_move');
        else expect(moved('fraud', lifecycle, state, action)).to.equal(next);
      });
    }
  }
});
