import { expect } from 'chai';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { derivedId, toUuid } from '../../../../src/shared/ids.ts';
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

  before(async () => {
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
    const nobodys = await call('PUT', `/v1/sandbox/rails/wallet/payments/${idOf('pay', 9)}`, finance, { fate: 'paid' });
    expect([nobodys.status, nobodys.body['code']]).to.deep.equal([404, 'settlement.payout_not_found']);
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
  });

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

  it('ends what nobody knows the end of when two people say what the provider has confirmed', async () => {
    const ruling = { verdict: 'not_paid', note: 'letter of the provider of 2018-03-01' };
    const path = `/v1/payouts/${payout(3)}/rulings`;

    expect((await post(path, { ...ruling, note: 'short' })).status).to.equal(400);
    expect((await post(path, ruling, partner)).status).to.equal(403);
    expect((await post(`/v1/payouts/${payout(1)}/rulings`, ruling)).body['code']).to.equal('settlement.not_unknown');
    const asked = await post(path, ruling);
    expect([asked.status, asked.body['state']]).to.deep.equal([200, 'asked']);
    const approve = `/v1/payout-rulings/${String(asked.body['id'])}/approve`;
    expect((await post(approve)).body['code']).to.equal('settlement.four_eyes');
    expect((await get('/v1/payout-rulings?state=asked')).body.data.map(({ id }) => id)).to.deep.equal([
      asked.body['id'],
    ]);
    expect((await post(approve, undefined, boss)).body['state']).to.equal('approved');

    expect((await get(`/v1/payouts/${payout(3)}`)).body).to.include({
      state: 'rejected',
      reason: 'confirmed_not_paid',
    });
    const first = await get('/v1/payout-rulings?limit=1');
    expect([first.body.data.length, first.body['nextCursor']]).to.deep.equal([1, null]);
    expect((await get('/v1/payout-rulings', partner)).status).to.equal(403);
  });

  it('lists what receiving banks said, a page at a time, and of one program', async () => {
    await rowsOf(
      running().database.owner.knex,
      `insert into settlement.ach_notices (reference, code, trace, kind, payout_id, amount_minor, corrected, noted_at)
       values ('A', 'R03', '1', 'return', :first, 5000, null, '2018-03-01'),
              ('B', 'C01', '2', 'change', :second, 5000, 'sealed', '2018-03-01'),
              ('C', 'R01', '3', 'return', null, 1, null, '2018-03-02')`,
      { first: toUuid(payout(1)), second: toUuid(payout(2)) },
    );
    const codes = async (query: string) => (await get(`/v1/ach/notices?${query}`)).body.data.map(({ code }) => code);

    const first = await get('/v1/ach/notices?limit=2');
    const rest = await get(`/v1/ach/notices?limit=2&after=${String(first.body['nextCursor'])}`);
    expect([...first.body.data, ...rest.body.data].map(({ code }) => code)).to.deep.equal(['R03', 'C01', 'R01']);
    expect(rest.body['nextCursor']).to.equal(null);
    expect(first.body.data[1]).to.deep.include({
      kind: 'change',
      reason: 'C01 account number',
      hasCorrection: true,
      programId,
      partnerId: idOf('par', 2),
      amount: { minor: '5000', currency: 'USD' },
    });
    expect(JSON.stringify(first.body)).to.not.contain('sealed');
    expect(await codes(`programId=${programId}`)).to.deep.equal(['R03', 'C01']);
    expect(await codes(`programId=${idOf('prg', 99)}`)).to.deep.equal([]);
    expect(await codes('kind=change')).to.deep.equal(['C01']);
    expect(await codes(`payoutId=${payout(1)}`)).to.deep.equal(['R03']);
    expect((await get('/v1/ach/notices?after=WyJhIl0')).body['code']).to.equal('page.malformed_cursor');
    expect((await get('/v1/ach/notices', partner)).status).to.equal(403);
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
