import { expect } from 'chai';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';
import { batchOf, noonOf, payoutOf, programId, ToldCommission } from '../../../support/settlement-story.ts';
import { standingPartnersModule } from '../../../support/standing-partners.ts';
import { accruedAndLocked, tell, tellingCommissionModule } from '../../../support/telling-commission.ts';

type Row = Readonly<Record<string, unknown>>;

const batchId = batchOf('2018-01');
const brl = (minor: string) => ({ minor, currency: 'BRL' });
const [one, two] = [idOf('par', 1), idOf('par', 2)];

describe('what controls payouts, over HTTP', () => {
  const partners = new SettlingPartners();
  const commission = new ToldCommission();
  const running = withRunningApp(
    [identity, standingPartnersModule(partners), tellingCommissionModule(commission), ledger, settlement],
    { SANDBOX: 'true' },
  );
  const tokens: Record<string, string> = {};
  let keys = 0;

  const call = (method: string, path: string, who: string, body?: unknown, headers = {}) =>
    running().call<Row & { readonly data: readonly Row[] }>(method, path, { token: tokens[who] ?? '', body, headers });
  const get = (path: string, who = 'finance') => call('GET', path, who);
  const post = (path: string, body?: unknown, who = 'finance') =>
    call('POST', path, who, body, { 'idempotency-key': `k${(keys += 1)}` });
  const put = (path: string, body: unknown, headers: object, who = 'finance') =>
    call('PUT', path, who, body, { 'idempotency-key': `k${(keys += 1)}`, ...headers });
  const settled = async () => {
    const { body } = await post('/v1/sandbox/settle', { timeoutMs: 20_000 });
    if (body['settled'] !== true) throw new Error(JSON.stringify(body));
  };
  const policyPath = `/v1/programs/${programId}/payout-policy`;
  const balanceOf = (partnerId: string, who = 'finance') =>
    get(`/v1/partners/${partnerId}/balance?programId=${programId}`, who);

  before(async () => {
    const staff = running().app.ask(IdentityPort);
    const scopes = ['settlement:read', 'settlement:write', 'payouts:approve'];
    for (const [name, own, partnerId] of [
      ['finance', [...scopes, 'sandbox']],
      ['boss', scopes],
      ['owner', [...scopes, 'payouts:approve_large']],
      ['one', ['settlement:read', 'payouts:request'], one],
    ] as const) {
      const client = await staff.createClient({ name, scopes: own, partnerId });
      tokens[name] = await staff.tokenFor(client.clientId, 3_600);
    }
    await post('/v1/sandbox/clock', { now: '2018-02-05T00:00:00Z' });
  });

  it('a policy is set by whoever has seen it, and says where it is wrong', async () => {
    const terms = { reserve: { kind: 'rolling', percent: '10', days: 30 }, oneApproverUpTo: brl('1000') };

    const wrong = await put(policyPath, { minimum: { minor: '1', currency: 'USD' } }, { 'if-none-match': '*' });
    const blind = await put(policyPath, terms, {});
    const first = await put(policyPath, terms, { 'if-none-match': '*' });
    const stale = await put(policyPath, terms, { 'if-none-match': '*' });
    const own = await put(
      `/v1/programs/${programId}/partners/${two}/payout-policy`,
      { schedule: 'on_request' },
      { 'if-none-match': '*' },
    );

    expect([wrong.status, wrong.body['code']]).to.deep.equal([422, 'settlement.policy_refused']);
    expect((wrong.body['errors'] as readonly Row[])[0]).to.include({ pointer: '/minimum' });
    expect(blind.body['code']).to.equal('http.precondition_required');
    expect(first.body).to.deep.include({ ...terms, version: 1 });
    expect(stale.body['code']).to.equal('http.precondition_failed');
    expect(own.body).to.include({ schedule: 'on_request', partnerId: two });
    expect((await get(policyPath)).body).to.deep.equal(first.body);
    expect((await get(policyPath, 'one')).status).to.equal(403);
  });

  it('a balance shows its reserve and its reasons, to its partner and to nobody else', async () => {
    for (const [n, partner, minor] of [
      [1, 1, 5_000n],
      [2, 2, 4_000n],
    ] as const) {
      commission.locked.push({ at: noonOf('01-10'), minor });
      await tell(running().database, ...accruedAndLocked({ n, partner, minor, at: noonOf('01-10') }));
    }
    await settled();

    const { body } = await balanceOf(one, 'one');

    expect(body).to.deep.include({ available: brl('4500'), reserve: brl('500'), receivable: brl('0'), blocks: [] });
    expect((body['slices'] as readonly Row[])[0]).to.deep.include({
      about: idOf('com', 1),
      amount: brl('500'),
      releaseAt: '2018-02-09T12:00:00.000Z',
    });
    expect((await balanceOf(two, 'one')).status).to.equal(404);
    expect(((await balanceOf(two)).body['blocks'] as readonly Row[]).map(({ code }) => code)).to.deep.equal([
      'not_requested',
    ]);
  });

  it('a close lists whom it did not pay, with every reason', async () => {
    partners.loseProfile(two);
    await post(`/v1/programs/${programId}/periods/2018-01/close`);
    await settled();

    const { body } = await get('/v1/payouts/blocked');

    expect(
      body.data.map(({ partnerId, reasons }) => [partnerId, (reasons as Row[]).map(({ code }) => code)]),
    ).to.deep.equal([[two, ['not_requested', 'no_payout_profile']]]);
    expect((await get('/v1/payouts/blocked', 'one')).body.data).to.be.empty;
  });

  it('a partner that is paid on request asks for itself alone', async () => {
    expect((await post('/v1/payouts/requests', { programId }, 'one')).body['code']).to.equal(
      'settlement.not_on_request',
    );
    expect((await post('/v1/payouts/requests', { programId, partnerId: two }, 'one')).status).to.equal(404);
  });

  it('a batch above the limit takes two people, and says what is missing', async () => {
    const [reason] = (await balanceOf(one, 'one')).body['blocks'] as readonly Row[];
    expect(reason).to.include({ code: 'payout_under_way', when: 'the payout has arrived' });
    const once = await post(`/v1/payout-batches/${batchId}/approve`, undefined, 'boss');
    const same = await post(`/v1/payout-batches/${batchId}/approve`, undefined, 'boss');
    const twice = await post(`/v1/payout-batches/${batchId}/approve`, undefined, 'owner');

    expect(once.body).to.deep.include({ state: 'draft', missing: ['the approval of a second person'] });
    expect([same.status, same.body['code']]).to.deep.equal([409, 'settlement.approved_already']);
    expect(twice.body).to.deep.include({ state: 'approved', missing: [] });
    const { body } = await get(`/v1/payout-batches/${batchId}/approvals`);
    expect((body['approvals'] as readonly Row[]).map(({ isSenior }) => isSenior)).to.deep.equal([false, true]);
  });

  it('nothing is sent while payouts are frozen, and two people lift it', async () => {
    const frozen = await post('/v1/payout-freezes', { reason: 'the bank reports a fraud' });
    const id = String(frozen.body['id']);

    const refused = await post(`/v1/payout-batches/${batchId}/submit`);
    await post(`/v1/payout-freezes/${id}/lift`, { reason: 'cleared' }, 'boss');
    const alone = await post(`/v1/payout-freezes/${id}/lift`, { reason: 'cleared' }, 'boss');
    const lifted = await post(`/v1/payout-freezes/${id}/lift`, { reason: 'cleared' }, 'owner');

    expect([refused.status, refused.body['code']]).to.deep.equal([422, 'settlement.payouts_frozen']);
    expect(alone.body['code']).to.equal('settlement.four_eyes');
    expect(lifted.body).to.include({ state: 'lifted' });
    expect((await get('/v1/payout-freezes')).body.data).to.have.length(1);
    expect((await post('/v1/payout-freezes', { reason: 'x' }, 'one')).status).to.equal(403);
  });

  it('a payout that is taken out waits, and its partner sees why', async () => {
    const taken = await post(`/v1/payouts/${payoutOf('2018-01', 1)}/take-out`, { reason: 'looks odd' });

    expect(taken.body).to.include({ state: 'cancelled', reason: 'taken_out' });
    const { body } = await get('/v1/payouts/blocked', 'one');
    expect((body.data[0]?.['reasons'] as readonly Row[])[0]).to.include({ code: 'taken_out' });
    expect((await get(`/v1/payout-batches/${batchId}`)).body['state']).to.equal('cancelled');
  });

  it('a slice of a reserve comes back on its day', async () => {
    await post('/v1/sandbox/clock', { now: '2018-02-10T00:00:00Z' });
    await settled();

    expect((await balanceOf(one)).body).to.deep.include({ available: brl('5000'), reserve: brl('0'), slices: [] });
  });

  it('what nobody owes cannot be written off', async () => {
    const wish = { kind: 'write_off', programId, partnerId: one, amount: brl('1'), reason: 'gone' };

    expect((await post('/v1/balance-waivers', wish)).body['code']).to.equal('settlement.nothing_to_write_off');
    partners.leave(idOf('par', 99));
    const nobodys = await post('/v1/balance-waivers', { ...wish, partnerId: idOf('par', 99) });
    expect([nobodys.status, nobodys.body['code']]).to.deep.equal([404, 'settlement.unknown_partner']);
    expect((await get('/v1/balance-waivers')).body.data).to.be.empty;
  });

  it('what a partner has left behind is kept by two people, once two have said that it may be', async () => {
    const terms = { reserve: { kind: 'rolling', percent: '10', days: 30 }, forfeitAfterDays: 30 };
    const asked = await put(policyPath, terms, { 'if-match': '"1"' });
    await post(`/v1/setting-changes/${String(asked.body['id'])}/approve`, undefined, 'boss');
    partners.put(one, 'terminated', instant('2018-02-10T00:00:00Z'));
    await post('/v1/sandbox/clock', { now: '2018-03-13T00:00:00Z' });
    await settled();
    const wish = { kind: 'forfeit', programId, partnerId: one, amount: brl('5000'), reason: 'by contract' };

    const { body } = await post('/v1/balance-waivers', wish, 'boss');
    const to = `/v1/balance-waivers/${String(body['id'])}`;
    const before = (await balanceOf(one)).body;
    const own = await post(`${to}/approve`, undefined, 'boss');
    const stranger = await post(`${to}/approve`, undefined, 'one');
    const approved = await post(`${to}/approve`, undefined, 'owner');
    const twice = await post(`${to}/approve`, undefined, 'owner');
    await settled();

    expect([asked.status, asked.body['loosens']]).to.deep.equal([202, ['/forfeitAfterDays', '/oneApproverUpTo']]);
    expect(body).to.include({ state: 'asked', kind: 'forfeit' });
    expect(before).to.deep.include({ available: brl('5000') });
    expect([own.status, own.body['code']]).to.deep.equal([403, 'settlement.four_eyes']);
    expect(stranger.status).to.equal(403);
    expect(approved.body).to.deep.include({ state: 'approved', amount: brl('5000') });
    expect([twice.status, twice.body['code']]).to.deep.equal([409, 'settlement.illegal_move']);
    expect((await balanceOf(one)).body).to.deep.include({ available: brl('0') });
    expect((await get('/v1/balance-waivers')).body.data.map(({ state }) => state)).to.deep.equal(['approved']);
  });
});
