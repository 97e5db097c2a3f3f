import { expect } from 'chai';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);
const [ana, bea, carl] = [idOf('par', 1), idOf('par', 2), idOf('par', 3)];
const partners = new StandingPartners();

const split = {
  model: { kind: 'split', initiator: 30, contributor: 20, converter: 50, missing: 'converter' },
  windows: { click: { days: 90 }, coupon: { days: 90 }, test_drive: { days: 365 } },
  precedence: [['coupon', 'click', 'test_drive'], ['late_claim']],
  inCartSeconds: 600,
  lateClaims: { window: { days: 14 }, confirmation: 'staff' },
};
const byCode = {
  model: { kind: 'last_touch' },
  windows: { click: { days: 30 }, coupon: { days: 30 } },
  precedence: [['coupon', 'late_claim'], ['click']],
  lateClaims: { window: { days: 14 }, confirmation: 'valid_code' },
  exclusiveCodes: [{ code: 'CARL-', match: 'starts_with', partnerId: carl }],
};

interface Touch {
  readonly partnerId: string | null;
  readonly fate: string;
  readonly share?: string;
  readonly figures?: object;
}
interface Credit {
  readonly partnerId: string;
  readonly share: string;
  readonly role: string;
}

describe('attribution policies over HTTP', () => {
  const running = withRunningApp([identity, standingPartnersModule(partners), pipeline, orders, attribution], {
    SANDBOX: 'true',
  });
  let staff = '';
  let anas = '';
  let beas = '';

  const post = (path: string, body: object = {}, token = staff) => running().call('POST', path, { token, body });
  const get = (path: string, token = staff) => running().call('GET', path, { token });
  const settle = () => post('/v1/sandbox/settle', { timeoutMs: 10_000 });
  const itIs = async (now: string) => expect((await post('/v1/sandbox/clock', { now })).status).to.equal(200);
  const publish = (body: object, token = staff) => post('/v1/attribution-policies', { programId, ...body }, token);
  const tell = async (...events: readonly object[]) => {
    expect((await post('/v1/events', { events })).status).to.be.within(200, 202);
    await settle();
  };
  const event = (type: string, subject: string, time: string, data: object) => ({
    id: `${type} ${subject}`,
    type,
    programId,
    subject,
    time,
    data,
  });
  const placed = (ref: string, time: string, more: object) =>
    event('order.placed', ref, time, {
      currency: 'BRL',
      lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }],
      ...more,
    });
  const clicked = (n: number, linkCode: string, time: string, visitorId: string) =>
    event('click.recorded', `${n}`, time, { clickId: idOf('clk', n), linkCode, visitorId });
  const conversion = async (ref: string, token = staff) => {
    const [found] = (await get(`/v1/conversions?orderRef=${ref}`)).body['data'] as readonly { id: string }[];
    return (await get(`/v1/conversions/${found?.id ?? ''}`, token)).body;
  };
  const credits = async (ref: string) =>
    ((await conversion(ref))['credits'] as readonly Credit[]).map(({ partnerId, share, role }) => [
      partnerId,
      share,
      role,
    ]);

  before(async () => {
    staff = await running().tokenWith();
    const scopes = ['conversions:read', 'claims:write', 'programs:read'];
    anas = await running().tokenWith(scopes, ana);
    beas = await running().tokenWith(scopes, bea);
    await itIs('2030-01-01T00:00:00Z');
    for (const [partnerId, code] of Object.entries({ [ana]: 'ana', [bea]: 'bea', [carl]: 'carl' })) {
      await post('/v1/links', { programId, partnerId, code: `${code}-link` });
      await post('/v1/coupons', { programId, partnerId, code: `${code}10` });
    }
  });

  it('are refused with every fault at once, each at its place', async () => {
    const answer = await publish({
      rules: {
        model: { kind: 'position_based', first: 40, middle: 40, last: 40 },
        windows: { click: { days: 30, hours: 1 }, coupons: { days: 1 }, impression: { days: 0 } },
        precedence: [['click'], ['click']],
        inCartSeconds: 3_541,
        exclusiveCodes: [{ code: ' ', match: 'like', partnerId: 'ana', until: '2030-13-01' }],
        standDown: { groups: [], signals: ['nothing'], withinMinutes: 5 },
        bonus: true,
      },
    });

    expect([answer.status, answer.body['code']]).to.deep.equal([400, 'attribution.policy_invalid']);
    const places = (answer.body['errors'] as readonly { pointer: string }[]).map(({ pointer }) => pointer);
    expect(places).to.include.members([
      '/rules/bonus',
      '/rules/model',
      '/rules/windows/click',
      '/rules/windows/coupons',
      '/rules/windows/impression/days',
      '/rules/precedence/1/0',
      '/rules/precedence',
      '/rules/inCartSeconds',
      '/rules/exclusiveCodes/0/code',
      '/rules/exclusiveCodes/0/match',
      '/rules/exclusiveCodes/0/partnerId',
      '/rules/exclusiveCodes/0/until',
      '/rules/standDown/signals/0',
    ]);
    expect((await get(`/v1/attribution-policies?programId=${programId}`)).body['data']).to.deep.equal([]);
  });

  it('are staff’s to publish, forwards in time, in one form or the other', async () => {
    const answers = [
      await publish({ rules: split }, anas),
      await publish({ rules: split, effectiveFrom: '2029-12-31T23:59:59Z' }),
      await publish({ rules: split, windowDays: 30 }),
      await publish({}),
      await post('/v1/attribution-policies', { programId: idOf('prg', 9), rules: split }),
      await get(`/v1/attribution-policies?programId=${programId}`, anas),
    ];

    expect(answers.map(({ status, body }) => [status, body['code']])).to.deep.equal([
      [403, 'http.missing_scope'],
      [422, 'attribution.policy_back_dated'],
      [400, 'attribution.policy_unclear'],
      [400, 'attribution.policy_unclear'],
      [422, 'attribution.unknown_program'],
      [403, 'http.staff_only'],
    ]);
  });

  it('decide orders by when they were placed, and are published once', async () => {
    const first = await publish({ rules: split, effectiveFrom: '2030-02-01T00:00:00Z' });
    const again = await publish({ rules: split, effectiveFrom: '2030-02-01T00:00:00Z' });
    const tooEarly = await publish({ rules: byCode, effectiveFrom: '2030-01-20T00:00:00Z' });
    const second = await publish({ rules: byCode, effectiveFrom: '2030-03-01T00:00:00Z' });

    expect([first.status, first.body['version'], again.body['version'], second.body['version']]).to.deep.equal([
      201, 2, 2, 3,
    ]);
    expect([tooEarly.status, tooEarly.body['code']]).to.deep.equal([422, 'attribution.policy_back_dated']);

    await itIs('2030-03-10T00:00:00Z');
    await tell(
      clicked(1, 'ana-link', '2030-01-20T12:00:00Z', 'v1'),
      clicked(2, 'bea-link', '2030-01-25T12:00:00Z', 'v1'),
      clicked(3, 'carl-link', '2030-01-30T12:00:00Z', 'v1'),
    );
    await tell(
      placed('J', '2030-01-31T23:59:59.999Z', { visitorId: 'v1' }),
      placed('F', '2030-02-01T00:00:00Z', { visitorId: 'v1' }),
      placed('M', '2030-03-01T00:00:00Z', { visitorId: 'v1' }),
    );

    const versions = await Promise.all(['J', 'F', 'M'].map(async (ref) => (await conversion(ref))['policyVersion']));
    expect(versions).to.deep.equal([1, 2, 3]);
  });

  it('divide the credit, and show each partner its own part and why it lost, and nobody else', async () => {
    expect(await credits('F')).to.deep.equal([
      [ana, '3/10', 'initiator'],
      [bea, '1/5', 'contributor'],
      [carl, '1/2', 'converter'],
    ]);
    expect(await credits('J')).to.deep.equal([[carl, '1/1', 'converter']]);
    expect(await conversion('F')).to.include({ partnerId: carl, outcome: 'attributed' });

    const hers = await conversion('F', beas);
    const listed = (await get('/v1/conversions', beas)).body['data'] as readonly { orderRef: string }[];
    expect(listed.map(({ orderRef }) => orderRef)).to.deep.equal(['F']);
    expect(hers).to.include({ partnerId: null });
    expect((hers['credits'] as readonly Credit[]).map(({ share }) => share)).to.deep.equal(['1/5']);
    expect(JSON.stringify(hers)).not.to.include(ana).and.not.to.include(carl);

    const lost = (await conversion('J', anas))['touchpoints'] as readonly Touch[];
    expect(lost.map(({ partnerId, fate }) => [partnerId, fate])).to.deep.equal([
      [ana, 'earlier_touch'],
      [null, 'earlier_touch'],
      [null, 'won'],
    ]);
    expect(lost[0]?.figures).to.deep.equal({ secondsBefore: 11.5 * 86_400 - 1 });
    expect(lost[1]).not.to.have.any.keys('figures', 'share');
  });

  it('give an order with an exclusive code to its partner, though the code is nobody’s coupon', async () => {
    await tell(placed('X', '2030-03-02T00:00:00Z', { visitorId: 'v1', couponCodes: ['carl-friends'] }));

    expect(await credits('X')).to.deep.equal([[carl, '1/1', 'converter']]);
    expect(await conversion('X')).to.include({ touchKind: 'coupon', clickId: null });
  });

  it('count what a dealer tells of, also after the order', async () => {
    await tell(placed('T', '2030-02-10T00:00:00Z', { visitorId: 'v2' }));
    const body = {
      programId,
      partnerId: bea,
      kind: 'test_drive',
      occurredAt: '2030-02-05T10:00:00Z',
      reference: 'TD-77',
      visitorId: 'v2',
    };
    const told = await post('/v1/touchpoints', body);
    const again = await post('/v1/touchpoints', body);
    await settle();

    expect([told.status, again.body['id']]).to.deep.equal([201, told.body['id']]);
    expect(await conversion('T')).to.include({ partnerId: bea, touchKind: 'test_drive', clickId: told.body['id'] });
    expect((await post('/v1/touchpoints', { ...body, occurredAt: '2031-01-01T00:00:00Z' })).body['code']).to.equal(
      'attribution.touch_ahead',
    );
    expect((await post('/v1/touchpoints', body, anas)).status).to.equal(403);
  });

  describe('late claims', () => {
    const claim = (ref: string, token: string, more: object = {}) =>
      post('/v1/claims', { programId, orderRef: ref, evidence: 'she showed me her order', ...more }, token);

    it('wait for staff, take what is nobody’s, and are made once', async () => {
      await tell(placed('L', '2030-03-05T00:00:00Z', {}), placed('N', '2030-02-27T00:00:00Z', {}));
      const filed = await claim('N', anas);
      const path = `/v1/claims/${String(filed.body['id'])}`;

      expect([filed.status, filed.body['state']]).to.deep.equal([201, 'filed']);
      expect(await conversion('N')).to.include({ outcome: 'unattributed' });
      expect((await claim('N', anas)).body['code']).to.equal('attribution.claim_repeated');
      expect((await post(`${path}/confirm`, {}, anas)).body['code']).to.equal('http.staff_only');
      expect((await get(path, beas)).status).to.equal(404);

      const confirmed = await post(`${path}/confirm`);
      await settle();

      expect(confirmed.body).to.include({ state: 'confirmed', reason: 'staff_confirmed' });
      expect(await conversion('N')).to.include({ outcome: 'attributed', partnerId: ana, touchKind: 'late_claim' });
      expect((await post(`${path}/reject`, { reason: 'second thoughts' })).body['code']).to.equal(
        'attribution.illegal_move',
      );
    });

    it('take nothing from a touch where the policy puts them last, and say so', async () => {
      const filed = await claim('F', staff, { partnerId: bea });
      expect([filed.status, filed.body['code']]).to.deep.equal([422, 'attribution.claim_out_of_time']);

      await tell(placed('G', '2030-02-28T00:00:00Z', { visitorId: 'v1' }));
      const before = await credits('G');
      const { body } = await claim('G', staff, { partnerId: bea });
      await post(`/v1/claims/${String(body['id'])}/confirm`);
      await settle();

      expect(await credits('G')).to.deep.equal(before);
      const fates = ((await conversion('G'))['touchpoints'] as readonly Touch[]).map(({ fate }) => fate);
      expect(fates).to.include('lower_precedence');
    });

    it('are confirmed at once by a valid code where the policy says so; the loser is told, and paid by nobody', async () => {
      await tell(placed('W', '2030-03-06T00:00:00Z', { visitorId: 'v1' }));
      expect(await credits('W')).to.deep.equal([]);
      await tell(clicked(4, 'carl-link', '2030-03-05T12:00:00Z', 'v1'));
      expect(await credits('W')).to.deep.equal([[carl, '1/1', 'converter']]);

      const wrong = await claim('W', beas, { code: 'ana10' });
      const right = await claim('W', anas, { code: 'ANA10 ' });
      await settle();

      expect([wrong.body['state'], right.body['state'], right.body['reason']]).to.deep.equal([
        'filed',
        'confirmed',
        'valid_code',
      ]);
      expect(await credits('W')).to.deep.equal([[ana, '1/1', 'converter']]);
      const { rows } = await running().database.owner.knex.raw<{ rows: readonly { payload: object }[] }>(
        `select payload from attribution.outbox where type = 'attribution.credit_lost'`,
      );
      expect(rows.map(({ payload }) => payload).at(-1)).to.include({
        orderRef: 'W',
        partnerId: carl,
        previousShare: '1/1',
        reason: 'claim_confirmed',
      });
    });

    it('are refused where the policy takes none, or the order is unknown', async () => {
      const answers = [
        await claim('J', anas),
        await claim('none', anas),
        await post(`/v1/claims/${idOf('clm', 9)}/confirm`),
        await claim('L', staff),
      ];

      expect(answers.map(({ status, body }) => [status, body['code']])).to.deep.equal([
        [422, 'attribution.claims_not_taken'],
        [404, 'attribution.unknown_order'],
        [404, 'attribution.unknown_claim'],
        [400, 'attribution.partner_missing'],
      ]);
    });
  });

  it('leave decisions that are what their inputs decide', async () => {
    for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
  });
});
