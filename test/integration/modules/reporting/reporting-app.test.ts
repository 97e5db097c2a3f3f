import { expect } from 'chai';
import { identity } from '../../../../src/modules/identity/module.ts';
import { reporting } from '../../../../src/modules/reporting/module.ts';
import { offering, StandingBudgets } from '../../../support/budgets.ts';
import { idOf } from '../../../support/clock.ts';
import { programId, wholeStory } from '../../../support/reporting-story.ts';
import { withRunningApp } from '../../../support/running-app.ts';

describe('reports over HTTP', () => {
  const running = withRunningApp([identity, offering(new StandingBudgets()), reporting]);
  let staff: string;
  let own: string;

  before(async () => {
    const { app } = running();
    staff = await running().tokenWith();
    own = await running().tokenWith(['reports:read'], idOf('par', 2));
    const inbound = app.inbounds.find(({ consumer }) => consumer.name === 'reporting')!;
    const { told } = wholeStory();
    await inbound.deliver(told);
    await inbound.deliver(told);
  });

  const get = (path: string, token: string) => running().call('GET', path, { token });

  it('shows staff a program, and a partner its part of it', async () => {
    const summary = `/v1/reports/program-summary?programId=${programId}`;

    expect((await get(summary, staff)).body).to.deep.equal({
      clicks: 3,
      conversionsAttributed: 6,
      conversionsUnattributed: 2,
      commissions: [
        { state: 'held', count: 1, amount: { minor: '2000', currency: 'BRL' } },
        { state: 'paid', count: 2, amount: { minor: '1200', currency: 'BRL' } },
        { state: 'pending', count: 1, amount: { minor: '60', currency: 'BRL' } },
        { state: 'reversed', count: 2, amount: { minor: '780', currency: 'BRL' } },
        { state: 'settled', count: 1, amount: { minor: '5000', currency: 'BRL' } },
      ],
      statements: 2,
      payouts: [
        { state: 'failed', count: 1, amount: { minor: '5000', currency: 'BRL' } },
        { state: 'returned', count: 1, amount: { minor: '5000', currency: 'BRL' } },
        { state: 'settled', count: 1, amount: { minor: '1050', currency: 'BRL' } },
      ],
    });
    expect((await get(summary, own)).body).to.deep.include({ clicks: 1, conversionsUnattributed: 0, statements: 1 });
  });

  it('shows what days brought, within bounds', async () => {
    const daily = (query: string, token = staff) => get(`/v1/reports/daily?programId=${programId}&${query}`, token);

    const { body } = await daily('from=2018-03-01&to=2018-03-01', own);
    expect(body['data']).to.deep.equal([
      { day: '2018-03-01', measure: 'accrued', count: 3, amount: { minor: '5140', currency: 'BRL' } },
      { day: '2018-03-01', measure: 'clicks', count: 1 },
      { day: '2018-03-01', measure: 'conversions', count: 2 },
    ]);
    expect((await daily('from=2018-01-01&to=2018-12-31')).status).to.equal(200);
    for (const range of ['from=2018-03-02&to=2018-03-01', 'from=2018-01-01&to=2019-01-02'])
      expect((await daily(range)).body['code']).to.equal('reporting.bad_range');
    expect((await daily('from=2018-02-30&to=2018-03-01')).status).to.equal(400);
    expect((await daily(`from=2018-03-01&to=2018-03-01&partnerId=${idOf('par', 1)}`, own)).status).to.equal(404);
  });

  it('shows a balance to the partner, and to staff that says whose', async () => {
    const { body } = await get(`/v1/balance?programId=${programId}`, own);

    expect(body['data']).to.deep.equal([
      {
        currency: 'BRL',
        pending: { minor: '60', currency: 'BRL' },
        vested: { minor: '0', currency: 'BRL' },
        payable: { minor: '5000', currency: 'BRL' },
        inPayout: { minor: '0', currency: 'BRL' },
        paid: { minor: '0', currency: 'BRL' },
        clawedBack: { minor: '0', currency: 'BRL' },
        adjusted: { minor: '0', currency: 'BRL' },
      },
    ]);
    const asked = `/v1/balance?programId=${programId}&partnerId=${idOf('par', 2)}`;
    expect((await get(asked, staff)).body).to.deep.equal(body);
    expect((await get(`/v1/balance?programId=${programId}`, staff)).body['code']).to.equal('reporting.partner_missing');
  });

  it('says when a commission is paid and what blocks it, to whom it belongs', async () => {
    const { body } = await get(`/v1/commissions/${idOf('com', 5)}/payment`, own);

    expect(body).to.deep.include({ state: 'settled', orderRef: 'A-5', statementId: idOf('stm', 2), earliestAt: null });
    expect((body['blockers'] as { code: string }[]).map(({ code }) => code)).to.deep.equal([
      'payout_returned',
      'awaiting_payout',
    ]);
    expect((body['steps'] as { step: string }[]).map(({ step }) => step)).to.deep.equal([
      'accrued',
      'confirmed',
      'vested',
      'locked',
      'settled',
      'paid',
    ]);
    expect((await get(`/v1/commissions/${idOf('com', 1)}/payment`, own)).status).to.equal(404);
    expect((await get(`/v1/commissions/${idOf('com', 99)}/payment`, staff)).body['code']).to.equal(
      'reporting.unknown_commission',
    );
  });
});
