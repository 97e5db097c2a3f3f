import { expect } from 'chai';
import { ContainerModule } from 'inversify';
import type { Module } from '../../../../src/infrastructure/module.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { AttributionPort } from '../../../../src/modules/attribution/index.ts';
import { commissionStores } from '../../../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { PostgresCommissionReader } from '../../../../src/modules/commission/adapters/postgres/postgres-commission-reader.ts';
import { HoldForReview } from '../../../../src/modules/commission/application/reckoning/hold-for-review.ts';
import { LockDue } from '../../../../src/modules/commission/application/reckoning/lock-due.ts';
import { RecruitAudit } from '../../../../src/modules/commission/application/reckoning/recruit-audit.ts';
import { ReckonCommissions } from '../../../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import type { Explanation } from '../../../../src/modules/commission/domain/explaining/explanation.ts';
import { explanationText } from '../../../../src/modules/commission/domain/explaining/explanation-text.ts';
import { commission } from '../../../../src/modules/commission/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { type OrderFacts, OrdersPort } from '../../../../src/modules/orders/index.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCredit, aLine, allowing, anOrder, aTermsVersion } from '../../../support/builders.ts';
import { at, idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

interface AdjustmentJson {
  readonly id: string;
  readonly state: string;
  readonly code?: string;
  readonly decidedBy?: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

interface LimitJson {
  readonly limit: { readonly minor: string };
  readonly pending?: { readonly id: string; readonly limit: object };
}

interface CommissionJson {
  readonly id: Id<'com'>;
  readonly state: string;
  readonly holdReasons: readonly string[];
  readonly locksAt?: string;
  readonly recruit?: { readonly percent: string };
  readonly blockedBy: readonly { readonly code: string; readonly who: string; readonly reasons: readonly string[] }[];
  readonly earliestPayableAt?: string;
  readonly history: readonly {
    readonly kind: string;
    readonly actor?: string;
    readonly by?: { readonly minor: string };
  }[];
  readonly adjustments: readonly AdjustmentJson[];
}

const brl = (minor: string) => ({ minor, currency: 'BRL' });

/** Orders as a test says they are. */
class GivenOrders extends OrdersPort {
  readonly known = new Map<string, OrderFacts>();

  facts(ids: readonly string[]): Promise<readonly OrderFacts[]> {
    return Promise.resolve(ids.flatMap((id) => this.known.get(id) ?? []));
  }

  ofCustomer(): Promise<readonly Id<'ord'>[]> {
    return Promise.resolve([]);
  }
}

const orders = new GivenOrders();
const partners = new StandingPartners();
partners.recruit(idOf('par', 1), idOf('par', 2));
const givenOrders: Module = {
  name: 'orders',
  offers: [OrdersPort],
  bindings: new ContainerModule(({ bind }) => {
    bind(OrdersPort).toConstantValue(orders);
  }),
};

/** Nobody asks why here. */
const noAttribution: Module = {
  name: 'attribution',
  offers: [AttributionPort],
  bindings: new ContainerModule(({ bind }) => {
    bind(AttributionPort).toConstantValue({ decision: () => Promise.resolve(undefined) } as unknown as AttributionPort);
  }),
};

describe('the life of a commission over HTTP', () => {
  const program = withRunningApp([identity, givenOrders, noAttribution, standingPartnersModule(partners), commission]);
  const tokens = { ada: '', bob: '', partner: '', recruiter: '', other: '' };
  const scopes = [
    'commissions:read',
    'commissions:write',
    'adjustments:write',
    'adjustments:approve',
    'programs:write',
  ];

  before(async () => {
    tokens.ada = await program().tokenWith(scopes);
    tokens.bob = await program().tokenWith(scopes);
    tokens.partner = await program().tokenWith(['commissions:read'], idOf('par', 1));
    tokens.recruiter = await program().tokenWith(['commissions:read'], idOf('par', 2));
    tokens.other = await program().tokenWith(['commissions:read'], idOf('par', 3));
    const terms = aTermsVersion({ recruits: [{ level: 1, percent: '10' }] });
    await stores().run((each) => each.terms.add(terms));
  });

  const stores = () => postgresTransaction(program().database.as('commission'), commissionStores);
  const reader = () => new PostgresCommissionReader(program().database.as('commission').knex);

  /** An order, credited and allowed, and its commission. */
  const credited = async (n: number, more: Partial<OrderFacts> = {}): Promise<Id<'com'>> => {
    const orderId = idOf('ord', n);
    orders.known.set(orderId, anOrder({ orderId, orderRef: `A-${n}`, ...more }));
    const { verdicts: _, ...credit } = aCredit({ orderId, conversionId: idOf('cnv', n) });
    const { programId, conversionId } = credit;
    const reckon = new ReckonCommissions(orders, partners, at('2018-03-01T00:00:00Z'));
    await stores().run((each) =>
      reckon.run(each, [
        { orderId, credit },
        { orderId, programId, conversionId, verdict: allowing() },
      ]),
    );
    const { data } = await reader().page({ orderRef: `A-${n}` }, { limit: 10 });
    return data.find(({ recruit }) => recruit === undefined)!.id;
  };

  let keys = 0;
  /** Writes are sent twice under one key: the second answer is the first. */
  const send = async <Body>(who: keyof typeof tokens, method: string, to: string, body?: unknown) => {
    keys += 1;
    const headers = method === 'GET' ? {} : { 'idempotency-key': `key-${keys}` };
    const first = await program().call<Body>(method, to, { token: tokens[who], body, headers });
    const second = await program().call<Body>(method, to, { token: tokens[who], body, headers });
    expect(second.status).to.equal(first.status);
    if (first.status < 400) expect(second.body).to.deep.equal(first.body);
    return first;
  };
  const see = async (id: Id<'com'>, who: keyof typeof tokens = 'ada') =>
    (await send<CommissionJson>(who, 'GET', `/v1/commissions/${id}`)).body;

  const adjustment = (minor: string, more: object = {}) => ({
    programId: idOf('prg', 1),
    partnerId: idOf('par', 1),
    kind: 'adjustment',
    amount: { minor, currency: 'BRL' },
    reason: 'wrong_rate',
    note: 'The agreed rate was 6 %.',
    ...more,
  });

  it('shows what it waits for, who can do something about it, and when it can be paid', async () => {
    const id = await credited(1, {
      milestones: { placed: instant('2018-01-02T00:00:00Z'), delivered: instant('2099-01-10T00:00:00Z') },
    });

    const seen = await see(id);

    expect(seen.blockedBy.map(({ code, who }) => [code, who])).to.deep.equal([['return_window', 'time']]);
    // 30 days later, then at the end of that month in São Paulo.
    expect(seen.earliestPayableAt).to.equal('2099-03-01T03:00:00.000Z');
    expect(seen.history.map(({ kind }) => kind)).to.deep.equal(['accrued', 'confirmed', 'vested']);
    expect((await send('other', 'GET', `/v1/commissions/${id}`)).status).to.equal(404);
  });

  it('is explained to whoever recruited the partner as a percentage, without what the other is made of', async () => {
    const parentId = await credited(9);
    const { data } = await reader().page({ orderRef: 'A-9' }, { limit: 10 });
    const path = `/v1/commissions/${data.find(({ recruit }) => recruit !== undefined)!.id}/explanation`;

    const { status, body } = await send<Explanation>('recruiter', 'GET', path);

    expect(status).to.equal(200);
    expect(body).to.deep.include({
      lines: [],
      recruit: { parentId, level: 1, percent: '10', of: { minor: '500', currency: 'BRL' } },
      total: { minor: '50', currency: 'BRL' },
    });
    expect((await send('partner', 'GET', path)).status).to.equal(404);
    expect(explanationText(body, 'en')).to.include(
      `10 % of the commission ${parentId} of the recruited partner, level 1, which comes to 5.00 BRL`,
    );
    expect(explanationText(body, 'zh')).to.include(
      `被招募合作伙伴的佣金 ${parentId}（现为 5.00 BRL）的 10 %，第 1 级招募`,
    );
  });

  it('is explained once more where some of it was taken back after the lock, by what the order earns by now', async () => {
    const delivered = { placed: instant('2018-01-02T00:00:00Z'), delivered: instant('2018-01-10T00:00:00Z') };
    const id = await credited(21, { milestones: delivered, lines: [aLine({ quantity: 2 })] });
    await new LockDue(stores(), reader(), partners, at('2018-03-01T00:00:00Z')).run();
    const path = `/v1/commissions/${id}/explanation`;
    const explained = () =>
      program().call<Explanation & { sinceLock?: Explanation; net: object }>('GET', path, { token: tokens.partner });
    const untouched = await explained();
    const returns = [{ eventId: 'r', at: instant('2018-02-20T00:00:00Z'), extent: 'some' as const }];

    await credited(21, { milestones: delivered, lines: [aLine({ quantity: 2, returnedQuantity: 1 })], returns });

    const { body } = await explained();
    expect(untouched.body).to.not.have.property('sinceLock');
    expect([body.total, body.net]).to.deep.equal([brl('1000'), brl('500')]);
    expect([body.sinceLock?.total, body.sinceLock?.lines[0]?.quantityKept]).to.deep.equal([brl('500'), 1]);
    const { body: why } = await send<{ commissions: { sinceLock?: Explanation }[] }>(
      'ada',
      'GET',
      `/v1/orders/${idOf('ord', 21)}/why`,
    );
    expect(why.commissions.flatMap(({ sinceLock }) => sinceLock?.total ?? [])).to.deep.equal([brl('500')]);
  });

  it('is stopped and released by staff, and a partner sees why but not by whom', async () => {
    const id = await credited(2);
    const hold = { reason: 'dispute', note: 'case 7' };

    const held = await send<CommissionJson>('ada', 'POST', `/v1/commissions/${id}/hold`, hold);
    const seen = await see(id, 'partner');
    const listed = await send<{ data: readonly CommissionJson[] }>('ada', 'GET', '/v1/commissions?holdReason=dispute');
    const released = await send<CommissionJson>('bob', 'POST', `/v1/commissions/${id}/release`, { note: 'settled' });
    const again = await send<AdjustmentJson>('bob', 'POST', `/v1/commissions/${id}/release`, { note: 'settled' });

    expect([held.status, held.body.state, held.body.holdReasons]).to.deep.equal([200, 'held', ['dispute']]);
    expect(seen.blockedBy[0]).to.deep.include({ code: 'staff_hold', who: 'staff', reasons: ['dispute'] });
    expect(seen.history.filter(({ actor }) => actor !== undefined)).to.be.empty;
    expect(listed.body.data.map((each) => each.recruit?.percent)).to.have.members([undefined, '10']);
    expect([released.status, released.body.state]).to.deep.equal([200, 'estimated']);
    expect([again.status, again.body.code]).to.deep.equal([409, 'commission.not_stopped']);
    expect((await see(id)).history.flatMap(({ actor, kind }) => (actor === undefined ? [] : [kind]))).to.deep.equal([
      'stopped',
      'resumed',
    ]);
    expect((await send('partner', 'POST', `/v1/commissions/${id}/hold`, hold)).status).to.equal(403);
  });

  it('is put on the review list when it is too old, and goes on or ends by what staff say', async () => {
    const [kept, ended] = [await credited(3), await credited(4)];
    const due = new HoldForReview(stores(), reader(), at('2020-02-01T00:00:00Z'));
    await due.run();
    const list = await send<{ data: readonly CommissionJson[] }>('ada', 'GET', '/v1/commissions?holdReason=review_due');
    expect(list.body.data.map(({ id }) => id)).to.include.members([kept, ended]);

    const review = (id: Id<'com'>, outcome: string) =>
      send<CommissionJson>('ada', 'POST', `/v1/commissions/${id}/review`, { outcome, note: 'called them' });
    const [confirmed, reversed] = [await review(kept, 'confirm'), await review(ended, 'end')];
    const twice = await send<AdjustmentJson>('ada', 'POST', `/v1/commissions/${kept}/review`, {
      outcome: 'confirm',
      note: 'again',
    });

    expect([confirmed.body.state, reversed.body.state]).to.deep.equal(['estimated', 'reversed']);
    expect([twice.status, twice.body.code]).to.deep.equal([409, 'commission.not_under_review']);
    expect((await see(ended)).blockedBy).to.be.empty;
    expect(await new RecruitAudit(reader()).strays()).to.be.empty;
  });

  it('is adjusted by one person up to the limit, and by two above it', async () => {
    const id = await credited(5);
    const small = await send<AdjustmentJson>(
      'ada',
      'POST',
      '/v1/adjustments',
      adjustment('2000', { commissionId: id }),
    );
    const large = await send<AdjustmentJson>(
      'ada',
      'POST',
      '/v1/adjustments',
      adjustment('-2001', { commissionId: id }),
    );
    const path = `/v1/adjustments/${large.body.id}`;
    const hidden = await send('partner', 'GET', path);
    const own = await send<AdjustmentJson>('ada', 'POST', `${path}/approve`, {});
    const approved = await send<AdjustmentJson>('bob', 'POST', `${path}/approve`, { note: 'seen the contract' });
    const twice = await send<AdjustmentJson>('bob', 'POST', `${path}/approve`, {});

    expect([small.status, small.body.state, large.body.state]).to.deep.equal([201, 'approved', 'proposed']);
    expect(hidden.status).to.equal(404);
    expect([own.status, own.body.code]).to.deep.equal([403, 'commission.adjustment_four_eyes']);
    expect([approved.status, approved.body.state]).to.deep.equal([200, 'approved']);
    expect([twice.status, twice.body.code]).to.deep.equal([409, 'adjustment.illegal_move']);
    const seen = await see(id, 'partner');
    expect(seen.adjustments.map((each) => [each.state, each.decidedBy])).to.have.deep.members([
      ['approved', undefined],
      ['approved', undefined],
    ]);
    expect(seen.history.filter(({ kind }) => kind === 'adjusted').map(({ by }) => by?.minor)).to.deep.equal([
      '2000',
      '-2001',
    ]);
    const told = await rowsOf<{ readonly n: bigint }>(
      program().database.owner.knex,
      `select count(*) as n from commission.outbox where type = 'commission.adjusted'`,
    );
    expect(Number(told[0]?.n)).to.equal(2);
  });

  it('may be given a bonus alone; the limit is the program’s to say; what is wrong is named', async () => {
    const limit = `/v1/programs/${idOf('prg', 1)}/adjustment-limit`;
    const before = await send<{ limit: object }>('ada', 'GET', limit);
    await send('ada', 'PUT', limit, { limit: { minor: '0', currency: 'BRL' } });

    const bonus = await send<AdjustmentJson>('ada', 'POST', '/v1/adjustments', adjustment('1', { kind: 'bonus' }));
    const rejected = await send<AdjustmentJson>('ada', 'POST', `/v1/adjustments/${bonus.body.id}/reject`, {});
    const wrong = await send<AdjustmentJson>('ada', 'POST', '/v1/adjustments', adjustment('0'));
    const open = await send<{ data: readonly AdjustmentJson[] }>('ada', 'GET', '/v1/adjustments?state=proposed');

    const higher = { limit: { minor: '9000', currency: 'BRL' } };
    const asked = await send<LimitJson>('ada', 'PUT', limit, higher);
    const change = `/v1/adjustment-limit-changes/${String(asked.body.pending?.id)}`;
    const shown = await send<LimitJson>('bob', 'GET', limit);
    const alone = await send<LimitJson>('ada', 'POST', `${change}/approve`);
    const agreed = await send<LimitJson>('bob', 'POST', `${change}/approve`);

    expect([asked.status, asked.body.limit.minor, asked.body.pending?.limit]).to.deep.equal([202, '0', higher.limit]);
    expect(shown.body).to.deep.equal(asked.body);
    expect([alone.status, agreed.status]).to.deep.equal([403, 200]);
    expect((await send<LimitJson>('ada', 'GET', limit)).body).to.deep.equal(higher);
    expect(before.body.limit).to.deep.equal({ minor: '2000', currency: 'BRL' });
    expect([bonus.body.state, rejected.body.state]).to.deep.equal(['proposed', 'rejected']);
    expect([wrong.status, wrong.body.errors?.[0]?.pointer]).to.deep.equal([400, '/amount/minor']);
    expect(open.body.data).to.be.empty;
    expect((await send('partner', 'GET', limit)).status).to.equal(403);
  });
});
