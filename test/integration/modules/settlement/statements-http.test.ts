import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { derivedId } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { aBuyer, aSupplier } from '../../../support/invoice-story.ts';
import { textOfPdf } from '../../../support/pdf-text.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { noonOf, programId, ToldCommission } from '../../../support/settlement-story.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';
import { standingPartnersModule } from '../../../support/standing-partners.ts';
import { accruedAndLocked, clawedBack, tell, tellingCommissionModule } from '../../../support/telling-commission.ts';

type Row = Readonly<Record<string, unknown>>;

const statementId = derivedId('stm', programId, '2018-01', idOf('par', 1));
const path = `/v1/statements/${statementId}`;

describe('a statement over HTTP', () => {
  const commission = new ToldCommission();
  const running = withRunningApp(
    [identity, standingPartnersModule(new SettlingPartners()), tellingCommissionModule(commission), ledger, settlement],
    { SANDBOX: 'true' },
  );
  let staff = '';
  let partner = '';
  let stranger = '';
  let keys = 0;

  const get = (to: string, token: string, headers = {}) => running().call<Row>('GET', to, { token, headers });
  const post = (to: string, token: string, body?: unknown) =>
    running().call<Row>('POST', to, { token, body, headers: { 'idempotency-key': `s${(keys += 1)}` } });
  const settled = () => post('/v1/sandbox/settle', staff, { timeoutMs: 10_000 });
  const bytes = async (to: string, token: string, headers = {}) => {
    const response = await fetch(`${running().url}${to}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  };
  const receptionOf = async () => ((await get(path, staff)).body['reception'] as Row)['state'];

  before(async () => {
    const clients = running().app.ask(IdentityPort);
    const tokenOf = async (name: string, partnerId?: Id<'par'>, scopes = ['settlement:read', 'documents:answer']) =>
      clients.tokenFor((await clients.createClient({ name, scopes, partnerId })).clientId, 3_600);
    staff = await tokenOf('finance', undefined, ['settlement:read', 'settlement:write', 'documents:answer', 'sandbox']);
    partner = await tokenOf('partner one', idOf('par', 1));
    stranger = await tokenOf('partner two', idOf('par', 2));
    await post('/v1/sandbox/clock', staff, { now: '2018-02-05T00:00:00Z' });
    for (const n of [1, 2, 3]) {
      commission.locked.push({ at: noonOf('01-10'), minor: 5_000n });
      await tell(running().database, ...accruedAndLocked({ n, partner: 1, minor: 5_000n, at: noonOf('01-10') }));
    }
    await settled();
    await post(`/v1/programs/${programId}/periods/2018-01/close`, staff);
    await settled();
  });

  it('is its partner’s, and as good as none for another', async () => {
    for (const to of [path, `${path}/document?format=pdf`, `${path}/as-of?recorded=2018-02-01T00:00:00Z`]) {
      expect((await bytes(to, stranger)).status, to).to.equal(404);
      expect((await bytes(to, staff)).status, to).to.equal(200);
    }
    expect((await post(`${path}/acknowledge`, stranger)).status).to.equal(404);
    expect((await post(`${path}/dispute`, stranger, { reason: 'no' })).status).to.equal(404);
    expect(await receptionOf()).to.equal('closed');
  });

  it('comes as JSON, CSV and PDF, as asked by name or by Accept, in the language asked for', async () => {
    const json = await get(path, staff);
    const csv = await bytes(path, staff, { accept: 'text/csv', 'accept-language': 'zh-CN,en' });
    const pdf = await bytes(`${path}/document?format=pdf&language=zh`, staff);
    const english = await bytes(path, staff, { accept: 'application/pdf' });

    expect(json.body['lines']).to.have.length(3);
    expect(new TextDecoder().decode(csv.bytes)).to.contain('佣金').and.to.contain('50.00,BRL');
    expect(pdf.headers.get('content-language')).to.equal('zh');
    expect(pdf.headers.get('content-disposition')).to.contain('statement-2018-01-000001.pdf');
    expect((await textOfPdf(pdf.bytes))[0])
      .to.contain('佣金结算单')
      .and.to.contain('150.00 BRL');
    expect((await textOfPdf(english.bytes))[0]).to.contain('Statement of commissions');
  });

  it('is sent when its partner fetches it, and only the partner answers', async () => {
    await get(path, partner);
    expect(await receptionOf()).to.equal('sent');

    const byStaff = await post(`${path}/acknowledge`, staff);
    const disputed = await post(`${path}/dispute`, partner, { reason: 'one is missing' });
    const agreed = await post(`${path}/acknowledge`, partner);
    const again = await post(`${path}/dispute`, partner, { reason: 'after all' });

    expect([byStaff.status, byStaff.body['code']]).to.deep.equal([403, 'settlement.partner_only']);
    expect(disputed.body).to.include({ state: 'disputed', reason: 'one is missing' });
    expect(agreed.body).to.include({ state: 'acknowledged' });
    expect([again.status, again.body['code']]).to.deep.equal([409, 'settlement.illegal_move']);
  });

  it('may be sent by staff, and by nobody else', async () => {
    expect((await post(`${path}/send`, partner)).status).to.equal(403);
    expect((await post(`${path}/send`, staff)).body).to.include({ state: 'acknowledged' });
  });

  it('tells what was known of its period then, what is known now, and what came between', async () => {
    const [{ now } = { now: '' }] = await rowsOf<{ now: string }>(running().database.owner.knex, 'select now() as now');
    await tell(running().database, clawedBack({ n: 2, partner: 1, minor: 700n, at: noonOf('01-25') }));
    await settled();

    const { body } = await get(`${path}/as-of?recorded=${now}`, partner);

    const brl = (minor: string) => ({ minor, currency: 'BRL' });
    expect(body['then']).to.deep.equal({ opening: brl('0'), entries: brl('15000'), count: 3, closing: brl('15000') });
    expect(body['now']).to.deep.equal({ opening: brl('0'), entries: brl('14300'), count: 4, closing: brl('14300') });
    expect(body['difference']).to.deep.include({ entries: brl('-700'), count: 1 });
    expect((body['since'] as Row[]).map(({ purpose, amount }) => [purpose, amount])).to.deep.equal([
      ['claw_back', brl('-700')],
    ]);
    expect((await get(path, partner)).body['closing']).to.deep.equal(brl('15000'));
  });

  describe('and its invoice', () => {
    const billing = `/v1/programs/${programId}/billing-profile`;
    const vat = `/v1/partners/${idOf('par', 1)}/vat-profile`;
    const agreement = `/v1/programs/${programId}/self-billing/${idOf('par', 1)}`;
    const put = (to: string, token: string, body: object) => running().call<Row>('PUT', to, { token, body });
    const supplier = aSupplier();

    it('need the program’s word, the partner’s profile and the partner’s agreement, each from whom it concerns', async () => {
      const early = await post(`${path}/invoice`, staff);
      expect([early.status, early.body['code']]).to.deep.equal([422, 'settlement.not_agreed']);

      expect((await put(billing, staff, aBuyer)).status).to.equal(200);
      expect((await put(vat, staff, supplier)).body['code']).to.equal('settlement.partner_only');
      expect((await put(vat, stranger, supplier)).status).to.equal(404);
      expect((await put(agreement, stranger, { agrees: true })).status).to.equal(404);
      expect((await put(vat, partner, { ...supplier, vatId: 'DE1' })).body['code']).to.equal(
        'settlement.malformed_billing_profile',
      );
      expect((await put(vat, partner, supplier)).status).to.equal(200);
      expect((await put(agreement, partner, { agrees: true })).status).to.equal(200);

      expect((await get(vat, staff)).body).to.include({ scheme: 'domestic', vatId: 'DE987654321' });
      expect((await get(agreement, partner)).body).to.have.property('agreedAt');
      expect((await get(billing, partner)).status).to.equal(403);
    });

    it('is drafted and issued by staff, seen and answered by its partner, and voided by a credit note', async () => {
      const drafts = await Promise.all(Array.from({ length: 6 }, () => post(`${path}/invoice`, staff)));
      expect(drafts.map(({ status }) => status)).to.deep.equal(drafts.map(() => 201));
      expect(new Set(drafts.map(({ body }) => body['id'])).size).to.equal(1);
      const draft = await post(`${path}/invoice`, staff);
      const to = `/v1/invoices/${String(draft.body['id'])}`;
      expect((await get(to, partner)).status).to.equal(404); // a draft
      expect((await post(`${to}/issue`, partner)).status).to.equal(403);

      const [issued, ...meanwhile] = await Promise.all([
        post(`${to}/issue`, staff),
        ...Array.from({ length: 4 }, () => post(`${path}/invoice`, staff)),
      ]);
      expect(meanwhile.map(({ status, body }) => [status, body['id']])).to.deep.equal(
        meanwhile.map(() => [201, draft.body['id']]),
      );
      expect(issued.body).to.deep.include({ number: 'SB-000001', gross: { minor: '17850', currency: 'BRL' } });
      expect((await get(to, stranger)).status).to.equal(404);
      expect((await post(`${to}/accept`, stranger)).status).to.equal(404);
      expect((await post(`${to}/accept`, partner)).body['state']).to.equal('accepted');

      const pdf = await bytes(`${to}/document?language=zh`, partner);
      expect((await textOfPdf(pdf.bytes))[0])
        .to.contain('SB-000001')
        .and.to.contain('178.50 BRL')
        .and.to.contain('价税合计');

      const credit = await post(`${to}/void`, staff, { reason: 'wrong address' });
      expect([credit.status, credit.body['kind'], credit.body['refersTo']]).to.deep.equal([
        201,
        'credit_note',
        'SB-000001',
      ]);
      const listed = (await get('/v1/invoices', partner)).body['data'] as Row[];
      expect(listed.map(({ number, state }) => [number, state])).to.have.deep.members([
        ['SB-000001', 'voided'],
        ['SB-000002', 'issued'],
      ]);
      expect((await get('/v1/invoices', stranger)).body['data']).to.deep.equal([]);
    });

    it('is issued with all others of its month behind one request, which can be repeated, unless its partner agrees no longer', async () => {
      const month = `/v1/programs/${programId}/periods/2018-01/invoices`;
      expect((await get(`${month}/issue`, staff)).body['code']).to.equal('settlement.invoice_run_not_found');
      expect((await post(`${month}/issue`, partner)).status).to.equal(403);
      expect((await post(month, staff)).status).to.equal(202);
      await settled();
      await put(agreement, partner, { agrees: false });

      expect((await post(`${month}/issue`, staff)).body).to.include({ state: 'running', issued: 0 });
      await settled();
      expect((await get(`${month}/issue`, staff)).body).to.include({ state: 'done', issued: 0, refused: 1 });
      const [refusal] = (await get(`${month}/issue/refusals`, staff)).body['data'] as Row[];
      expect(refusal).to.include({ partnerId: idOf('par', 1), code: 'settlement.not_agreed' });
      const alone = await post(`/v1/invoices/${String(refusal?.['invoiceId'])}/issue`, staff);
      expect([alone.status, alone.body['code']]).to.deep.equal([422, 'settlement.not_agreed']);
      await put(agreement, partner, { agrees: true });
      await Promise.all(Array.from({ length: 4 }, () => post(`${month}/issue`, staff)));
      await settled();

      expect((await get(`${month}/issue/refusals`, staff)).body['data']).to.be.empty;
      const listed = (await get('/v1/invoices', partner)).body['data'] as Row[];
      expect(listed.map(({ number, state }) => [number, state])).to.have.deep.members([
        ['SB-000001', 'voided'],
        ['SB-000002', 'issued'],
        ['SB-000003', 'issued'],
      ]);
      const sheet = await get(`/v1/invoices/${String(refusal?.['invoiceId'])}`, partner);
      expect(sheet.body).to.include({ number: 'SB-000003', state: 'issued' });
    });
  });
});
