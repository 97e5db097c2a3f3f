/** Orders of a program that does not exist, by every door there is, until it does. */
import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { modules } from '../../../../src/app.ts';
import { lineOf, PARTNERS, PRODUCTS, PROGRAM, TERMS } from '../../../../src/cli/demo/aurora.ts';
import { WhyPort } from '../../../../src/modules/commission/index.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';

const LATER = idOf('prg', 4_711);
const TYPO = idOf('prg', 4_712);

interface Listed {
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly programId: string;
  readonly code: string;
  readonly detail: string;
}

interface Why {
  readonly answer: string;
  readonly credit: { readonly reason: string | null };
  readonly uncalculated: { readonly code: string } | null;
}

describe('orders of a program that does not exist, in the whole program', () => {
  const running = withRunningApp(modules, { SANDBOX: 'true' });
  let staff = '';

  const post = async <Body = Readonly<Record<string, unknown>>>(path: string, body: unknown): Promise<Body> => {
    const reply = await running().call<Body>('POST', path, { token: staff, body });
    expect(reply.status, `${path} ${JSON.stringify(reply.body)}`).to.be.lessThan(300);
    return reply.body;
  };
  const get = async <Body>(path: string): Promise<Body> =>
    (await running().call<Body>('GET', path, { token: staff })).body;
  const settle = () => post('/v1/sandbox/settle', { timeoutMs: 20_000 });
  const listed = async (programId: string) =>
    (await get<{ data: Listed[] }>(`/v1/orders/uncalculated?programId=${programId}&limit=100`)).data;
  const why = (orderId: string) => get<Why>(`/v1/orders/${orderId}/why`);

  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const tell = (programId: string, subject: string, type: string, days: number, data: object = {}) =>
    post('/v1/events', {
      events: [{ id: `${programId} ${subject} ${type}`, programId, subject, type, time: ago(days), data }],
    });
  const placed = (programId: string, ref: string, clickId?: string) =>
    tell(programId, ref, 'order.placed', 60, {
      currency: 'EUR',
      lines: [lineOf('1', PRODUCTS[3], 2)],
      ...(clickId !== undefined && { clickId }),
    });
  const goesOn = async (programId: string, ref: string) => {
    await tell(programId, ref, 'order.confirmed', 59);
    await tell(programId, ref, 'order.delivered', 50);
    await tell(programId, ref, 'order.lines_returned', 45, { lines: [{ lineRef: '1', quantity: 1 }] });
  };
  const clicked = (programId: string, clickId: string) =>
    tell(programId, clickId, 'click.recorded', 61, { clickId, linkCode: `lena-${programId}`, visitorId: clickId });
  const founded = async (id?: string): Promise<string> => {
    const program = await post<{ id: string }>('/v1/programs', { ...PROGRAM, ...(id !== undefined && { id }) });
    await post(`/v1/programs/${program.id}/terms`, { terms: TERMS, effectiveFrom: ago(400) });
    return program.id;
  };
  const promoted = async (programId: string) => {
    const [lena] = PARTNERS;
    const { results } = await post<{ results: readonly { partnerId: string }[] }>('/v1/partners/import', {
      programId,
      partners: [{ ...lena, ref: undefined, externalRef: 'lena', approve: true }],
    });
    await post('/v1/links/import', {
      links: [{ code: `lena-${programId}`, programId, partnerId: results[0]?.partnerId }],
    });
  };
  const commissions = async (programId: string) => {
    const { data } = await get<{ data: readonly Record<string, unknown>[] }>(`/v1/commissions?programId=${programId}`);
    return data.map(({ orderRef, amount, state, net }) => ({ orderRef, amount, state, net }));
  };
  const postback = async (programId: string, secret: string, told: Readonly<Record<string, string>>) => {
    const whole = { ts: String(Math.floor(Date.now() / 1_000)), ...told };
    const text = Object.entries(whole)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');
    const sig = createHmac('sha256', secret).update(text).digest('hex');
    const query = new URLSearchParams({ ...whole, sig }).toString();
    return running().call('GET', `/s2s/${programId}?${query}`);
  };

  before(async () => {
    staff = await running().tokenWith();
  });

  it('are kept and listed with the reason, and what to do', async () => {
    await placed(LATER, 'A-1', idOf('clk', 1));
    await placed(LATER, 'A-2');
    await goesOn(LATER, 'A-1');
    const { secret } = await post<{ secret: string }>(`/v1/programs/${LATER}/postback-secret`, {});
    expect(
      (await postback(LATER, secret, { order_ref: 'S-1', amount: '129.90', currency: 'EUR', time: ago(60) })).status,
    ).to.equal(200);
    await settle();

    const found = await listed(LATER);

    expect(found.map(({ orderRef }) => orderRef).toSorted()).to.deep.equal(['A-1', 'A-2', 'S-1']);
    for (const { orderId, code, detail } of found) {
      expect([code, detail.includes(`there is no program ${LATER}; create it with this id`)]).to.deep.equal([
        'commission.unknown_program',
        true,
      ]);
      const { answer, credit, uncalculated } = await why(orderId);
      expect([answer, credit.reason, uncalculated?.code]).to.deep.equal([
        'nobody_credited',
        'unknown_program',
        'commission.unknown_program',
      ]);
    }
    const words = running().app.ask(WhyPort);
    expect(await words.order(found[0]!.orderId, 'en')).to.include('the order names a program that does not exist');
    expect(await words.order(found[0]!.orderId, 'zh'))
      .to.include('订单所属的计划不存在')
      .and.to.include('创建该计划');
  });

  it('are decided by themselves when it is created, and earn what they had earned in order', async () => {
    const inOrder = await founded();
    await promoted(inOrder);
    await clicked(inOrder, idOf('clk', 2));
    await placed(inOrder, 'A-1', idOf('clk', 2));
    await placed(inOrder, 'A-2');
    await goesOn(inOrder, 'A-1');
    await settle();

    await founded(LATER);
    await settle();
    const [first] = (await get<{ data: readonly { id: string; orderId: string }[] }>('/v1/conversions?orderRef=A-1'))
      .data;
    expect((await why(first!.orderId)).credit.reason).to.equal('click_unknown');
    expect(await listed(LATER)).to.be.empty;

    await promoted(LATER);
    await clicked(LATER, idOf('clk', 1));
    await settle();

    expect(await commissions(LATER)).to.deep.equal(await commissions(inOrder));
    expect((await commissions(LATER))[0]?.amount).to.deep.equal({ minor: '9960', currency: 'EUR' });
    const counted = await get<Record<string, unknown>>(`/v1/reports/program-summary?programId=${LATER}`);
    expect(counted).to.deep.include({ clicks: 1, conversionsAttributed: 1, conversionsUnattributed: 2 });
    const { answer, uncalculated } = await why(first!.orderId);
    expect([answer, uncalculated]).to.deep.equal(['earned', null]);
  });

  it('are listed no longer once they are called off under the wrong program', async () => {
    await placed(TYPO, 'T-1');
    await settle();
    expect((await listed(TYPO)).map(({ orderRef }) => orderRef)).to.deep.equal(['T-1']);

    await tell(TYPO, 'T-1', 'order.cancelled', 1, { reason: 'the wrong program' });
    await settle();

    expect(await listed(TYPO)).to.be.empty;
  });

  it('do not come by a postback that is signed with another program’s secret: the sender hears that at once', async () => {
    const { secret } = await post<{ secret: string }>(`/v1/programs/${LATER}/postback-secret`, {});
    const told = { order_ref: 'S-2', amount: '10', currency: 'EUR' };

    const answer = await postback(idOf('prg', 4_713), secret, told);
    await settle();

    expect([answer.status, answer.body['code']]).to.deep.equal([403, 'pipeline.postback_unsigned']);
    expect((await get<{ data: readonly unknown[] }>('/v1/orders?orderRef=S-2')).data).to.be.empty;
    expect((await postback(LATER, secret, told)).status).to.equal(200);
  });
});
