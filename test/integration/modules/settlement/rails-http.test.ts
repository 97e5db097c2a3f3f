import { expect } from 'chai';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import { derivedId } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { noonOf, payoutOf, programId, ToldCommission } from '../../../support/settlement-story.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';
import { standingPartnersModule } from '../../../support/standing-partners.ts';
import { accruedAndLocked, tell, tellingCommissionModule } from '../../../support/telling-commission.ts';

type Row = Readonly<Record<string, unknown>>;

const wallets = derivedId('bat', programId, '2018-01', 'wallet', 'BRL');
const payout = (partner: number) => payoutOf('2018-01', partner);

describe('rails over HTTP', () => {
  const partners = new SettlingPartners();
  const commission = new ToldCommission();
  const running = withRunningApp(
    [identity, standingPartnersModule(partners), tellingCommissionModule(commission), ledger, settlement],
    { SANDBOX: 'true' },
  );
  let finance = '';
  let boss = '';
  let partner = '';
  let keys = 0;

  const call = (method: string, path: string, token: string, body?: unknown, headers = {}) =>
    running().call<Row & { readonly data: readonly Row[] }>(method, path, { token, body, headers });
  const get = (path: string, token = finance) => call('GET', path, token);
  const post = (path: string, body?: unknown, token = finance, headers = {}) =>
    call('POST', path, token, body, { 'idempotency-key': `k${(keys += 1)}`, ...headers });
  const settledAt = async (now: string) => {
    await post('/v1/sandbox/clock', { now });
    const { body } = await post('/v1/sandbox/settle', { timeoutMs: 20_000 });
    if (body['settled'] !== true) throw new Error(JSON.stringify(body));
  };
  const script = (n: number, body: object, token = finance) =>
    call('PUT', `/v1/sandbox/rails/wallet/payments/${payout(n)}`, token, body);
  const stateOf = async (n: number) => (await get(`/v1/payouts/${payout(n)}`)).body['state'];

  before(async function () {
    this.timeout(60_000);
    const staff = running().app.ask(IdentityPort);
    const tokenOf = async (name: string, scopes: readonly string[], partnerId?: ReturnType<typeof idOf<'par'>>) =>
      staff.tokenFor((await staff.createClient({ name, scopes, partnerId })).clientId, 3_600);
    finance = await tokenOf('finance', ['settlement:read', 'settlement:write', 'sandbox', 'payouts:approve']);
    boss = await tokenOf('boss', ['payouts:approve']);
    partner = await tokenOf('partner one', ['settlement:read'], idOf('par', 1));
    for (const n of [1, 2, 3]) {
      partners.wants(idOf('par', n), { method: 'wallet', wallet: { id: `ana${n}@example.com` } });
      commission.locked.push({ at: noonOf('01-10'), minor: 5_000n });
      await tell(running().database, ...accruedAndLocked({ n, partner: n, minor: 5_000n, at: noonOf('01-10') }));
    }
    await settledAt('2018-02-05T00:00:00Z');
    await post(`/v1/programs/${programId}/periods/2018-01/close`);
    await settledAt('2018-02-05T00:01:00Z');
  });

  it('sends wallets’ payouts one by one, and lets them follow what the provider says as time goes by', async () => {
    await script(1, { call: 'answered', fate: 'paid' });
    await script(2, { call: 'answered', fate: 'never_claimed' });
    await script(3, { call: 'lost_before' });
    const approved = await post(`/v1/payout-batches/${wallets}/approve`, undefined, boss);
    const submitted = await post(`/v1/payout-batches/${wallets}/submit`);
    expect([approved.status, submitted.status], JSON.stringify([approved.body, submitted.body])).to.deep.equal([
      200, 200,
    ]);

    await settledAt('2018-02-05T00:02:00Z');
    await settledAt('2018-02-06T00:00:00Z');
    expect(await Promise.all([1, 2, 3].map(stateOf))).to.deep.equal(['settled', 'unclaimed', 'unknown']);
    await settledAt('2018-03-20T00:00:00Z');

    expect(await Promise.all([1, 2, 3].map(stateOf))).to.deep.equal(['settled', 'returned', 'unknown']);
    expect((await script(3, {})).body).to.include({ payoutId: payout(3), requests: 1 });
  }).timeout(60_000);

  it('shows for ever what nobody knows the end of, to staff alone', async () => {
    const unknown = await get('/v1/rail-payments?payoutState=unknown');
    const first = await get('/v1/rail-payments?limit=2');
    const rest = await get(`/v1/rail-payments?limit=2&after=${String(first.body['nextCursor'])}`);

    const [row, ...others] = unknown.body.data;
    expect(others).to.be.empty;
    expect(row).to.include({ payoutId: payout(3), state: 'sent', payoutState: 'unknown', lastWord: 'not_known' });
    expect(row).to.have.property('nextAt');
    expect(JSON.stringify(row)).to.not.contain('ana3');
    expect([...first.body.data, ...rest.body.data].map(({ payoutId }) => payoutId)).to.have.members(
      [1, 2, 3].map(payout),
    );
    expect((await get('/v1/rail-payments', partner)).status).to.equal(403);
    expect((await script(1, {}, partner)).status).to.equal(403);
  });

  it('refuses a file of returns that is none, and one of a partner', async () => {
    const asText = { 'content-type': 'text/plain' };

    const none = await post('/v1/ach/returns', 'not a file', finance, asText);
    const theirs = await post('/v1/ach/returns', 'not a file', partner, asText);

    expect([none.status, none.body['code']]).to.deep.equal([400, 'settlement.malformed_ach_file']);
    expect(theirs.status).to.equal(403);
    const entries = [{ payoutId: payout(1), code: 'R03' }];
    const answer = await post('/v1/sandbox/rails/ach/returns', { batchId: wallets, entries });
    expect(answer.body['code']).to.equal('settlement.no_file');
  });
});
