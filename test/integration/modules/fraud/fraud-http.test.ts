import { expect } from 'chai';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { fraud } from '../../../../src/modules/fraud/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { Vault } from '../../../../src/shared/vault.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);
const partners = new StandingPartners();

interface CaseShown {
  readonly id: string;
  readonly state: string;
  readonly reasons: readonly string[];
  readonly orderId: string;
}

describe('fraud over HTTP', () => {
  const running = withRunningApp([identity, standingPartnersModule(partners), pipeline, orders, attribution, fraud], {
    SANDBOX: 'true',
  });
  let staff = '';

  const post = (path: string, body: unknown, token = staff, headers = {}) =>
    running().call('POST', path, { token, body, headers });
  const get = (path: string, token = staff) => running().call('GET', path, { token });
  const listed = async <Item>(path: string): Promise<readonly Item[]> =>
    (await get(path)).body['data'] as readonly Item[];
  const openCases = () => listed<CaseShown>('/v1/fraud/cases?state=open');

  /** A visitor follows the link, with what he says of himself; the id of the click. */
  const click = async (userAgent: string): Promise<string> => {
    const answer = await fetch(`${running().url}/r/summer`, {
      redirect: 'manual',
      headers: { 'user-agent': userAgent },
    });
    return new URL(answer.headers.get('location') ?? '').searchParams.get('click_id') ?? '';
  };

  const order = (ref: string, time: string, data: object) => ({
    id: ref,
    type: 'order.placed',
    programId,
    subject: ref,
    time,
    data: {
      currency: 'BRL',
      lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }],
      ...data,
    },
  });

  before(async () => {
    staff = await running().tokenWith();
    const fingerprint = running().app.ask(Vault).fingerprint('email', 'anna@blog.example');
    partners.emails.set(idOf('par', 1), fingerprint);
    await post('/v1/sandbox/clock', { now: '2018-01-10T12:00:00Z' });
    await post('/v1/links', { programId, partnerId: idOf('par', 1), code: 'summer' });
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0';
    const [person, machine, self, hasty] = [
      await click(firefox),
      await click('curl/8.5.0'),
      await click(firefox),
      await click(firefox),
    ];
    await post('/v1/sandbox/clock', { now: '2018-01-10T12:30:00Z' });
    await post('/v1/events', {
      events: [
        order('honest', '2018-01-10T12:20:00Z', { clickId: person, customerEmail: 'customer@mail.example' }),
        order('machine', '2018-01-10T12:20:00Z', { clickId: machine }),
        order('self', '2018-01-10T12:20:00Z', { clickId: self, customerEmail: 'Anna@Blog.example' }),
        order('hasty', '2018-01-10T12:00:29Z', { clickId: hasty }),
        order('nobodys', '2018-01-10T12:20:00Z', {}),
      ],
    });
    await post('/v1/sandbox/settle', { timeoutMs: 10_000 });
  });

  it('allows the honest and holds the odd, each with its evidence', async () => {
    const assessments = await listed<{ verdict: string; findings: { code: string }[] }>('/v1/fraud/assessments');

    expect(
      assessments.map(({ verdict, findings }) => [verdict, ...findings.map(({ code }) => code)]),
    ).to.have.deep.members([
      ['allow'],
      ['review', 'bot_user_agent'],
      ['review', 'self_referral'],
      ['review', 'click_to_order_time'],
    ]);
    expect(JSON.stringify(assessments)).not.to.match(/blog\.example|mail\.example/i);
  });

  it('opens a case for each odd one, and shows it with what it rests on', async () => {
    const open = await openCases();
    expect(open.map(({ reasons }) => reasons.join())).to.have.members([
      'bot_user_agent',
      'self_referral',
      'click_to_order_time',
    ]);

    const machine = open.find(({ reasons }) => reasons.includes('bot_user_agent'));
    const { body } = await get(`/v1/fraud/cases/${machine?.id}`);

    expect(body['assessment']).to.deep.nested.include({ 'facts.userAgent': 'curl/8.5.0', 'facts.live': true });
  });

  it('takes a person’s word once, and gives it again to who repeats the request', async () => {
    const [first] = await openCases();
    const path = `/v1/fraud/cases/${first?.id}/resolve`;
    const body = { outcome: 'reject', reason: 'no such customer' };

    const done = await post(path, body, staff, { 'idempotency-key': 'k' });
    const again = await post(path, body, staff, { 'idempotency-key': 'k' });
    const other = await post(path, { ...body, outcome: 'allow' });
    await post('/v1/sandbox/settle', { timeoutMs: 10_000 });

    expect([done.status, done.body['state'], done.body['reason']]).to.deep.equal([200, 'rejected', 'no such customer']);
    expect(done.body['reviewer']).to.be.a('string');
    expect(again.body).to.deep.equal(done.body);
    expect([other.status, other.body['code']]).to.deep.equal([409, 'fraud.illegal_move']);
    const verdicts = await listed<{ verdict: string }>(`/v1/fraud/assessments?orderId=${first?.orderId}`);
    expect(verdicts.map(({ verdict }) => verdict)).to.deep.equal(['review', 'reject']);
    expect(await openCases()).to.have.length(2);
  });

  it('refuses what it cannot read, and whom it does not know', async () => {
    const [first] = await openCases();
    const path = `/v1/fraud/cases/${first?.id}/resolve`;
    const partner = await running().tokenWith(['conversions:read'], idOf('par', 1));

    expect((await post(path, { outcome: 'pay', reason: 'x' })).status).to.equal(400);
    expect((await post(path, { outcome: 'allow' })).status).to.equal(400);
    expect(
      (await post(`/v1/fraud/cases/${idOf('cas', 9)}/resolve`, { outcome: 'allow', reason: 'x' })).status,
    ).to.equal(404);
    expect((await get(`/v1/fraud/cases/${idOf('cas', 9)}`)).status).to.equal(404);
    expect((await get('/v1/fraud/cases?state=lost')).status).to.equal(400);
    for (const attempt of [
      get('/v1/fraud/cases', partner),
      get(`/v1/fraud/cases/${first?.id}`, partner),
      get('/v1/fraud/assessments', partner),
      post(path, { outcome: 'allow', reason: 'x' }, partner),
    ])
      expect((await attempt).body['code']).to.equal('http.missing_scope');
    expect(await openCases()).to.have.length(2);
  });

  it('passes the audits, and nothing is parked', async () => {
    for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
  });
});
