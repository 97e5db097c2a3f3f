import { expect } from 'chai';
import { commission } from '../../../../src/modules/commission/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingAttribution, standingAttributionModule } from '../../../support/standing-attribution.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

describe('what orders wait for, over HTTP', () => {
  const program = withRunningApp([
    identity,
    orders,
    standingPartnersModule(new StandingPartners()),
    standingAttributionModule(new StandingAttribution()),
    commission,
  ]);
  const staff = { token: '' };

  before(async () => {
    staff.token = await program().tokenWith(['terms:read', 'terms:write', 'commissions:read']);
  });

  const csv = (text: string, source = 'ecb') =>
    program().call<{ added: number; code: string; errors: readonly { pointer: string }[] }>(
      'POST',
      `/v1/exchange-rates?source=${source}`,
      { token: staff.token, body: text, headers: { 'content-type': 'text/csv' } },
    );

  it('takes a sheet of rates once, refuses one that says otherwise, and lists what is known', async () => {
    const sheet = 'Date,USD,BRL\n2018-01-09,1.1932,3.8601\n2018-01-08,1.1973,3.8757\n';

    const first = await csv(sheet);
    const again = await csv(sheet);
    const other = await csv('Date,USD\n2018-01-08,1.2\n');
    const broken = await csv('Date,USD\n2018-01-08,one\n');
    const nothing = await csv('base,currency,at,rate\nUSD,USD,2018-01-08T00:00:00Z,1\n');

    expect([first.body.added, again.body.added]).to.deep.equal([4, 0]);
    expect([other.status, other.body.code]).to.deep.equal([409, 'commission.rate_differs']);
    expect([broken.status, broken.body.code]).to.deep.equal([400, 'commission.rates_unreadable']);
    expect(nothing.body.errors[0]).to.include({ pointer: '/rates/0' });

    const rates = [{ base: 'USD', currency: 'CNY', at: '2018-01-08T00:00:00Z', rate: '6.5' }];
    const json = await program().call<{ added: number }>('POST', '/v1/exchange-rates?source=ours', {
      token: staff.token,
      body: { rates },
    });
    expect(json.body.added).to.equal(1);
    const listed = await program().call<{ data: readonly object[] }>('GET', '/v1/exchange-rates?currency=BRL', staff);
    expect(listed.body.data).to.deep.equal([
      { source: 'ecb', base: 'EUR', currency: 'BRL', at: '2018-01-09T15:00:00.000Z', rate: '3.8601' },
      { source: 'ecb', base: 'EUR', currency: 'BRL', at: '2018-01-08T15:00:00.000Z', rate: '3.8757' },
    ]);
  });

  it('lists the orders that nobody can calculate, and why, to staff alone', async () => {
    await rowsOf(
      program().database.owner.knex,
      `insert into commission.uncalculated (order_id, program_id, order_ref, code, detail, since)
       values (:orderId, :programId, 'A-1', 'commission.rate_missing', 'there is no rate', '2018-01-08T00:00:00Z')`,
      { orderId: toUuid(idOf('ord', 1)), programId: toUuid(idOf('prg', 1)) },
    );
    const partner = { token: await program().tokenWith(['commissions:read'], idOf('par', 1)) };

    const listed = await program().call<{ data: readonly object[] }>(
      'GET',
      `/v1/orders/uncalculated?programId=${idOf('prg', 1)}&code=commission.rate_missing`,
      staff,
    );
    const refused = await program().call('GET', '/v1/orders/uncalculated', partner);

    expect(listed.body.data).to.deep.equal([
      {
        orderId: idOf('ord', 1),
        orderRef: 'A-1',
        programId: idOf('prg', 1),
        code: 'commission.rate_missing',
        detail: 'there is no rate',
        since: '2018-01-08T00:00:00.000Z',
      },
    ]);
    expect(refused.status).to.equal(403);
  });
});
