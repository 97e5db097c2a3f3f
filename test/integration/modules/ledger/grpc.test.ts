/** The ledger over gRPC, beside HTTP, in a whole program with a real database. */
import { type ServiceError, status as Status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { identity } from '../../../../src/modules/identity/module.ts';
import type { NewAccount } from '../../../../src/modules/ledger/index.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction } from '../../../support/contracts/ledger-contract.ts';
import { cloneDatabase } from '../../../support/database.ts';
import { freePort } from '../../../support/grpc.ts';
import { LedgerClient } from '../../../support/ledger-grpc.ts';
import { productNamed } from '../../../support/product-ledger.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';

const AT = '2018-01-20T00:00:00.000Z';
const bank = anAccount('bank:main', { kind: 'bank' });
const wallet = (n: number): NewAccount =>
  anAccount(`wallet:${n}`, { kind: 'wallet', normalSide: 'credit', bound: 'no_overdraft' });

const onWire = ({ normalSide, bound, ...account }: NewAccount): object => ({
  ...account,
  normalSide: `NORMAL_SIDE_${normalSide.toUpperCase()}`,
  bound: `BOUND_${bound.toUpperCase()}`,
});

interface Verdicts {
  readonly verdicts: readonly { readonly id: string; readonly verdict: string; readonly code: string }[];
}
const heard = (answer: object): readonly string[] =>
  (answer as Verdicts).verdicts.map(({ verdict, code }) => (verdict === 'VERDICT_REFUSED' ? code : verdict.slice(8)));

describe('the ledger over gRPC', () => {
  let running: RunningApp;
  let client: LedgerClient;
  let token: string;
  let port: number;
  const clients: LedgerClient[] = [];

  const connect = (withToken: string | undefined): LedgerClient => {
    const made = new LedgerClient(port, withToken);
    clients.push(made);
    return made;
  };
  const http = (method: string, path: string, body?: object) =>
    running.call(method, `/v1/ledger${path}`, { token, ...(body && { body }) });
  const failure = async (call: Promise<unknown>): Promise<readonly [number, unknown, string]> => {
    try {
      await call;
      return [Status.OK, '', ''];
    } catch (error) {
      const { code, metadata, details } = error as ServiceError;
      return [code, metadata.get('tributary-code')[0], details];
    }
  };
  /** Of a wallet: what it holds, what is promised, what could leave it. */
  const standing = async (n: number, asOf: object = {}): Promise<readonly string[]> => {
    const answer = await client.read('GetAccount', { code: wallet(n).code, ...asOf });
    return ['balance', 'held', 'available'].map((name) => (answer[name] as { readonly minor: string }).minor);
  };

  before(async () => {
    port = await freePort();
    running = await startApp(await cloneDatabase(), [identity, ledger], { GRPC_PORT: String(port) });
    token = await running.tokenWith(['ledger:read', 'ledger:write']);
    client = connect(token);
    await client.write('OpenAccounts', { accounts: [bank, ...[1, 2, 3, 4, 5].map(wallet)].map(onWire) });
  });
  after(async () => {
    for (const each of clients) each.close();
    await running.stop();
    await running.database.drop();
  });

  it('opens accounts that HTTP knows, and again without harm', async () => {
    const lent = { ...wallet(9), creditLimit: '50', parent: 'wallet:1', metadata: { note: '' } };

    const [first, second] = [
      await client.write('OpenAccounts', { accounts: [onWire(lent)] }),
      await client.write('OpenAccounts', { accounts: [onWire(lent)] }),
    ];

    expect(second).to.deep.equal(first);
    const { body } = await http('POST', '/accounts', { accounts: [lent] });
    const [opened] = first['accounts'] as readonly { readonly id: string }[];
    expect(body['accounts']).to.deep.equal([{ ...lent, id: opened?.id }]);
    expect(opened).to.deep.include({ ...lent, normalSide: 'NORMAL_SIDE_CREDIT', bound: 'BOUND_NO_OVERDRAFT' });
  });

  it('finds what HTTP has posted, and HTTP what it has posted', async () => {
    const [one, two] = [aTransaction(1, 500n, [bank, wallet(1)]), aTransaction(2, 200n, [wallet(1), bank])];
    await http('POST', '/transactions', { transactions: [one] });

    const answer = await client.write('PostBatch', { batchId: 'b1', transactions: [one, two, two] });

    expect(answer).to.deep.include({ batchId: 'b1', posted: 1, exists: 2, refused: 0 });
    expect(heard(answer)).to.deep.equal(['EXISTS', 'POSTED', 'EXISTS']);
    expect((await http('POST', '/transactions', { transactions: [two] })).body).to.deep.include({ exists: 1 });
    for (const { id } of [one, two]) {
      const seen = await client.read('GetTransaction', { transactionId: id });
      expect({ ...seen, reverses: undefined }).to.deep.equal({
        ...(await http('GET', `/transactions/${id}`)).body,
        reverses: undefined,
      });
    }
    expect(await standing(1)).to.deep.equal(['300', '0', '300']);
  });

  it('judges each by itself, and those that are linked together', async () => {
    const [good, poor] = [aTransaction(11, 5n, [bank, wallet(2)]), aTransaction(12, 999n, [wallet(2), bank])];
    const other = aTransaction(11, 6n, [bank, wallet(2)]);

    expect(heard(await client.write('PostBatch', { transactions: [good, poor], linked: true }))).to.deep.equal([
      'ledger.linked_refused',
      'ledger.overdraft',
    ]);
    expect(heard(await client.write('PostBatch', { transactions: [good, poor, other] }))).to.deep.equal([
      'POSTED',
      'ledger.overdraft',
      'ledger.id_reused',
    ]);
    expect(heard(await client.write('PostBatch', { transactions: [poor] }))).to.deep.equal(['ledger.overdraft']);
  });

  it('answers a stream of batches in their order, each once however often it comes', async () => {
    const batches = Array.from({ length: 60 }, (_, n) => ({
      batchId: String(n),
      transactions: [0, 1, 2].map((nth) => aTransaction(1_000 + 3 * n + nth, 1n, [bank, wallet(3)])),
    }));

    const first = await client.post(batches);
    const again = await client.post(batches);

    expect(first.code).to.equal(Status.OK);
    expect(first.verdicts.map(({ batchId }) => batchId)).to.deep.equal(batches.map(({ batchId }) => batchId));
    expect(first.verdicts.every(({ posted }) => posted === 3)).to.equal(true);
    expect(again.verdicts.every(({ exists }) => exists === 3)).to.equal(true);
    expect(await standing(3)).to.deep.equal(['180', '0', '180']);
  });

  it('ends a stream at a batch that cannot be read, after the verdicts before it', async () => {
    const [good, odd] = [aTransaction(21, 1n, [bank, wallet(3)]), { ...aTransaction(22, 1n), effectiveAt: 'soon' }];

    const { verdicts, code } = await client.post([{ transactions: [good] }, { transactions: [odd] }]);

    expect(verdicts).to.have.length(1);
    expect(code).to.equal(Status.INVALID_ARGUMENT);
  });

  it('places holds, posts them in part and whole, and voids them', async () => {
    await client.write('PostBatch', { transactions: [aTransaction(31, 100n, [bank, wallet(4)])] });
    const hold = { debit: wallet(4).code, credit: wallet(5).code, minor: '60', purpose: 'order', expiresAt: AT };
    const [id, other] = [idOf('hld', 1), idOf('hld', 2)];
    const later = '2999-01-01T00:00:00.000Z';

    const placed = await client.write('PlaceHold', { ...hold, id, expiresAt: later });
    expect(await client.write('PlaceHold', { ...hold, id, expiresAt: later })).to.deep.equal(placed);
    expect(placed).to.deep.include({ state: 'HOLD_STATE_OPEN', remaining: '60', expiresAt: later, endedAt: '' });
    expect(await standing(4)).to.deep.equal(['100', '60', '40']);

    const part = { holdId: id, id: idOf('txn', 32), minor: '25', effectiveAt: AT };
    expect(await client.write('PostHold', part)).to.deep.include({ verdict: 'VERDICT_POSTED' });
    expect(await client.write('PostHold', part)).to.deep.include({ verdict: 'VERDICT_EXISTS' });
    await client.write('PostHold', { holdId: id, id: idOf('txn', 33), effectiveAt: AT });
    expect(await client.read('GetHold', { holdId: id })).to.deep.include({ state: 'HOLD_STATE_POSTED' });
    expect((await http('GET', `/holds/${id}`)).body).to.deep.include({ state: 'posted', remaining: '0' });

    await client.write('PlaceHold', { ...hold, id: other, minor: '10', expiresAt: '' });
    expect(await client.write('VoidHold', { holdId: other })).to.deep.include({ state: 'HOLD_STATE_VOIDED' });
    expect(await standing(4)).to.deep.equal(['40', '0', '40']);
    expect(await standing(5)).to.deep.equal(['60', '0', '60']);
  });

  it('takes a transaction back, once', async () => {
    await client.write('PostBatch', { transactions: [aTransaction(41, 7n, [bank, wallet(5)])] });
    const ask = { transactionId: idOf('txn', 41), effectiveAt: AT, reason: 'by mistake' };

    const reversal = await client.write('Reverse', ask);

    expect(reversal).to.deep.include({ purpose: 'reversal', reverses: idOf('txn', 41) });
    expect(await client.write('Reverse', ask)).to.deep.equal(reversal);
    expect((await http('GET', `/transactions/${String(reversal['id'])}`)).body).to.deep.include({ effectiveAt: AT });
  });

  it('shows balances by either clock, and what happened page by page, as HTTP does', async () => {
    const account = anAccount('wallet:clocks', { kind: 'wallet', normalSide: 'credit' });
    await client.write('OpenAccounts', { accounts: [onWire(account)] });
    const days = ['01', '02', '03'].map((day) => `2018-01-${day}T00:00:00.000Z`);
    const transactions = days.map((effectiveAt, n) =>
      aTransaction(51 + n, BigInt(n + 1), [bank, account], { effectiveAt: effectiveAt as never }),
    );
    await client.write('PostBatch', { transactions });
    const minor = async (asOf: object) => {
      const { balance, available } = await client.read('GetAccount', { code: account.code, ...asOf });
      expect(available).to.equal(null);
      return (balance as { readonly minor: string }).minor;
    };

    expect(await minor({})).to.equal('6');
    expect(await minor({ before: days[2] })).to.equal('3');
    expect(await minor({ recordedBefore: days[2] })).to.equal('0');

    const first = await client.read('ListEntries', { code: account.code, limit: 2, until: days[2] });
    expect(first['nextCursor']).to.equal('');
    const page = await client.read('ListEntries', { code: account.code, limit: 2 });
    const rest = await client.read('ListEntries', { code: account.code, limit: 2, after: page['nextCursor'] });
    const entries = [...(page['entries'] as readonly object[]), ...(rest['entries'] as readonly object[])];
    const { id } = (await client.read('GetAccount', { code: account.code }))['account'] as { readonly id: string };
    expect(entries).to.deep.equal((await http('GET', `/accounts/${id}/entries`)).body['data']);
    expect(entries).to.have.length(3);
  });

  it('runs a template once, after a rehearsal that leaves nothing behind', async () => {
    for (const template of productNamed('wallet').templates) await http('POST', '/templates', { template });
    const parameters = { customer: 'ada', amount: '500', currency: 'EUR' };
    const run = { name: 'wallet.top_up', id: idOf('txn', 61), effectiveAt: AT, parameters };

    const rehearsal = await client.write('RehearseTemplate', run);
    expect(rehearsal['accounts']).to.have.length(3);
    expect(rehearsal['transactions']).to.have.length(1);
    const [code] = await failure(client.read('GetAccount', { code: 'wallet:ada:EUR' }));
    expect(code).to.equal(Status.NOT_FOUND);

    const done = await client.write('RunTemplate', run);
    expect(done).to.deep.include({ version: 1, verdict: 'VERDICT_POSTED', transactions: [idOf('txn', 61)] });
    expect(await client.write('RunTemplate', { ...run, version: 0 })).to.deep.include({ verdict: 'VERDICT_EXISTS' });
    expect((await http('POST', '/templates/wallet.top_up/runs', { ...run, name: undefined })).body).to.deep.include({
      verdict: 'exists',
    });
  });

  describe('says what is wrong with', () => {
    const transaction = aTransaction(90, 5n, [bank, wallet(1)]);
    const batch = (change: object) => ({ transactions: [{ ...transaction, ...change }] });
    const account = onWire(wallet(1));
    const hold = { id: idOf('hld', 90), debit: 'wallet:1', credit: 'wallet:2', minor: '1', purpose: 'x' };
    const run = { name: 'wallet.top_up', id: idOf('txn', 91), effectiveAt: AT, parameters: {} };
    const { INVALID_ARGUMENT: invalid, NOT_FOUND: absent, ABORTED: conflict, FAILED_PRECONDITION: refused } = Status;

    const cases: readonly (readonly [string, string, object, number, string, string])[] = [
      ['an empty batch', 'PostBatch', { transactions: [] }, invalid, 'input.invalid', '/transactions '],
      ['an id', 'PostBatch', batch({ id: 'txn_1' }), invalid, 'input.invalid', '/transactions/0/id '],
      [
        'a moment',
        'PostBatch',
        batch({ effectiveAt: 'now' }),
        invalid,
        'input.invalid',
        '/transactions/0/effectiveAt ',
      ],
      ['a currency', 'PostBatch', batch({ currency: 'XXX' }), invalid, 'input.invalid', '/transactions/0/currency '],
      [
        'an amount',
        'PostBatch',
        batch({ postings: [{ account: 'a', minor: '1.5' }] }),
        invalid,
        'input.invalid',
        '/transactions/0/postings/0/minor ',
      ],
      ['a purpose', 'PostBatch', batch({ purpose: '' }), invalid, 'input.invalid', '/transactions/0/purpose '],
      ['a side', 'OpenAccounts', { accounts: [{ ...account, normalSide: 0 }] }, invalid, 'input.invalid', 'normalSide'],
      ['a bound', 'OpenAccounts', { accounts: [{ ...account, bound: 7 }] }, invalid, 'input.invalid', 'bound'],
      [
        'an account that differs',
        'OpenAccounts',
        { accounts: [{ ...account, kind: 'other' }] },
        conflict,
        'ledger.account_differs',
        'kind',
      ],
      [
        'a parent',
        'OpenAccounts',
        { accounts: [{ ...account, code: 'n', parent: 'nobody' }] },
        refused,
        'ledger.unknown_parent',
        'nobody',
      ],
      ['a hold of nothing', 'PlaceHold', { ...hold, minor: '' }, invalid, 'input.invalid', '/minor '],
      ['a hold on itself', 'PlaceHold', { ...hold, credit: 'wallet:1' }, invalid, 'ledger.malformed_hold', 'two'],
      ['too large a hold', 'PlaceHold', { ...hold, minor: '99999' }, refused, 'ledger.overdraft', 'wallet:1'],
      ['no hold', 'VoidHold', { holdId: idOf('hld', 99) }, absent, 'ledger.hold_not_found', ''],
      ['no hold at all', 'VoidHold', {}, invalid, 'input.invalid', '/holdId '],
      [
        'nothing to take back',
        'Reverse',
        { transactionId: idOf('txn', 99), reason: 'x' },
        absent,
        'ledger.transaction_not_found',
        '',
      ],
      ['no reason', 'Reverse', { transactionId: idOf('txn', 99) }, invalid, 'input.invalid', '/reason '],
      ['no template', 'RunTemplate', { ...run, name: 'odd' }, absent, 'ledger.template_not_found', 'odd'],
      ['its parameters', 'RunTemplate', run, invalid, 'ledger.malformed_parameters', 'customer'],
    ];
    for (const [what, method, message, status, code, word] of cases) {
      it(`${what} (${method})`, async () => {
        const failed = await failure(client.write(method, message));

        expect(failed.slice(0, 2)).to.deep.equal([status, code]);
        expect(failed[2]).to.include(word);
      });
    }

    it('what is asked for: unknown accounts, cursors, limits', async () => {
      const ask = (method: string, message: object) => failure(client.read(method, message));

      expect((await ask('GetAccount', { code: 'nobody' })).slice(0, 2)).to.deep.equal([
        absent,
        'ledger.account_not_found',
      ]);
      expect((await ask('GetAccount', {})).slice(0, 2)).to.deep.equal([invalid, 'input.invalid']);
      expect((await ask('ListEntries', { code: 'wallet:1', limit: 1_001 }))[1]).to.equal('input.invalid');
      expect((await ask('ListEntries', { code: 'wallet:1', after: 'x' }))[1]).to.equal('page.malformed_cursor');
    });
  });

  it('lets in who shows a token with the scope', async () => {
    const [reader, writer] = [
      connect(await running.tokenWith(['ledger:read'])),
      connect(await running.tokenWith(['ledger:write'])),
    ];
    const batch = { transactions: [aTransaction(95, 1n, [bank, wallet(1)])] };
    const account = { code: bank.code };

    expect((await failure(connect(undefined).read('GetAccount', account)))[0]).to.equal(Status.UNAUTHENTICATED);
    expect((await failure(reader.write('PostBatch', batch)))[0]).to.equal(Status.PERMISSION_DENIED);
    expect((await failure(writer.read('GetAccount', account)))[0]).to.equal(Status.PERMISSION_DENIED);
    expect((await reader.post([batch])).code).to.equal(Status.PERMISSION_DENIED);
    expect(heard(await writer.write('PostBatch', batch))).to.deep.equal(['POSTED']);
    expect((await failure(reader.read('GetAccount', account)))[0]).to.equal(Status.OK);
  });
});
