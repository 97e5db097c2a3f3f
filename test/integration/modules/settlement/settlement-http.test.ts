import { expect } from 'chai';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { LedgerPort } from '../../../../src/modules/ledger/index.ts';
import { clearingCode } from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { settlement } from '../../../../src/modules/settlement/module.ts';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { SettlingPartners } from '../../../support/settling-partners.ts';
import { batchOf, noonOf, payoutOf, programId, ToldCommission } from '../../../support/settlement-story.ts';
import { aProgram, standingPartnersModule } from '../../../support/standing-partners.ts';
import { accruedAndLocked, clawedBack, tell, tellingCommissionModule } from '../../../support/telling-commission.ts';
import { objections, schemaAt } from '../../../support/xmllint.ts';

type Row = Readonly<Record<string, unknown>>;

interface Words {
  readonly token?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly type?: string;
}

const batchId = batchOf('2018-01');
const STAFF = ['settlement:read', 'settlement:write', 'sandbox'];

describe('settlement over HTTP', () => {
  const partners = new SettlingPartners();
  const commission = new ToldCommission();
  const running = withRunningApp(
    [identity, standingPartnersModule(partners), tellingCommissionModule(commission), ledger, settlement],
    { SANDBOX: 'true' },
  );
  let finance = '';
  let boss = '';
  let partner = '';
  let keys = 0;

  const call = (method: string, path: string, token: string, body?: unknown, headers = {}) =>
    running().call<Row & { readonly data: readonly Row[] }>(method, path, { token, body, headers });
  const get = async (path: string, token = finance) => call('GET', path, token);
  const listed = async (path: string, token = finance) => (await get(path, token)).body.data;
  const post = (path: string, { token = finance, body, key = `k${(keys += 1)}`, type }: Words = {}) =>
    call('POST', path, token, body, { 'idempotency-key': key, ...(type !== undefined && { 'content-type': type }) });
  const settled = async () => {
    const { body } = await post('/v1/sandbox/settle', { body: { timeoutMs: 10_000 } });
    if (body['settled'] !== true) throw new Error(JSON.stringify(body));
  };
  const clockAt = (now: string) => post('/v1/sandbox/clock', { body: { now } });
  const bank = (body: object) => post('/v1/sandbox/bank/statements', { body });
  const xmlOf = async (body: object) => (await bank(body)).body as unknown as string;
  const importXml = (xml: string, key?: string) =>
    post('/v1/bank-statements', { body: xml, type: 'application/xml', ...(key && { key }) });

  const earn = async (n: number, partnerN: number, minor: bigint, at = noonOf('01-10')) => {
    commission.locked.push({ at, minor });
    const told = accruedAndLocked({ n, partner: partnerN, minor, at });
    await tell(running().database, ...told);
  };

  before(async () => {
    const staff = running().app.ask(IdentityPort);
    const tokenOf = async (name: string, scopes: readonly string[], partnerId?: ReturnType<typeof idOf<'par'>>) =>
      staff.tokenFor((await staff.createClient({ name, scopes, partnerId })).clientId, 3_600);
    finance = await tokenOf('finance', [...STAFF, 'payouts:approve']);
    boss = await tokenOf('boss', ['payouts:approve', 'settlement:read']);
    partner = await tokenOf('partner one', ['settlement:read'], idOf('par', 1));
    await clockAt('2018-02-05T00:00:00Z');
    for (const n of [2, 3]) partners.known.set(idOf('prg', n), aProgram({ programId: idOf('prg', n) }));
    partners.put(idOf('par', 4), 'suspended');
    await earn(1, 1, 5_000n);
    await earn(2, 2, 3_000n);
    await earn(3, 3, 1_999n);
    await earn(4, 4, 9_000n);
    await settled();
  });

  describe('closing', () => {
    it('insists on an Idempotency-Key, and on a period that is over', async () => {
      const bare = await call('POST', `/v1/programs/${programId}/periods/2018-01/close`, finance);
      const early = await post(`/v1/programs/${programId}/periods/2018-02/close`);

      expect(bare.body).to.include({ code: 'idempotency.key_missing' });
      expect([early.status, early.body['code']]).to.deep.equal([422, 'settlement.period_not_over']);
    });

    it('is not for partners, nor for whoever lacks the scope', async () => {
      const path = `/v1/programs/${programId}/periods/2018-01/close`;

      expect((await post(path, { token: partner })).status).to.equal(403);
      expect((await post(path, { token: boss })).body['code']).to.equal('http.missing_scope');
    });

    it('says "not now" while events are on their way, and leaves the key free', async () => {
      commission.waiting = 1;
      const path = `/v1/programs/${programId}/periods/2018-01/close`;
      const early = await post(path, { key: 'close-january' });
      commission.waiting = 0;

      expect([early.status, early.body['code']]).to.deep.equal([503, 'settlement.period_not_ready']);
      expect(early.headers.get('retry-after')).to.equal('1');
    });

    it('answers at once, the same when it is sent twice, and is finished right after', async () => {
      const path = `/v1/programs/${programId}/periods/2018-01/close`;
      const first = await post(path, { key: 'close-january' });
      const second = await post(path, { key: 'close-january' });
      await settled();

      expect(first.status).to.equal(202);
      expect(second.body).to.deep.equal(first.body);
      expect(second.headers.get('idempotency-replayed')).to.equal('true');
      const { body } = await get(`/v1/programs/${programId}/periods/2018-01`);
      expect(body).to.include({ state: 'closed', statements: 4, batchId, until: '2018-02-01T02:00:00.000Z' });
      expect((await post(path)).status).to.equal(200);
    });

    it('shows the periods that are closed and those that are open', async () => {
      const periods = await listed(`/v1/programs/${programId}/periods`);

      expect(periods.map(({ period, state }) => [period, state])).to.deep.equal([
        ['2018-01', 'closed'],
        ['2018-02', 'open'],
      ]);
      expect((await get(`/v1/programs/${programId}/periods/2017-12`)).body['code']).to.equal(
        'settlement.period_not_found',
      );
    });
  });

  describe('statements', () => {
    it('come in pages, and in all', async () => {
      const first = await get('/v1/statements?limit=3');
      const rest = await get(`/v1/statements?limit=3&after=${String(first.body['nextCursor'])}`);
      const totals = await get(`/v1/statements/totals?programId=${programId}`);

      const numbers = [...first.body.data, ...rest.body.data].map(({ number }) => number);
      expect(numbers).to.have.members([1, 2, 3, 4].map((n) => `2018-01/00000${n}`));
      expect(rest.body['nextCursor']).to.equal(null);
      expect(totals.body).to.deep.include({ count: 4 });
    });

    it('show their lines, and what became of the balance', async () => {
      const [one] = await listed(`/v1/statements?partnerId=${idOf('par', 4)}`);

      const { body } = await get(`/v1/statements/${String(one?.['id'])}`);

      expect(body['closing']).to.deep.equal({ minor: '9000', currency: 'BRL' });
      expect(body['lines']).to.have.length(1);
      expect(body['payout']).to.deep.include({ outcome: 'suspended' });
    });

    it('are seen by the partner they are for, and by no other', async () => {
      const own = await listed('/v1/statements', partner);
      const others = await listed(`/v1/statements?partnerId=${idOf('par', 2)}`);

      expect(own.map(({ partnerId }) => partnerId)).to.deep.equal([idOf('par', 1)]);
      expect((await get(`/v1/statements/${String(others[0]?.['id'])}`, partner)).status).to.equal(404);
      expect((await get(`/v1/statements?partnerId=${idOf('par', 2)}`, partner)).status).to.equal(404);
      expect((await get(`/v1/statements/totals?programId=${programId}`, partner)).body).to.include({ count: 1 });
      expect((await get(`/v1/statements/${idOf('stm', 9)}`)).body['code']).to.equal('settlement.statement_not_found');
    });
  });

  describe('paying', () => {
    it('needs a second pair of eyes', async () => {
      const same = await post(`/v1/payout-batches/${batchId}/approve`);
      const unapproved = await post(`/v1/payout-batches/${batchId}/submit`);
      const other = await post(`/v1/payout-batches/${batchId}/approve`, { token: boss, key: 'approve' });
      const again = await post(`/v1/payout-batches/${batchId}/approve`, { token: boss, key: 'approve' });

      expect([same.status, same.body['code']]).to.deep.equal([403, 'settlement.four_eyes']);
      expect([unapproved.status, unapproved.body['code']]).to.deep.equal([409, 'settlement.illegal_move']);
      expect(other.body).to.include({ state: 'approved' });
      expect(again.body).to.deep.equal(other.body);
    });

    it('shows the batch with its payouts, and each payout with what it is for', async () => {
      const [batch] = await listed('/v1/payout-batches');
      const { body } = await get(`/v1/payout-batches/${batchId}`);
      const payout = await get(`/v1/payouts/${payoutOf('2018-01', 1)}`, partner);

      expect(batch).to.deep.equal(body);
      expect(body['payouts']).to.deep.equal([
        { state: 'approved', count: 2, amount: { minor: '8000', currency: 'BRL' } },
      ]);
      expect(payout.body['allocations']).to.deep.equal([
        { commissionId: idOf('com', 1), amount: { minor: '5000', currency: 'BRL' } },
      ]);
      expect((await get(`/v1/payouts/${payoutOf('2018-01', 2)}`, partner)).status).to.equal(404);
      expect((await get(`/v1/payout-batches/${batchId}`, partner)).status).to.equal(403);
    });

    it('has no file and no answer from the bank before it is submitted', async () => {
      expect((await get(`/v1/payout-batches/${batchId}/file`)).body['code']).to.equal('settlement.no_file');
      expect((await bank({ batchId })).body['code']).to.equal('settlement.no_file');
    });

    it('writes a file that is valid, and the same answer when it is submitted again', async () => {
      const first = await post(`/v1/payout-batches/${batchId}/submit`, { key: 'submit' });
      const replayed = await post(`/v1/payout-batches/${batchId}/submit`, { key: 'submit' });
      const again = await post(`/v1/payout-batches/${batchId}/submit`);
      await settled();

      expect(first.body).to.include({ state: 'submitted', submittedAt: '2018-02-05T00:00:00.000Z' });
      expect([replayed.body, again.body]).to.deep.equal([first.body, first.body]);
      const file = (await get(`/v1/payout-batches/${batchId}/file`)).body as unknown as string;
      expect(file).to.contain(payoutOf('2018-01', 1)).and.to.contain('<CtrlSum>80.00</CtrlSum>');
      const schema = schemaAt('pain.001.001.09.xsd');
      if (schema !== undefined) expect(objections(file, schema)).to.equal('');
    });

    it('keeps account numbers out of sight: the file rests sealed', async () => {
      const { rows } = await running().database.owner.knex.raw<{ rows: readonly { sealed: string }[] }>(
        'select sealed from settlement.payout_files',
      );

      expect(rows[0]?.sealed).to.not.contain('DE89370400440532013000').and.to.not.contain('CstmrCdtTrfInitn');
    });
  });

  describe('the bank', () => {
    it('is believed once: the same statement twice settles once', async () => {
      const xml = await xmlOf({ batchId, reject: [payoutOf('2018-01', 2)] });
      const schema = schemaAt('camt.053.001.08.xsd');
      if (schema !== undefined) expect(objections(xml, schema)).to.equal('');

      const first = await importXml(xml, 'january');
      const replayed = await importXml(xml, 'january');
      const again = await importXml(xml);
      await settled();

      expect(first.body).to.include({ lines: 2, settled: 1, rejected: 1, breaks: 0 });
      expect([replayed.body, again.body]).to.deep.equal([first.body, first.body]);
      const { body } = await get(`/v1/payouts/totals?programId=${programId}`);
      expect(body['states']).to.deep.equal([
        { state: 'rejected', count: 1, amount: { minor: '3000', currency: 'BRL' } },
        { state: 'settled', count: 1, amount: { minor: '5000', currency: 'BRL' } },
      ]);
    });

    it('leaves the clearing account empty', async () => {
      const [clearing] = await running()
        .app.ask(LedgerPort)
        .balances([clearingCode(programId, batchId)]);

      expect(clearing?.minor).to.equal('0');
    });

    it('may give back later what had settled', async () => {
      await clockAt('2018-02-20T00:00:00Z');

      const imported = await importXml(await xmlOf({ batchId, return: [payoutOf('2018-01', 1)] }));
      await settled();

      expect(imported.body).to.include({ lines: 1, returned: 1 });
      const payout = await get(`/v1/payouts/${payoutOf('2018-01', 1)}`);
      expect(payout.body).to.include({ state: 'returned', reason: 'AC03' });
      expect((await listed('/v1/payouts?state=returned')).map(({ id }) => id)).to.deep.equal([payoutOf('2018-01', 1)]);
    });

    it('says what we cannot explain, and that is listed', async () => {
      const opening = '<Amt Ccy="BRL">10000000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>';
      const closing = opening.replace('10000000.00', '9999999.00');
      const stranger = (await xmlOf({ batchId }))
        .replace(opening, 'OPENING')
        .replace(opening, closing)
        .replace('OPENING', opening)
        .replace(
          '</Stmt>',
          '<Ntry><Amt Ccy="BRL">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>' +
            '<BookgDt><Dt>2018-02-20</Dt></BookgDt><AcctSvcrRef>FEE</AcctSvcrRef><BkTxCd/></Ntry></Stmt>',
        );

      const imported = await importXml(stranger);

      expect(imported.body).to.include({ lines: 1, breaks: 1 });
      const breaks = await listed('/v1/reconciliation/breaks');
      expect(breaks).to.have.length(1);
      expect(breaks[0]).to.include({ kind: 'unknown_reference', ref: 'FEE', direction: 'debit' });
      expect((await get('/v1/reconciliation/breaks', partner)).status).to.equal(403);
    });

    it('is refused whole, with places, when it speaks badly', async () => {
      const evil = await importXml('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Document>&e;</Document>');
      const broken = await importXml('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"></Document>');

      expect([evil.status, evil.body['code']]).to.deep.equal([400, 'settlement.malformed_bank_statement']);
      expect(broken.body['errors']).to.deep.include({
        pointer: '/Document/BkToCstmrStmt/Stmt',
        code: 'settlement.malformed_bank_statement',
        detail: 'must be there',
      });
    });

    it('pays from an account that can be named, and is nobody else’s', async () => {
      const account = {
        holder: 'Shop GmbH',
        account: { scheme: 'iban', number: 'DE89370400440532013000' },
        bank: { scheme: 'bic', code: 'COBADEFFXXX' },
        town: 'Berlin',
        country: 'DE',
      };
      const other = `/v1/programs/${idOf('prg', 2)}/bank-account`;
      const missing = await get(other);

      const nobodys = await call('PUT', `/v1/programs/${idOf('prg', 9)}/bank-account`, finance, account);
      const named = await call('PUT', other, finance, account);
      const taken = await call('PUT', `/v1/programs/${idOf('prg', 3)}/bank-account`, finance, account);
      const wrong = await call('PUT', other, finance, {
        ...account,
        account: { scheme: 'iban', number: 'DE89370400440532013001' },
        bank: { scheme: 'bic', code: 'NOBANK' },
      });

      expect(missing.body['code']).to.equal('settlement.bank_account_not_found');
      expect([nobodys.status, nobodys.body['code']]).to.deep.equal([404, 'settlement.unknown_program']);
      expect(named.body).to.deep.equal(account);
      expect((await get(other)).body).to.deep.equal(account);
      expect([taken.status, taken.body['code']]).to.deep.equal([409, 'settlement.bank_account_taken']);
      expect((wrong.body['errors'] as Row[]).map(({ pointer }) => pointer)).to.deep.equal([
        '/account/number',
        '/bank/code',
      ]);
    });
  });

  describe('the next close', () => {
    it('pays in February what came back, less what was clawed back, and all promises hold', async () => {
      await tell(
        running().database,
        clawedBack({ n: 1, partner: 1, minor: 1_000n, at: instant('2018-02-21T00:00:00Z') }),
      );
      await settled();
      await clockAt('2018-03-01T03:00:00Z');
      await post(`/v1/programs/${programId}/periods/2018-02/close`);
      await settled();

      const payouts = await listed('/v1/payouts?period=2018-02');

      expect(
        payouts.map(({ partnerId, amount }) => [partnerId, (amount as { minor: string }).minor]),
      ).to.have.deep.members([
        [idOf('par', 1), '4000'],
        [idOf('par', 2), '3000'],
      ]);
      for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
    });
  });
});

describe('settlement outside a sandbox', () => {
  const running = withRunningApp([
    identity,
    standingPartnersModule(new SettlingPartners()),
    tellingCommissionModule(new ToldCommission()),
    ledger,
    settlement,
  ]);

  it('has no bank to play with', async () => {
    const token = await running().tokenWith();

    const { status } = await running()
      .call('POST', '/v1/sandbox/bank/statements', { token, body: { batchId } })
      .catch(() => ({ status: 404 }));

    expect(status).to.equal(404);
    expect(running().app.routes.some(({ path }) => path.startsWith('/v1/sandbox'))).to.equal(false);
  });
});
