import { expect } from 'chai';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';
import { programId, ToldCommission } from '../../../support/settlement-story.ts';
import { standingPartnersModule } from '../../../support/standing-partners.ts';
import { tellingCommissionModule } from '../../../support/telling-commission.ts';

type Row = Readonly<Record<string, unknown>>;

const brl = (minor: string) => ({ minor, currency: 'BRL' });

describe('settings that guard money, over HTTP', () => {
  const running = withRunningApp(
    [
      identity,
      standingPartnersModule(new SettlingPartners()),
      tellingCommissionModule(new ToldCommission()),
      ledger,
      settlement,
    ],
    { SANDBOX: 'true' },
  );
  const tokens: Record<string, string> = {};
  let keys = 0;
  const send = (method: string, path: string, body?: unknown, who = 'ana', headers = {}) =>
    running().call<Row & { readonly data: readonly Row[] }>(method, path, {
      token: tokens[who] ?? '',
      body,
      headers: { 'idempotency-key': `k${(keys += 1)}`, ...headers },
    });
  const get = (path: string, who = 'ana') => send('GET', path, undefined, who);
  const decide = (id: unknown, action: string, who: string) =>
    send('POST', `/v1/setting-changes/${String(id)}/${action}`, undefined, who);

  before(async () => {
    const staff = running().app.ask(IdentityPort);
    for (const [name, partnerId] of [['ana'], ['bob'], ['eva'], ['one', idOf('par', 1)]] as const) {
      const scopes = ['settlement:read', ...(['ana', 'bob'].includes(name) ? ['settlement:write'] : [])];
      const client = await staff.createClient({ name, scopes, partnerId });
      tokens[name] = await staff.tokenFor(client.clientId, 3_600);
    }
  });

  it('are loosened by one person and another: what waits is shown, and counts once it is agreed to', async () => {
    const path = `/v1/programs/${programId}/payout-policy`;
    await send('PUT', path, { oneApproverUpTo: brl('1000') }, 'ana', { 'if-none-match': '*' });

    const asked = await send('PUT', path, { oneApproverUpTo: brl('9000') }, 'ana', { 'if-match': '"1"' });
    const shown = await get(path);
    const again = await send('PUT', path, {}, 'bob', { 'if-match': '"1"' });
    const alone = await decide(asked.body['id'], 'approve', 'ana');
    const stranger = await decide(asked.body['id'], 'approve', 'one');
    const agreed = await decide(asked.body['id'], 'approve', 'bob');

    expect([asked.status, asked.body['loosens'], asked.body['wanted']]).to.deep.equal([
      202,
      ['/oneApproverUpTo'],
      { oneApproverUpTo: brl('9000') },
    ]);
    expect(shown.body).to.deep.include({ version: 1, oneApproverUpTo: brl('1000'), pending: asked.body });
    expect([again.status, again.body['code']]).to.deep.equal([409, 'settlement.change_pending']);
    expect([alone.status, alone.body['code']]).to.deep.equal([403, 'settlement.four_eyes']);
    expect(stranger.status).to.equal(403);
    expect([agreed.status, agreed.body['state']]).to.deep.equal([200, 'approved']);
    expect((await get(path)).body)
      .to.deep.include({ version: 2, oneApproverUpTo: brl('9000') })
      .and.not.to.have.property('pending');
  });

  it('are listed while they wait, and may be taken back', async () => {
    const taxPath = `/v1/programs/${programId}/tax-settings`;
    const us = { jurisdictions: ['US'], source: 'domestic' };
    await send('PUT', taxPath, us, 'ana', { 'if-none-match': '*' });
    const fx = { source: 'ecb', spreadBasisPoints: 100, oldestRateHours: 24, fourEyesAbove: brl('0') };
    await send('PUT', `/v1/programs/${programId}/fx/settings`, fx);

    const tax = await send('PUT', taxPath, { ...us, source: 'foreign' }, 'ana', { 'if-match': '"1"' });
    const trades = await send('PUT', `/v1/programs/${programId}/fx/settings`, { ...fx, fourEyesAbove: brl('1') });
    const list = await get(`/v1/programs/${programId}/setting-changes?state=asked`, 'bob');
    const back = await decide(tax.body['id'], 'refuse', 'ana');
    await decide(trades.body['id'], 'approve', 'bob');

    expect([tax.status, trades.status]).to.deep.equal([202, 202]);
    expect(list.body.data.map(({ setting }) => setting)).to.deep.equal(['tax_settings', 'fx_settings']);
    expect(back.body).to.include({ state: 'refused', decidedBy: tax.body['askedBy'] });
    expect((await get(taxPath)).body).to.deep.include({ version: 1, source: 'domestic' });
    expect((await get(`/v1/programs/${programId}/fx/settings`)).body).to.deep.include({ fourEyesAbove: brl('1') });
    expect((await decide(tax.body['id'], 'approve', 'bob')).body['code']).to.equal('settlement.illegal_move');
    expect((await decide(idOf('sch', 99), 'approve', 'bob')).body['code']).to.equal('settlement.change_not_found');
    expect((await get(`/v1/programs/${programId}/setting-changes`, 'one')).status).to.equal(403);
  });

  it('of a partner may wait before anybody has said anything of it: the answer names what waits', async () => {
    const path = `/v1/programs/${programId}/partners/${idOf('par', 2)}/payout-policy`;
    const nothing = await get(path);

    const asked = await send('PUT', path, { minimum: brl('1') }, 'ana', { 'if-none-match': '*' });
    const waiting = await get(path);
    await decide(asked.body['id'], 'approve', 'bob');

    expect([asked.status, nothing.status, waiting.status]).to.deep.equal([202, 404, 404]);
    expect(nothing.body['detail']).not.to.contain('waits');
    expect(waiting.body['code']).to.equal('settlement.no_payout_policy');
    expect(waiting.body['detail']).to.contain(`POST /v1/setting-changes/${String(asked.body['id'])}/approve`);
    expect((await get(path)).body).to.deep.include({ version: 1, minimum: brl('1') });
  });

  it('say what partners may claim in disputes, and partners do not see what waits', async () => {
    const path = `/v1/programs/${programId}/dispute-terms`;
    const words = { windowDays: 60, reviewDays: 30, evidenceDays: 14, appealDays: 30, mostClaimed: brl('100000') };

    const asked = await send('PUT', path, { ...words, mostClaimed: brl('900000') });
    const [shown, toPartner] = [await get(path), await get(path, 'one')];
    const stricter = await send('PUT', path, { ...words, windowDays: 59 });
    const outdated = await decide(asked.body['id'], 'approve', 'bob');
    await decide(asked.body['id'], 'refuse', 'bob');

    expect([asked.status, asked.body['setting'], asked.body['loosens']]).to.deep.equal([
      202,
      'dispute_terms',
      ['/mostClaimed'],
    ]);
    expect(shown.body).to.deep.equal({ ...words, pending: asked.body });
    expect(toPartner.body).to.deep.equal(words);
    expect([stricter.status, stricter.body]).to.deep.equal([200, { ...words, windowDays: 59 }]);
    expect([outdated.status, outdated.body['code']]).to.deep.equal([409, 'settlement.change_outdated']);
  });

  it('say which account payouts leave from, whose number is not for everybody', async () => {
    const path = `/v1/programs/${programId}/bank-account`;
    const account = {
      holder: 'Loja',
      account: { scheme: 'domestic', number: '0001-1' },
      bank: { scheme: 'domestic', code: '001' },
      town: 'Recife',
      country: 'BR',
    };
    const other = { ...account, account: { scheme: 'domestic', number: '0002-2' } };

    const first = await send('PUT', path, account);
    const asked = await send('PUT', path, other);
    const shown = await get(path);
    const wantedOf = async (who: string) =>
      (await get(`/v1/programs/${programId}/setting-changes?state=asked`, who)).body.data.map(({ wanted }) => wanted);
    const lists = [await wantedOf('ana'), await wantedOf('eva')];
    const alone = await decide(asked.body['id'], 'approve', 'ana');
    const agreed = await decide(asked.body['id'], 'approve', 'bob');

    expect([first.status, first.body]).to.deep.equal([200, account]);
    expect([asked.status, asked.body['loosens']]).to.deep.equal([202, ['/account']]);
    expect(shown.body).to.deep.equal({ ...account, pending: asked.body });
    expect(lists).to.deep.equal([[other], [{}]]);
    expect([alone.body['code'], agreed.status]).to.deep.equal(['settlement.four_eyes', 200]);
    expect((await get(path)).body).to.deep.equal(other);
  });
});
