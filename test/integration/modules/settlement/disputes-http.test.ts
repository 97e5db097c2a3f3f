import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { CommissionAdjustedV1 } from '../../../../src/modules/commission/events.ts';
import { type DecidedAdjustment } from '../../../../src/modules/commission/index.ts';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { LedgerPort } from '../../../../src/modules/ledger/index.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { payableCode } from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { published } from '../../../../src/shared/outbox.ts';
import { idOf } from '../../../support/clock.ts';
import {
  aCommissionEvidence,
  anOrderEvidence,
  brl,
  ToldAdjustments,
  ToldEvidence,
} from '../../../support/dispute-story.ts';
import { type RunningApp, withRunningApp } from '../../../support/running-app.ts';
import { programId, ToldCommission } from '../../../support/settlement-story.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';
import { standingPartnersModule } from '../../../support/standing-partners.ts';
import { accruedAndLocked, tell, tellingCommissionModule } from '../../../support/telling-commission.ts';

type Row = Readonly<Record<string, unknown>>;

/** Says that it made the adjustment as commission would. */
class TellingAdjustments extends ToldAdjustments {
  running: (() => RunningApp) | undefined;

  override async adjust(asked: DecidedAdjustment): Promise<void> {
    await super.adjust(asked);
    const { adjustmentId, partnerId, amount, reason, subject } = asked;
    const adjustedAt = instant('2018-03-10T00:00:00Z');
    const said = published(
      CommissionAdjustedV1,
      { aggregate: adjustmentId, occurredAt: adjustedAt },
      { adjustmentId, programId, partnerId, kind: 'adjustment', amount, reason, subject, adjustedAt },
    );
    if (this.running !== undefined) await tell(this.running().database, said);
  }
}

describe('disputes over HTTP', () => {
  const commission = new ToldCommission();
  const evidence = new ToldEvidence();
  const adjustments = new TellingAdjustments();
  const running = withRunningApp(
    [
      identity,
      standingPartnersModule(new SettlingPartners()),
      tellingCommissionModule(commission, evidence, adjustments),
      ledger,
      settlement,
    ],
    { SANDBOX: 'true' },
  );
  const tokens = { ada: '', bob: '', ana: '', eve: '' };
  let keys = 0;

  const call = (method: string, path: string, token: string, body?: unknown) =>
    running().call<Row & { readonly data: readonly Row[] }>(method, path, {
      token,
      body,
      headers: { 'idempotency-key': `d${(keys += 1)}` },
    });
  const get = (path: string, token = tokens.ada) => call('GET', path, token);
  const post = (path: string, body?: unknown, token = tokens.ada) => call('POST', path, token, body);
  const settled = async () => {
    const { body } = await post('/v1/sandbox/settle', { timeoutMs: 10_000 });
    if (body['settled'] !== true) throw new Error(JSON.stringify(body));
  };
  const clockAt = (now: string) => post('/v1/sandbox/clock', { now });
  const held = async (): Promise<string | undefined> => {
    await settled();
    const code = payableCode({ programId, partnerId: idOf('par', 1) }, 'held');
    return (await running().app.ask(LedgerPort).balances([code]))[0]?.minor;
  };
  const open = (body: object, token = tokens.ana) =>
    post('/v1/disputes', { programId, text: 'Wrong.', ...body }, token);
  const missing = (orderRef: string, minor = 1_500) =>
    open({ kind: 'missing_conversion', orderRef, claimed: brl(minor) });

  before(async () => {
    adjustments.running = running;
    const ports = running().app.ask(IdentityPort);
    const tokenOf = async (name: string, scopes: readonly string[], partnerId?: ReturnType<typeof idOf<'par'>>) =>
      ports.tokenFor((await ports.createClient({ name, scopes, partnerId })).clientId, 3_600);
    const staff = ['settlement:read', 'settlement:write', 'adjustments:approve', 'disputes:write', 'sandbox'];
    const partner = ['settlement:read', 'disputes:write'];
    tokens.ada = await tokenOf('ada', staff);
    tokens.bob = await tokenOf('bob', staff);
    tokens.ana = await tokenOf('ana', partner, idOf('par', 1));
    tokens.eve = await tokenOf('eve', partner, idOf('par', 2));
    await clockAt('2018-03-10T00:00:00Z');
    commission.locked.push({ at: instant('2018-03-05T12:00:00Z'), minor: 5_000n });
    await tell(
      running().database,
      ...accruedAndLocked({ n: 1, partner: 1, minor: 5_000n, at: instant('2018-03-05T12:00:00Z') }),
    );
    evidence.orders.push(anOrderEvidence({ commissions: [aCommissionEvidence({ recomputed: brl(5_500) })] }));
    await settled();
  });

  it('open with a Location, once for each thing, and insist on a key', async () => {
    const opened = await missing('B-1');
    const twice = await missing('B-1');
    const bare = await running().call('POST', '/v1/disputes', { token: tokens.ana, body: {} });

    expect([opened.status, opened.body['state'], opened.body['awaits']]).to.deep.equal([201, 'opened', 'program']);
    expect(opened.headers.get('location')).to.equal(`/v1/disputes/${String(opened.body['id'])}`);
    expect([twice.status, twice.body['code']]).to.deep.equal([409, 'settlement.dispute_open_already']);
    expect(JSON.stringify(twice.body)).to.contain(String(opened.body['id']));
    expect(bare.status).to.equal(400);
    expect(await held()).to.equal('1500');
  });

  it('say with a pointer what of them is wrong', async () => {
    const tooMuch = await missing('B-2', 10_000_001);
    const two = await open({ kind: 'wrong_rate', commissionId: idOf('com', 1), payoutId: idOf('pay', 1) });
    const theirs = await open({ kind: 'wrong_rate', commissionId: idOf('com', 99) });
    const whose = await open({ kind: 'wrong_rate', commissionId: idOf('com', 1) }, tokens.ada);
    const foreign = await open({ kind: 'wrong_rate', commissionId: idOf('com', 1), partnerId: idOf('par', 2) });

    const pointersOf = ({ body }: { readonly body: Row }) =>
      (body['errors'] as readonly Row[] | undefined)?.map(({ pointer }) => pointer);
    expect([tooMuch.status, pointersOf(tooMuch)]).to.deep.equal([400, ['/claimed/minor']]);
    expect([two.status, pointersOf(two)]).to.deep.equal([400, ['/commissionId', '/payoutId']]);
    expect([theirs.status, theirs.body['code']]).to.deep.equal([404, 'settlement.dispute_nothing_there']);
    expect([whose.status, pointersOf(whose)]).to.deep.equal([400, ['/partnerId']]);
    expect(foreign.status).to.equal(404);
  });

  it('are seen by the partner, as far as is its business, and by no other', async () => {
    const { data } = (await get('/v1/disputes?open=true', tokens.ana)).body;
    const id = String(data[0]?.['id']);

    const own = await get(`/v1/disputes/${id}`, tokens.ana);
    const whole = await get(`/v1/disputes/${id}`);

    expect(data).to.have.length(1);
    expect(own.body['actions']).to.deep.equal(['evidence', 'withdraw']);
    expect(whole.body['actions']).to.include.members(['review', 'request-evidence', 'resolve']);
    expect((own.body['history'] as Row[])[0]).to.deep.include({ n: 1, what: 'opened', text: 'Wrong.' });
    expect(Object.keys((own.body['history'] as Row[])[0]!)).to.not.include('by');
    expect((await get(`/v1/disputes/${id}`, tokens.eve)).body['code']).to.equal('settlement.dispute_not_found');
    expect((await get('/v1/disputes', tokens.eve)).body.data).to.be.empty;
    expect((await post(`/v1/disputes/${id}/withdraw`, undefined, tokens.eve)).status).to.equal(404);
    expect((await post(`/v1/disputes/${id}/resolve`, {}, tokens.ana)).status).to.equal(403);
  });

  it('go to and fro: evidence is asked for and given, and the clock stands still meanwhile', async () => {
    const { data } = (await get('/v1/disputes?kind=missing_conversion')).body;
    const at = `/v1/disputes/${String(data[0]?.['id'])}`;

    expect((await post(`${at}/review`)).body['state']).to.equal('under_review');
    const asked = await post(`${at}/request-evidence`, { text: 'Which customer?' });
    await clockAt('2018-03-20T00:00:00Z');
    const given = await post(`${at}/evidence`, { text: 'The one in the shop.' }, tokens.ana);

    expect(asked.body).to.include({ awaits: 'partner', dueAt: '2018-03-24T00:00:00.000Z' });
    expect(given.body).to.include({ awaits: 'program', dueAt: '2018-04-19T00:00:00.000Z' });
  });

  it('are decided with a reason there is, and appealed once, to somebody else', async () => {
    const { data } = (await get('/v1/disputes?state=under_review')).body;
    const at = `/v1/disputes/${String(data[0]?.['id'])}`;
    const reasons = (await get('/v1/disputes/reasons', tokens.ana)).body.data;
    const reason = String(
      reasons.find(({ favours, automatic }) => favours === 'program' && automatic === false)?.['code'],
    );
    const verdict = { outcome: 'rejected', reason, text: 'Somebody else won.' };

    const unknown = await post(`${at}/resolve`, { ...verdict, reason: 'because' });
    const rejected = await post(`${at}/resolve`, verdict);
    const again = await post(`${at}/resolve`, verdict);
    expect([unknown.status, unknown.body['code']]).to.deep.equal([400, 'settlement.dispute_reason']);
    expect(rejected.body).to.include({ state: 'rejected', appealUntil: '2018-04-19T00:00:00.000Z' });
    expect([again.status, again.body['code']]).to.deep.equal([409, 'settlement.illegal_move']);
    expect(await held()).to.equal('0');

    await post(`${at}/appeal`, { text: 'Look again.' }, tokens.ana);
    expect(await held()).to.equal('1500');
    const same = await post(`${at}/resolve`, verdict);
    const other = await post(`${at}/resolve`, { outcome: 'upheld', reason: 'goodwill', text: 'Yes.' }, tokens.bob);
    expect([same.status, same.body['code']]).to.deep.equal([403, 'settlement.dispute_four_eyes']);
    expect(other.body).to.include({ state: 'upheld', round: 2 });
    expect(await held()).to.equal('0');
    expect([...adjustments.made.values()].map(({ amount }) => amount)).to.deep.equal([brl(1_500)]);
  });

  it('above the limit need a second person', async () => {
    const at = `/v1/disputes/${String((await missing('B-3', 9_000)).body['id'])}`;
    const proposed = await post(`${at}/resolve`, { outcome: 'upheld', reason: 'conversion_missed', text: 'Yes.' });
    const same = await post(`${at}/approve`);
    const shown = (await get(at)).body;
    const other = await call('POST', `${at}/approve`, tokens.bob);

    expect(proposed.body).to.include({ state: 'awaiting_approval' });
    expect([same.status, same.body['code']]).to.deep.equal([403, 'settlement.dispute_four_eyes']);
    expect(shown['proposal']).to.deep.include({ outcome: 'upheld', granted: brl(9_000) });
    expect((await get(at, tokens.ana)).body).to.not.have.property('proposal');
    expect(other.body).to.include({ state: 'upheld' });
    expect(await held()).to.equal('0');
  });

  it('are decided at once when it is plain, and shown with rule and facts', async () => {
    const { body } = await open({ kind: 'wrong_rate', commissionId: idOf('com', 1) });
    await settled();

    expect(body).to.include({ state: 'upheld' });
    expect(body['claimed']).to.deep.equal(brl(500));
    const { body: detail } = await get(`/v1/disputes/${String(body['id'])}`, tokens.ana);
    const [resolution] = detail['resolutions'] as Row[];
    expect(resolution).to.deep.include({ rule: 'recomputed_otherwise', granted: brl(500) });
    expect(resolution?.['facts']).to.deep.include({ commissionId: idOf('com', 1) });
    const [snapshot] = detail['snapshots'] as { readonly evidence: Row; readonly digest: string }[];
    expect(snapshot?.digest).to.match(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(snapshot?.evidence)).to.contain('own').and.to.not.contain('candidates');
    expect(JSON.stringify(snapshot?.evidence)).to.contain('"purpose":"lock"');
  });

  it('follow the program’s contract', async () => {
    const path = `/v1/programs/${programId}/dispute-terms`;
    const terms = { windowDays: 30, reviewDays: 5, evidenceDays: 3, appealDays: 2, mostClaimed: brl(50_000) };

    expect((await get(path, tokens.ana)).body).to.deep.include({ windowDays: 60, reviewDays: 30 });
    expect((await call('PUT', path, tokens.ana, terms)).status).to.equal(403);
    const asked = await call('PUT', path, tokens.ada, terms);
    await post(`/v1/setting-changes/${String(asked.body['id'])}/approve`, undefined, tokens.bob);
    expect([asked.status, asked.body['loosens']]).to.deep.equal([202, ['/reviewDays']]);
    expect((await get(path)).body).to.deep.equal(terms);
    expect((await missing('B-4')).body).to.include({ dueAt: '2018-03-25T00:00:00.000Z' });
  });

  it('come out for the partner when nobody answers; the statement names the dispute, and all promises hold', async () => {
    const { data } = (await get('/v1/disputes?open=true')).body;
    await clockAt('2018-03-25T00:00:00Z');
    await settled();
    const { body } = await get(`/v1/disputes/${String(data[0]?.['id'])}`, tokens.ana);

    expect(body).to.include({ state: 'upheld' });
    expect((body['resolutions'] as Row[])[0]).to.deep.include({ reason: 'deadline_passed', rule: 'we_are_late' });
    const booked = await rowsOf<{ subject: string; adjustment_id: string }>(
      running().database.owner.knex,
      `select subject, adjustment_id from settlement.bookings where purpose = 'adjust_up' order by seq`,
    );
    expect(booked.map(({ subject }) => subject))
      .to.include(body['id'])
      .and.to.have.length(4);
    expect(await held()).to.equal('0');
    for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
  });

  it('stand on the statement that shows what they brought, which is disputed while another is open', async () => {
    await clockAt('2018-04-01T03:00:00Z');
    await post(`/v1/programs/${programId}/periods/2018-03/close`);
    await settled();
    const [statement] = (await get('/v1/statements', tokens.ana)).body.data;
    const { body } = await get(`/v1/statements/${String(statement?.['id'])}`, tokens.ana);

    const brought = (body['lines'] as Row[]).filter(({ purpose }) => purpose === 'adjust_up');
    expect(brought.map(({ subject }) => String(subject).slice(0, 4))).to.deep.equal(['dsp_', 'dsp_', 'dsp_', 'dsp_']);
    const about = { statementId: String(statement?.['id']), claimed: brl(100) };
    const opened = await open({ kind: 'wrong_rate', ...about });
    expect(opened.body).to.include({ state: 'opened', statementId: about.statementId });
    await post(`/v1/disputes/${String(opened.body['id'])}/withdraw`, undefined, tokens.ana);
    await settled();
    for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
  });

  it('leave an audit with something to say when a reserve is left over', async () => {
    const audit = running().app.audits.find(({ promise }) => promise.includes('reserves what it claims'));
    const { body } = await missing('B-5');
    await settled();
    const id = String(body['id']);

    await rowsOf(
      running().database.owner.knex,
      `update settlement.disputes set state = 'withdrawn', due_at = null, closed_at = now() where subject = :id`,
      { id },
    );

    expect(await audit?.run()).to.deep.equal([`${id} should reserve 0, says 1500, and 1500 is booked`]);
  });
});
