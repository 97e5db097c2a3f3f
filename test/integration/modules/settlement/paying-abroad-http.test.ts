import { expect } from 'chai';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { LedgerPort } from '../../../../src/modules/ledger/index.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import type { TaxProfile } from '../../../../src/modules/partners/index.ts';
import { clearingCode, taxCode } from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import { derivedId } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';
import { batchOf, payoutOf, programId, ToldCommission, ToldRates } from '../../../support/settlement-story.ts';
import { standingPartnersModule } from '../../../support/standing-partners.ts';
import { accruedAndLocked, tell, tellingCommissionModule } from '../../../support/telling-commission.ts';

type Row = Readonly<Record<string, unknown>>;

const MONTH = '2026-01';
const inEuros = derivedId('bat', programId, MONTH, 'bank', 'EUR');
const payoutId = payoutOf(MONTH);
const fxPath = `/v1/programs/${programId}/fx`;
const taxPath = `/v1/programs/${programId}/tax`;
const brl = (minor: string) => ({ minor, currency: 'BRL' });
const eur = (minor: string) => ({ minor, currency: 'EUR' });

/** Partner 1 has signed a W-9 without a tax number. */
class TaxedPartners extends SettlingPartners {
  override taxProfiles(): Promise<readonly TaxProfile[]> {
    const profile = { form: 'w9' as const, legalName: 'Ana Söhne', entity: 'person' as const, country: 'US' };
    const address = { town: 'Boston', country: 'US' };
    return Promise.resolve(
      [1, 2].map((n) => ({
        ...{ partnerId: idOf('par', n), ...profile, address, signedOn: '2026-01-01' },
        ...(n === 2 && { taxId: '123456789' }),
      })),
    );
  }
}

describe('paying abroad, and withholding, over HTTP', function () {
  this.timeout(120_000);
  const partners = new TaxedPartners();
  const commission = new ToldCommission();
  const rates = new ToldRates();
  const running = withRunningApp(
    [
      identity,
      standingPartnersModule(partners),
      tellingCommissionModule(commission, undefined, undefined, rates),
      ledger,
      settlement,
    ],
    { SANDBOX: 'true' },
  );
  const tokens: Record<string, string> = {};
  let keys = 0;

  const call = (method: string, path: string, who: string, body?: unknown, headers = {}) =>
    running().call<Row & { readonly data: readonly Row[] }>(method, path, { token: tokens[who] ?? '', body, headers });
  const get = (path: string, who = 'finance') => call('GET', path, who);
  const send = (method: string, path: string, body?: unknown, who = 'finance', headers = {}) =>
    call(method, path, who, body, { 'idempotency-key': `k${(keys += 1)}`, ...headers });
  const post = (path: string, body?: unknown, who = 'finance') => send('POST', path, body, who);
  const settled = async () => {
    const { body } = await post('/v1/sandbox/settle', { timeoutMs: 20_000 });
    if (body['settled'] !== true) throw new Error(JSON.stringify(body));
  };
  const answered = async (batchId: string, returned: readonly string[] = []) => {
    const { body } = await post('/v1/sandbox/bank/statements', { batchId, return: returned });
    const { status, body: said } = await call('POST', '/v1/bank-statements', 'finance', body, {
      'idempotency-key': `k${(keys += 1)}`,
      'content-type': 'application/xml',
    });
    expect(status, JSON.stringify(said)).to.be.oneOf([200, 201]);
    await settled();
  };
  const balance = async (code: string): Promise<string> =>
    (await running().app.ask(LedgerPort).balances([code]))[0]?.minor ?? '0';
  const auditsHold = async () => {
    for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
  };

  before(async () => {
    const staff = running().app.ask(IdentityPort);
    const scopes = ['settlement:read', 'settlement:write', 'payouts:approve'];
    for (const [name, own, partnerId] of [
      ['finance', [...scopes, 'sandbox']],
      ['boss', scopes],
      ['one', ['settlement:read'], idOf('par', 1)],
    ] as const) {
      const client = await staff.createClient({ name, scopes: own, partnerId });
      tokens[name] = await staff.tokenFor(client.clientId, 3_600);
    }
    await post('/v1/sandbox/clock', { now: '2026-02-05T00:00:00Z' });
    rates.tell('BRL/EUR', '0.2', '2026-02-04T15:00:00Z');
    rates.tell('EUR/BRL', '5', '2026-02-04T15:00:00Z');
    partners.wants(idOf('par', 1), { currency: 'EUR' });
    await send(
      'PUT',
      `/v1/programs/${programId}/tax-settings`,
      { jurisdictions: ['US'], source: 'domestic' },
      'finance',
      {
        'if-none-match': '*',
      },
    );
    for (const [n, minor] of [
      [1, 100_000n],
      [2, 30_000n],
    ] as const) {
      const at = instant('2026-01-10T12:00:00Z');
      commission.locked.push({ at, minor });
      await tell(running().database, ...accruedAndLocked({ n, partner: n, minor, at }));
    }
    await settled();
    await post(`/v1/programs/${programId}/periods/${MONTH}/close`);
    await settled();
    for (const batchId of [inEuros, batchOf(MONTH)])
      await post(`/v1/payout-batches/${batchId}/approve`, undefined, 'boss');
  });

  it('waits for somebody to say whose rates count, and guesses nothing', async () => {
    const early = await post(`/v1/payout-batches/${inEuros}/submit`);

    expect([early.status, early.body['code']]).to.deep.equal([422, 'settlement.no_exchange_rate']);
    expect((await get(`${fxPath}/settings`)).body['code']).to.equal('settlement.no_fx_settings');
    expect((await get(`/v1/payouts/${payoutId}`)).body)
      .to.include({ state: 'approved' })
      .and.to.not.have.property('exchange');
  });

  it('is set by staff alone, in the currency of the books', async () => {
    const terms = { source: 'ecb', spreadBasisPoints: 100, oldestRateHours: 96, fourEyesAbove: brl('100000') };

    expect((await send('PUT', `${fxPath}/settings`, { ...terms, fourEyesAbove: eur('1') })).body['code']).to.equal(
      'money.currency_mismatch',
    );
    expect((await send('PUT', `${fxPath}/settings`, terms, 'one')).status).to.equal(403);
    expect((await send('PUT', `${fxPath}/settings`, terms)).body).to.deep.include(terms);
    expect((await get(`${fxPath}/settings`)).body).to.deep.include({ ...terms });
  });

  it('withholds, exchanges what is left, and shows gross, withheld, net and what leaves', async () => {
    expect((await post(`/v1/payout-batches/${inEuros}/submit`)).status).to.equal(200);
    expect((await post(`/v1/payout-batches/${batchOf(MONTH)}/submit`)).status).to.equal(200);
    await settled();

    const { body } = await get(`/v1/payouts/${payoutId}`, 'one');
    expect(body).to.deep.include({
      amount: brl('100000'),
      withheld: { amount: brl('24000'), jurisdiction: 'US', percent: '24', reason: 'no_tax_id' },
      net: brl('76000'),
    });
    expect(body['exchange']).to.deep.include({
      leaves: eur('15048'),
      spreadBasisPoints: 100,
      spread: brl('760'),
      fixedAt: '2026-02-05T00:00:00.000Z',
    });
    expect(await balance(clearingCode(programId, inEuros))).to.equal('15048');
    expect(await balance(taxCode(programId, 'US'))).to.equal('24000');
    await auditsHold();
  });

  it('is settled by lines of what left, each on its own account', async () => {
    for (const batchId of [inEuros, batchOf(MONTH)]) await answered(batchId);

    expect((await get(`/v1/payouts/${payoutId}`)).body).to.include({ state: 'settled' });
    expect(await balance(clearingCode(programId, inEuros))).to.equal('0');
    expect(await balance(`bank:${programId}:main:EUR`)).to.equal('-15048');
    expect(await balance(`bank:${programId}:main`)).to.equal('-30000');
    await auditsHold();
  });

  it('buys the currency that is missing: at once up to the limit, above it by two people', async () => {
    const trade = { sold: brl('76500'), bought: eur('15048'), tradedAt: '2026-02-04T16:00:00Z', reference: 'FX 1' };
    const told = await post(`${fxPath}/trades`, trade);
    const again = await post(`${fxPath}/trades`, trade);
    const large = await post(`${fxPath}/trades`, {
      ...trade,
      sold: brl('500000'),
      bought: eur('100000'),
      reference: 'FX 2',
    });
    const alone = await post(`/v1/fx/trades/${String(large.body['id'])}/approve`);
    const both = await post(`/v1/fx/trades/${String(large.body['id'])}/approve`, undefined, 'boss');
    await settled();

    expect([told.status, told.body['state']]).to.deep.equal([201, 'booked']);
    expect([again.status, again.body['code']]).to.deep.equal([409, 'settlement.trade_known']);
    expect([large.body['state'], alone.body['code'], both.body['state']]).to.deep.equal([
      'proposed',
      'settlement.four_eyes',
      'booked',
    ]);
    expect((await get(`${fxPath}/trades`)).body.data.map(({ reference }) => reference)).to.deep.equal(['FX 1', 'FX 2']);
    const [position] = (await get(`${fxPath}/positions`)).body.data;
    expect(position).to.deep.include({
      ...{ currency: 'EUR', quantity: eur('100000'), cost: brl('500000'), market: brl('500000') },
      ...{ unrealised: brl('0'), realised: brl('-1260') },
    });
    expect((await get(`${fxPath}/positions`, 'one')).status).to.equal(403);
    await auditsHold();
  });

  it('pays what was withheld to its office by two people, and no more than that', async () => {
    const ask = (minor: string) =>
      post(`${taxPath}/remittances`, { jurisdiction: 'US', amount: brl(minor), reference: 'F945' });

    expect((await ask('24001')).body['code']).to.equal('settlement.nothing_to_remit');
    const asked = await ask('4000');
    const path = `/v1/tax/remittances/${String(asked.body['id'])}/approve`;
    expect((await post(path)).body['code']).to.equal('settlement.four_eyes');
    expect((await post(path, undefined, 'boss')).body).to.include({ state: 'approved' });
    await settled();

    expect((await get(`${taxPath}/withheld`)).body.data).to.deep.equal([
      { jurisdiction: 'US', withheld: brl('24000'), remitted: brl('4000'), open: brl('20000') },
    ]);
    expect((await get(`${taxPath}/remittances`)).body.data).to.have.length(1);
    expect((await get(`${taxPath}/withheld`, 'one')).status).to.equal(403);
    expect(await balance(taxCode(programId, 'US'))).to.equal('20000');
    await auditsHold();
  });

  it('gives both parts back when the payout returns, at the rate it went by', async () => {
    rates.tell('BRL/EUR', '0.1', '2026-02-05T00:00:00Z');

    await answered(inEuros, [payoutId]);

    expect((await get(`/v1/payouts/${payoutId}`)).body).to.include({ state: 'returned' });
    const { body } = await get(`/v1/partners/${idOf('par', 1)}/balance?programId=${programId}`);
    expect(body['available']).to.deep.equal(brl('100000'));
    expect(await balance(clearingCode(programId, inEuros))).to.equal('0');
    expect(await balance(taxCode(programId, 'US'))).to.equal('-4000'); // paid to the office before
    await auditsHold();
  });

  it('shows each part on the partner’s statement, and values what is open when the period closes', async () => {
    await post('/v1/sandbox/clock', { now: '2026-03-05T00:00:00Z' });
    await settled();
    const early = await post(`/v1/programs/${programId}/periods/2026-02/close`);
    expect([early.status, early.body['code']]).to.deep.equal([422, 'settlement.no_exchange_rate']);
    rates.tell('EUR/BRL', '5.5', '2026-02-27T15:00:00Z');

    expect((await post(`/v1/programs/${programId}/periods/2026-02/close`)).status).to.equal(202);
    await settled();

    const [statement] = (await get(`/v1/statements?programId=${programId}&period=2026-02`, 'one')).body.data;
    const { body } = await get(`/v1/statements/${String(statement?.['id'])}`, 'one');
    const lines = body['lines'] as readonly Row[];
    expect(lines.map(({ purpose, amount }) => [purpose, (amount as Row)['minor']])).to.have.deep.members([
      ['submit', '-76000'],
      ['withhold', '-24000'],
      ['restore', '76000'],
      ['restore_tax', '24000'],
    ]);
    const [position] = (await get(`${fxPath}/positions`)).body.data;
    expect(position?.['valued']).to.deep.include({ period: '2026-02', quantity: eur('115048') });
    await auditsHold();
  });
});
