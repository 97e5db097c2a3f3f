import { expect } from 'chai';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);
const partners = new StandingPartners();

describe('coupons over HTTP', () => {
  const running = withRunningApp([identity, standingPartnersModule(partners), pipeline, orders, attribution], {
    SANDBOX: 'true',
  });
  let staff = '';
  let ours = '';
  let theirs = '';

  before(async () => {
    staff = await running().tokenWith();
    ours = await running().tokenWith(['links:read', 'links:write', 'conversions:read'], idOf('par', 1));
    theirs = await running().tokenWith(['links:read', 'links:write', 'conversions:read'], idOf('par', 2));
  });

  const post = (path: string, body?: unknown, token = staff) => running().call('POST', path, { token, body });
  const get = (path: string, token = staff) => running().call('GET', path, { token });
  const order = async (ref: string, time: string, couponCodes: readonly string[]) => {
    const lines = [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }];
    const data = { currency: 'BRL', lines, couponCodes };
    const events = [{ id: `placed ${ref} ${time}`, type: 'order.placed', programId, subject: ref, time, data }];
    expect((await post('/v1/events', { events })).body).to.include({ accepted: 1 });
    await post('/v1/sandbox/settle', { timeoutMs: 10_000 });
    const { body } = await get(`/v1/conversions?orderRef=${ref}`);
    const [{ id }] = body['data'] as [{ id: string }];
    return (await get(`/v1/conversions/${id}`)).body;
  };

  it('are made by staff, seen by their partner, and credit the orders that are placed with them', async () => {
    const made = await post('/v1/coupons', { programId, partnerId: idOf('par', 1), code: 'Lena10' });
    const conversion = await order('C-1', '2018-01-10T12:00:00Z', ['WELCOME', 'LENA10']);

    expect(made.status).to.equal(201);
    expect(made.body).to.include({ code: 'Lena10', partnerId: idOf('par', 1), disabledAt: null });
    expect((await get(made.headers.get('location') ?? '', ours)).body).to.deep.equal(made.body);
    expect((await get(made.headers.get('location') ?? '', theirs)).status).to.equal(404);
    expect((await get('/v1/coupons', ours)).body['data']).to.deep.equal([made.body]);
    expect((await get('/v1/coupons', theirs)).body['data']).to.deep.equal([]);
    expect(conversion).to.include({
      outcome: 'attributed',
      partnerId: idOf('par', 1),
      clickId: null,
      touchKind: 'coupon',
    });
    expect(conversion['touchpoints']).to.have.length(1);
    expect((conversion['touchpoints'] as object[])[0]).to.include({ kind: 'coupon', fate: 'won', clickId: null });
  });

  it('credit nobody once they are disabled', async () => {
    const { body } = await post('/v1/coupons', { programId, partnerId: idOf('par', 2), code: 'CARLA' });
    const disable = () =>
      running().call('POST', `/v1/coupons/${String(body['id'])}/disable`, {
        token: staff,
        headers: { 'Idempotency-Key': 'once' },
      });
    const disabled = await disable();
    expect([disabled.status, (await disable()).body]).to.deep.equal([200, disabled.body]);
    const now = String(disabled.body['disabledAt']);
    const conversion = await order('C-2', now, ['carla']);

    expect(conversion).to.include({ outcome: 'unattributed', reason: 'coupon_disabled' });
  });

  it('are not the partners’ to make, for anybody could claim the shop’s own codes', async () => {
    const body = { programId, partnerId: idOf('par', 1), code: 'WELCOME' };
    const answers = [
      await post('/v1/coupons', body, ours),
      await post('/v1/coupons', { ...body, code: 'LENA10' }),
      await post('/v1/coupons', { ...body, code: '   ' }),
      await post(`/v1/coupons/${idOf('cpn', 9)}/disable`),
      await get(`/v1/coupons/${idOf('cpn', 9)}`),
    ];

    expect(answers.map(({ status, body: { code } }) => [status, code])).to.deep.equal([
      [403, 'http.staff_only'],
      [409, 'attribution.coupon_taken'],
      [400, 'input.invalid'],
      [404, 'attribution.unknown_coupon'],
      [404, 'attribution.unknown_coupon'],
    ]);
  });
});
