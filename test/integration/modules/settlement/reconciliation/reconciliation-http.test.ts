/** What finance does with a bank's lines, over HTTP; and orders, commissions, the ledger and the bank beside each other. */
import { expect } from 'chai';
import { rowsOf } from '../../../../../src/infrastructure/postgres/database.ts';
import type { DeliveredOrder, OutcomesPort } from '../../../../../src/modules/commission/index.ts';
import { IdentityPort } from '../../../../../src/modules/identity/index.ts';
import { identity } from '../../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../../src/modules/ledger/module.ts';
import { settlement } from '../../../../../src/modules/settlement/module.ts';
import { toUuid } from '../../../../../src/shared/ids.ts';
import { idOf } from '../../../../support/clock.ts';
import { withRunningApp } from '../../../../support/running-app.ts';
import { type SentPayout, storeSent } from '../../../../support/sent-payouts.ts';
import { noonOf, programId, ToldCommission } from '../../../../support/settlement-story.ts';
import { SettlingPartners } from '../../../../support/settling-partners.ts';
import { standingPartnersModule } from '../../../../support/standing-partners.ts';
import { accruedAndLocked, tell, tellingCommissionModule } from '../../../../support/telling-commission.ts';

type Row = Readonly<Record<string, unknown>> & { readonly id: string };

const brl = (minor: number) => ({ minor: String(minor), currency: 'BRL' });
const sent = (n: number, minor: bigint): SentPayout => ({
  ...{ id: idOf('pay', n), partnerId: idOf('par', n), batchId: idOf('bat', 1), minor },
  submittedAt: '2018-03-02T09:00:00Z',
});

/** An order that earned that much for commission `n`, or nothing for a reason. */
const anOrder = (n: number, { minor = 0, paid = 0, reason = null as string | null }): DeliveredOrder => ({
  ...{ orderId: idOf('ord', n), orderRef: `A-${n}`, placedAt: noonOf('01-10'), deliveredAt: noonOf('01-20') },
  value: brl(10_000),
  commissions:
    reason === null
      ? [
          {
            commissionId: idOf('com', n),
            partnerId: idOf('par', n),
            state: 'locked',
            amount: brl(minor),
            paid: brl(paid),
          },
        ]
      : [],
  reason,
});

const orders: DeliveredOrder[] = [];

const outcomes: OutcomesPort = {
  delivered: (_, { limit, after }) => {
    const from = after === undefined ? 0 : orders.findIndex(({ orderId }) => orderId === after.orderId) + 1;
    const page = orders.slice(from, from + limit);
    const last = page.at(-1);
    return Promise.resolve({ orders: page, next: page.length < limit || !last ? null : last });
  },
};

describe('reconciliation over HTTP', () => {
  const running = withRunningApp(
    [
      identity,
      standingPartnersModule(new SettlingPartners()),
      tellingCommissionModule(new ToldCommission(), undefined, undefined, undefined, outcomes),
      ledger,
      settlement,
    ],
    { SANDBOX: 'true' },
  );
  const tokens: Record<string, string> = {};
  let keys = 0;

  const call = (method: string, path: string, body: unknown, who: string) =>
    running().call<Row & { readonly data: readonly Row[] }>(method, path, {
      token: tokens[who] ?? '',
      body,
      headers: { 'idempotency-key': `k${(keys += 1)}` },
    });
  const get = (path: string, who = 'ana') => call('GET', path, undefined, who);
  const post = (path: string, body: unknown = {}, who = 'ana') => call('POST', path, body, who);
  const put = (path: string, body: unknown, who = 'ana') => call('PUT', path, body, who);
  const importCsv = (statementId: string, [opening, closing]: readonly [number, number], csv: string, who = 'ana') =>
    post(
      `/v1/programs/${programId}/bank-statements/csv`,
      { statementId, opening: brl(opening), closing: brl(closing), csv },
      who,
    );
  const openLine = async (ref: string): Promise<Row | undefined> =>
    (await get('/v1/reconciliation/lines?state=open')).body.data.find((line) => line['ref'] === ref);
  const breakOf = async (kind: string): Promise<Row | undefined> =>
    (await get(`/v1/reconciliation/breaks?kind=${kind}`)).body.data[0];
  const outcome = ({ status, body }: { readonly status: number; readonly body: Row }) => [
    status,
    body['code'] ?? body['state'],
  ];

  before(async () => {
    const staff = running().app.ask(IdentityPort);
    for (const [name, partnerId] of [['ana'], ['bob'], ['partner', idOf('par', 1)]] as const) {
      const scopes = partnerId ? ['settlement:read'] : ['settlement:read', 'settlement:write', 'sandbox'];
      tokens[name] = await staff.tokenFor((await staff.createClient({ name, scopes, partnerId })).clientId, 3_600);
    }
    await post('/v1/sandbox/clock', { now: '2018-03-05T00:00:00Z' });
    await storeSent(running().database, 'SHOP-1', [sent(1, 5_000n), sent(2, 3_000n), sent(3, 2_000n)]);
  });

  it('a bank’s columns are said once, and its CSV is read by them', async () => {
    const path = `/v1/programs/${programId}/csv-layout`;
    const columns = { bookedOn: 'Buchung', debit: 'Soll', credit: 'Haben', ref: 'Nr', endToEndId: 'Zweck' };
    const layout = { delimiter: ';', dateFormat: 'DD.MM.YYYY', decimalMark: ',', sign: 'two_columns', columns };

    const wrong = await put(path, { ...layout, columns: { bookedOn: 'Buchung' } });
    const kept = await put(path, layout);
    const csv = `Buchung;Soll;Haben;Nr;Zweck\n03.03.2018;50,00;;R1;${idOf('pay', 1)}\n03.03.2018;30,07;;R2;${idOf('pay', 2)}\n03.03.2018;19,99;;R3;RENT`;
    const unreadable = await importCsv('S1', [100_000, 89_994], csv.replace('30,07', 'thirty'));
    const imported = await importCsv('S1', [100_000, 89_994], csv);
    const again = await importCsv('S1', [100_000, 89_994], csv);

    expect(outcome(wrong)).to.deep.equal([400, 'settlement.malformed_csv_layout']);
    expect([kept.status, (await get(path)).body]).to.deep.equal([200, layout]);
    expect(outcome(unreadable)).to.deep.equal([400, 'settlement.malformed_bank_statement']);
    expect(imported.body, JSON.stringify(imported.body)).to.include({ lines: 3, settled: 1, breaks: 2 });
    expect(again.body).to.deep.equal(imported.body);
  });

  it('a suggestion is accepted by one and approved by another, and taken back in the same way', async () => {
    const line = await openLine('R2');
    const { body } = await get(`/v1/reconciliation/lines/${line?.id}/suggestions`);
    const [best] = body['suggestions'] as readonly { lineIds: string[]; payoutIds: string[]; confidence: number }[];
    const asked = { lineIds: best?.lineIds, payoutIds: best?.payoutIds, note: 'as on paper' };

    const proposed = await post('/v1/reconciliation/matches', asked);
    const path = `/v1/reconciliation/matches/${proposed.body.id}`;
    const alone = await post(`${path}/approve`);
    const approved = await post(`${path}/approve`, {}, 'bob');
    const settledPayouts = await rowsOf(
      running().database.owner.knex,
      `select id from settlement.payouts where state = 'settled' and id = :id`,
      { id: toUuid(idOf('pay', 2)) },
    );
    const undo = await post(`${path}/undo`);
    const undoneAlone = await post(`${path}/approve-undo`);
    const undone = await post(`${path}/approve-undo`, {}, 'bob');
    const never = await post(`${path}/keep`);

    expect([proposed, alone, approved, undo, undoneAlone, undone, never].map(outcome)).to.deep.equal([
      [200, 'proposed'],
      [403, 'settlement.four_eyes'],
      [200, 'made'],
      [200, 'undo_proposed'],
      [403, 'settlement.four_eyes'],
      [200, 'undone'],
      [409, 'settlement.illegal_move'],
    ]);
    expect(settledPayouts).to.have.length(1);
    expect((await openLine('R2'))?.id).to.equal(line?.id);
    expect(outcome(await post('/v1/reconciliation/matches', { ...asked, payoutIds: [idOf('pay', 9)] }))).to.deep.equal([
      404,
      'settlement.payout_not_found',
    ]);
  });

  it('a break has an owner, one proposes its end, and another approves it; the same is refused', async () => {
    const rent = await breakOf('unknown_reference');
    const path = `/v1/reconciliation/breaks/${rent?.id}`;

    const owned = await put(`${path}/owner`, { owner: 'ana' });
    const unfit = await post(`${path}/propose`, { fix: 'give_back' });
    const vague = await post(`${path}/propose`, { fix: 'match' });
    const proposed = await post(`${path}/propose`, { note: 'the rent' });
    const alone = await post(`${path}/approve`);
    const withdrawn = await post(`${path}/withdraw`);
    await post(`${path}/propose`, { fix: 'book_loss' });
    const approved = await post(`${path}/approve`, {}, 'bob');
    const twice = await post(`${path}/approve`, {}, 'bob');

    expect(owned.body).to.include({ owner: 'ana', likelyFix: 'book_loss' });
    expect((vague.body['errors'] as readonly Row[])[0]).to.include({ pointer: '/payoutIds' });
    expect([unfit, vague, proposed, alone, withdrawn, approved, twice].map(outcome)).to.deep.equal([
      [422, 'settlement.fix_does_not_fit'],
      [422, 'settlement.fix_does_not_fit'],
      [200, 'proposed'],
      [403, 'settlement.four_eyes'],
      [200, 'open'],
      [200, 'fixed'],
      [409, 'settlement.illegal_move'],
    ]);
    expect(await openLine('R3')).to.equal(undefined);
  });

  it('settings are kept, refused where they make no sense, and count once somebody else agrees', async () => {
    const path = `/v1/programs/${programId}/reconciliation-settings`;
    const days = { lateAfterDays: 2, missingAfterDays: 8, pendingAfterDays: 4 };
    const settings = { tolerances: [brl(10)], fourEyesAbove: '100000', ...days };

    const wrong = await put(path, { ...settings, lateAfterDays: 9 });
    const asked = await put(path, settings);
    const waiting = await get(path);
    const agreed = await post(`/v1/setting-changes/${asked.body.id}/approve`, undefined, 'bob');
    const kept = await put(path, settings);
    const { data: matches } = (await get('/v1/reconciliation/matches?state=made')).body;
    const sure = matches.find(({ rule }) => rule === 'reference');
    const undone = await post(`/v1/reconciliation/matches/${sure?.id}/undo`);
    const made = await post('/v1/reconciliation/matches', {
      lineIds: sure?.['lineIds'],
      payoutIds: sure?.['payoutIds'],
    });

    expect(outcome(wrong)).to.deep.equal([400, 'settlement.malformed_reconciliation_settings']);
    expect([asked.status, asked.body['loosens']]).to.deep.equal([202, ['/fourEyesAbove', '/tolerances']]);
    expect(waiting.body).to.deep.include({ tolerances: [], fourEyesAbove: '0', pending: asked.body });
    expect(outcome(agreed)).to.deep.equal([200, 'approved']);
    expect([kept.status, (await get(path)).body]).to.deep.equal([200, settings]);
    expect(outcome(undone)).to.deep.equal([200, 'undone']);
    expect(made.body, JSON.stringify(made.body)).to.include({ state: 'made', rule: 'reference' });
  });

  it('a trade is confirmed by the line that bears its reference, or by two people who say which line it is', async () => {
    const shown = (...rows: readonly string[]) =>
      ['Buchung;Soll;Haben;Nr;Zweck', ...rows.map((row) => `04.03.2018;${row}`)].join('\n');
    const traded = { sold: brl(9_800), bought: { minor: '2000', currency: 'EUR' }, tradedAt: '2018-03-03T16:00:00Z' };
    const ids: string[] = [];
    for (const reference of ['FX-4711', 'FX-4712', 'FX-4713', 'FX-4714']) {
      const told = await post(`/v1/programs/${programId}/fx/trades`, { ...traded, reference });
      ids.push((await post(`/v1/fx/trades/${told.body.id}/approve`, {}, 'bob')).body.id);
    }
    const [first, second, third] = ids;

    const imported = await importCsv(
      'S2',
      [89_994, 60_594],
      shown('98,00;;R4;FX-4711', '98,00;;R5;', '98,00;;R6;fx 4712'),
    );
    const named = (await get('/v1/reconciliation/matches?state=made')).body.data.filter(
      ({ action }) => action === 'confirm',
    );
    const line = await openLine('R5');
    const { body } = await get(`/v1/reconciliation/lines/${line?.id}/suggestions`);
    const nobodys = { lineIds: [line?.id], payoutIds: [], expectedId: idOf('fxt', 9) };
    const unknown = await post('/v1/reconciliation/matches', nobodys);
    const malformed = await post('/v1/reconciliation/matches', { ...nobodys, expectedId: idOf('pay', 1) });
    const proposed = await post('/v1/reconciliation/matches', { ...nobodys, expectedId: third });
    const approved = await post(`/v1/reconciliation/matches/${proposed.body.id}/approve`, {}, 'bob');

    expect(imported.body, JSON.stringify(imported.body)).to.include({ lines: 3, breaks: 1 });
    expect(named.map(({ expectedId, rule, madeBy }) => [expectedId, rule, madeBy])).to.have.deep.members([
      [first, 'reference', 'matcher'],
      [second, 'reference', 'matcher'],
    ]);
    const suggestions = body['suggestions'] as readonly Row[];
    expect(suggestions.find(({ expectedId }) => expectedId === third)).to.deep.include({
      ...{ payoutIds: [], confidence: 60, why: 'the amount and the day of a trade' },
    });
    expect([unknown, malformed, proposed, approved].map(outcome)).to.deep.equal([
      [422, 'settlement.match_does_not_fit'],
      [400, 'input.invalid'],
      [200, 'proposed'],
      [200, 'made'],
    ]);
    expect(approved.body).to.include({ action: 'confirm', expectedId: third, fromSuspense: true });
    expect(await openLine('R5')).to.equal(undefined);
  });

  it('counts and sums orders, commissions, the ledger and the bank, and says of each what is not as it should be', async () => {
    for (const n of [1, 2]) {
      await tell(running().database, ...accruedAndLocked({ n, partner: n, minor: 700n, at: noonOf('01-10') }));
    }
    expect((await post('/v1/sandbox/settle', { timeoutMs: 20_000 })).body['settled']).to.equal(true);
    orders.push(
      anOrder(1, { minor: 700 }),
      anOrder(2, { minor: 800, paid: 5 }),
      anOrder(3, { reason: 'no_touchpoint' }),
      anOrder(4, { reason: 'not_calculated' }),
    );
    const ask = (more = '', who = 'ana') =>
      get(`/v1/reconciliation/three-way?programId=${programId}&period=2018-01${more}`, who);

    const { body } = await ask();
    const first = await ask('&limit=3');
    const rest = await ask(`&limit=3&after=${String(first.body['nextCursor'])}`);

    expect(body).to.deep.include({
      orders: [{ count: 4, amount: brl(40_000) }],
      commissions: { count: 2, amount: brl(1_500) },
      ledger: { count: 2, amount: brl(1_400) },
      bank: { count: 0, amount: brl(0) },
      nextCursor: null,
    });
    const about = { orderId: idOf('ord', 2), commissionId: idOf('com', 2) };
    expect(body['differences']).to.deep.equal([
      { ...about, kind: 'booked_differently', expected: brl(800), found: brl(700) },
      { ...about, kind: 'paid_differently', expected: brl(5), found: brl(0) },
    ]);
    const reasons = ({ body: page }: typeof first) =>
      (page['withoutCommission'] as readonly Row[]).map(({ orderRef, reason }) => [orderRef, reason]);
    expect([reasons(first), reasons(rest)]).to.deep.equal([[['A-3', 'no_touchpoint']], [['A-4', 'not_calculated']]]);
    expect(outcome(await ask('&after=nowhere'))[0]).to.equal(400);
    expect((await ask('', 'partner')).status).to.equal(403);
  });

  it('is watched: what is apart is said, and so is a payout that no line settled', async () => {
    const findings = async (word: string) =>
      (
        await Promise.all(
          running()
            .app.audits.filter(({ promise }) => promise.includes(word))
            .map((each) => each.run()),
        )
      ).flat();
    const { knex } = running().database.owner;
    orders.push({ ...anOrder(5, { reason: 'x' }), reason: null });

    const apart = await findings('every delivered order');
    const before = await findings('every settled payout');
    await rowsOf(knex, `update settlement.payouts set state = 'settled', settled_at = now() where id = :id`, {
      id: toUuid(idOf('pay', 3)),
    });

    expect(apart).to.deep.equal([
      `${idOf('ord', 5)} was delivered, has no commission, and nobody says why`,
      `${idOf('com', 2)} is booked_differently: 7.00 BRL and not 8.00 BRL`,
      `${idOf('com', 2)} is paid_differently: 0.00 BRL and not 0.05 BRL`,
    ]);
    expect(before).to.be.empty;
    expect(await findings('every settled payout')).to.deep.equal([
      `${idOf('pay', 3)} is settled, and no line of a bank says so`,
    ]);
  });

  it('is nothing for partners', async () => {
    for (const path of ['lines', 'matches', 'breaks', `lines/${idOf('lin', 1)}`]) {
      expect((await get(`/v1/reconciliation/${path}`, 'partner')).status, path).to.equal(403);
    }
    expect((await importCsv('S2', [0, 0], 'bookedOn,amount', 'partner')).status).to.equal(403);
    expect((await get(`/v1/reconciliation/lines/${idOf('lin', 9)}`)).status).to.equal(404);
  });
});
