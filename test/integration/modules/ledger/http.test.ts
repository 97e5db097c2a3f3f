import { expect } from 'chai';
import { identity } from '../../../../src/modules/identity/module.ts';
import { accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import type { NewAccount, NewTransaction } from '../../../../src/modules/ledger/index.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction } from '../../../support/contracts/ledger-contract.ts';
import { withRunningApp } from '../../../support/running-app.ts';

interface Verdicts {
  readonly posted: number;
  readonly exists: number;
  readonly refused: number;
  readonly verdicts: readonly { readonly verdict: string; readonly code?: string }[];
}
interface PageOf<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}
interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
}
interface Sum {
  readonly minor: string;
}

const bank = anAccount('bank:main', { kind: 'bank' });
const payable = (n: number): NewAccount =>
  anAccount(`payable:${n}`, { kind: 'payable', normalSide: 'credit', bound: 'no_overdraft' });

describe('the ledger over HTTP', () => {
  const running = withRunningApp([identity, ledger]);
  let token: string;

  const call = <Body>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
    running().call<Body>(method, `/v1/ledger${path}`, { token, headers, ...(body !== undefined && { body }) });
  const post = (...transactions: readonly NewTransaction[]) =>
    call<Verdicts & Problem>('POST', '/transactions', { transactions });
  const open = (...accounts: readonly NewAccount[]) =>
    call<{ accounts: readonly { id: string }[] } & Problem>('POST', '/accounts', { accounts });

  before(async () => {
    token = await running().tokenWith(['ledger:read', 'ledger:write']);
    await open(bank, payable(1), payable(2), payable(3));
  });

  it('opens accounts, and again without harm', async () => {
    const first = await open(payable(4), payable(5));
    const second = await open(payable(4), payable(5));

    expect(first.status).to.equal(200);
    expect(first.body.accounts.map(({ id }) => id)).to.deep.equal(['payable:4', 'payable:5'].map(accountIdOf));
    expect(second.body).to.deep.equal(first.body);
    expect((await open({ ...payable(4), bound: 'none' })).body.code).to.equal('ledger.account_differs');
    expect((await open({ ...payable(4), code: 'has space' })).status).to.equal(400);
  });

  it('answers a verdict for each transaction, the same when sent again', async () => {
    const batch = [aTransaction(101, 500n, [bank, payable(1)]), aTransaction(102, 900n, [payable(1), bank])];

    const first = await post(...batch);
    const second = await post(...batch);

    expect(first.status).to.equal(200);
    expect(first.body).to.deep.include({ posted: 1, exists: 0, refused: 1 });
    expect(first.body.verdicts.map(({ verdict, code }) => code ?? verdict)).to.deep.equal([
      'posted',
      'ledger.overdraft',
    ]);
    expect(second.body).to.deep.include({ posted: 0, exists: 1, refused: 1 });
  });

  it('takes one moment in two spellings for the same', async () => {
    const moment = aTransaction(110, 5n, [bank, payable(1)]);
    const spelt = { ...moment, effectiveAt: '2018-01-15T09:00:00-03:00' } as unknown as NewTransaction;

    await post(moment);

    expect((await post(spelt)).body).to.deep.include({ exists: 1 });
  });

  it('refuses a batch in which all are refused, with the place of each', async () => {
    const unbalanced = { ...aTransaction(120, 5n), postings: [{ account: bank.code, minor: '5' }] };

    const { status, body } = await post(unbalanced, aTransaction(121, 5n, [bank, anAccount('nobody')]));

    expect(status).to.equal(422);
    expect(body.code).to.equal('ledger.all_refused');
    expect(body.errors?.map(({ pointer, code }) => [pointer, code])).to.deep.equal([
      ['/transactions/0', 'ledger.too_few_postings'],
      ['/transactions/1', 'ledger.unknown_account'],
    ]);
  });

  it('refuses what is not in form, with a pointer, and posts nothing of it', async () => {
    const good = aTransaction(130, 5n, [bank, payable(1)]);
    const faulty = [
      { ...good, postings: [{ account: bank.code, minor: 5 }] },
      { ...good, id: 'txn_1' },
      { ...good, effectiveAt: 'yesterday' },
      { ...good, currency: 'XXX' },
      { ...good, more: true },
      'no object',
    ];
    for (const one of faulty) {
      const { status, body } = await call<Problem>('POST', '/transactions', { transactions: [good, one] });

      expect(status, JSON.stringify(one)).to.equal(400);
      expect(body.errors?.[0]?.pointer).to.match(/^\/transactions\/1/);
    }
    expect((await call('POST', '/transactions', { transactions: [] })).status).to.equal(400);
    expect((await call('GET', `/transactions/${good.id}`)).status).to.equal(404);
  });

  it('replays a batch that carries an Idempotency-Key, and a refusal too', async () => {
    const transactions = [aTransaction(140, 5n, [bank, payable(1)])];
    const refused = [aTransaction(141, 5n, [bank, anAccount('nobody')])];

    for (const [body, key, status] of [
      [{ transactions }, 'a', 200],
      [{ transactions: refused }, 'b', 422],
    ] as const) {
      const first = await call<Verdicts>('POST', '/transactions', body, { 'Idempotency-Key': key });
      const second = await call<Verdicts>('POST', '/transactions', body, { 'Idempotency-Key': key });

      expect([first.status, second.status]).to.deep.equal([status, status]);
      expect(second.headers.get('idempotency-replayed')).to.equal('true');
      expect(second.body.posted).to.equal(first.body.posted);
    }
  });

  it('shows a transaction as it was posted', async () => {
    const { id, ...content } = aTransaction(150, 5n, [bank, payable(1)]);
    await post({ id, ...content });

    const { body } = await call<Readonly<Record<string, unknown>>>('GET', `/transactions/${id}`);

    expect(body).to.deep.include({ id, purpose: 'accrue', effectiveAt: content.effectiveAt, currency: 'BRL' });
    expect(body['postings']).to.deep.equal([
      { accountId: accountIdOf(bank.code), account: bank.code, currency: 'BRL', minor: '5' },
      { accountId: accountIdOf('payable:1'), account: 'payable:1', currency: 'BRL', minor: '-5' },
    ]);
    expect((await call<Problem>('GET', `/transactions/${idOf('txn', 999)}`)).body.code).to.equal(
      'ledger.transaction_not_found',
    );
  });

  it('lists accounts by code, a page at a time, of a kind or with a prefix', async () => {
    await post(aTransaction(160, 40n, [bank, payable(2)]));
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const cursor: string = after === '' ? '' : `&after=${after}`;
      const { body } = await call<PageOf<{ code: string }>>('GET', `/accounts?limit=2&kind=payable${cursor}`);
      seen.push(...body.data.map(({ code }) => code));
      after = body.nextCursor;
    }

    expect(seen).to.include.members(['payable:1', 'payable:2', 'payable:3']);
    expect(seen).to.deep.equal(seen.toSorted());
    const { body } = await call<PageOf<{ code: string; balance: Sum }>>('GET', '/accounts?codePrefix=payable:2');
    expect(body.data.map(({ code, balance }) => [code, balance])).to.deep.equal([
      ['payable:2', { minor: '40', currency: 'BRL' }],
    ]);
    expect((await call<PageOf<unknown>>('GET', '/accounts?codePrefix=%25')).body.data).to.be.empty;
    expect((await call<Problem>('GET', '/accounts?after=WyJub1xuY29kZSJd')).body.code).to.equal(
      'page.malformed_cursor',
    );
  });

  it('lists the entries of an account with the balance after each, over pages and whenever they were posted', async () => {
    const on = (day: number) =>
      ({ effectiveAt: `2018-01-0${day}T00:00:00.000Z` }) as Pick<NewTransaction, 'effectiveAt'>;
    await post(
      aTransaction(173, 30n, [bank, payable(3)], on(3)),
      aTransaction(171, 10n, [bank, payable(3)], on(1)),
      aTransaction(174, 5n, [payable(3), bank], on(4)),
      aTransaction(172, 20n, [bank, payable(3)], on(1)),
    );
    const path = `/accounts/${accountIdOf('payable:3')}/entries?limit=2`;
    type Entries = PageOf<{ amount: Sum; balance: Sum; effectiveAt: string }>;

    const first = await call<Entries>('GET', path);
    const second = await call<Entries>('GET', `${path}&after=${first.body.nextCursor}`);

    expect(
      [...first.body.data, ...second.body.data].map(({ amount, balance }) => [amount.minor, balance.minor]),
    ).to.deep.equal([
      ['10', '10'],
      ['20', '30'],
      ['30', '60'],
      ['-5', '55'],
    ]);
    expect(second.body.nextCursor).to.equal(null);
    expect((await call<Problem>('GET', `${path}&after=WyJ4IiwieSJd`)).body.code).to.equal('page.malformed_cursor');
    expect((await call<Problem>('GET', `/accounts/${accountIdOf('nobody')}/entries`)).body.code).to.equal(
      'ledger.account_not_found',
    );
  });

  it('shows a trial balance of zero in every currency', async () => {
    const dollars = [anAccount('usd:a', { currency: 'USD' }), anAccount('usd:b', { currency: 'USD' })] as const;
    await open(...dollars);
    await post(aTransaction(180, 7n, dollars, { currency: 'USD' }));

    const { body } = await call<{
      accounts: number;
      transactions: number;
      byCurrency: readonly { currency: string; total: Sum; byKind: readonly Record<string, unknown>[] }[];
    }>('GET', '/trial-balance');

    expect(body.byCurrency.map(({ currency, total }) => [currency, total.minor])).to.deep.equal([
      ['BRL', '0'],
      ['USD', '0'],
    ]);
    expect(body.byCurrency[1]?.byKind).to.deep.equal([
      {
        kind: 'expense',
        accounts: 2,
        debit: { minor: '7', currency: 'USD' },
        credit: { minor: '7', currency: 'USD' },
        balance: { minor: '0', currency: 'USD' },
      },
    ]);
    expect(body.accounts).to.be.greaterThan(5);
    expect(body.transactions).to.be.greaterThan(5);
  });

  it('is for staff with the scope, and for nobody else', async () => {
    const reader = await running().tokenWith(['ledger:read']);
    const stranger = await running().tokenWith(['orders:read']);
    const status = async (method: string, path: string, as?: string) =>
      (
        await running().call(method, `/v1/ledger${path}`, {
          ...(as !== undefined && { token: as }),
          ...(method === 'POST' && { body: {} }),
        })
      ).status;

    for (const path of [
      '/accounts',
      '/trial-balance',
      `/transactions/${idOf('txn', 1)}`,
      `/accounts/${accountIdOf('a')}/entries`,
    ]) {
      expect(await status('GET', path)).to.equal(401);
      expect(await status('GET', path, stranger)).to.equal(403);
    }
    for (const path of ['/accounts', '/transactions']) expect(await status('POST', path, reader)).to.equal(403);
  });

  it('holds its own promises', async () => {
    const broken = await Promise.all(
      running()
        .app.audits.filter(({ promise }) => /transaction|balance/.test(promise))
        .map((audit) => audit.run()),
    );

    expect(broken.length).to.be.greaterThan(3);
    expect(broken.flat()).to.deep.equal([]);
  });

  it('posts linked transactions all or none', async () => {
    const good = aTransaction(901, 5n, [bank, payable(1)]);
    const bad = aTransaction(902, 5n, [bank, anAccount('nobody')]);

    const refused = await call<Verdicts & Problem>('POST', '/transactions', {
      transactions: [good, bad],
      linked: true,
    });
    const posted = await call<Verdicts>('POST', '/transactions', { transactions: [good], linked: true });

    expect(refused.body.errors?.map(({ code }) => code)).to.deep.equal([
      'ledger.linked_refused',
      'ledger.unknown_account',
    ]);
    expect(posted.body).to.deep.include({ posted: 1 });
  });

  it('places, posts, shows and voids a hold, and the same under one Idempotency-Key', async () => {
    await post(aTransaction(910, 100n, [bank, payable(2)]));
    const hold = { id: idOf('hld', 1), debit: payable(2).code, credit: bank.code, minor: '60', purpose: 'payout' };
    const key = { 'Idempotency-Key': 'hold-1' };

    const first = await call<{ state: string }>('POST', '/holds', hold, key);
    const again = await call<{ state: string }>('POST', '/holds', hold, key);
    const part = { id: idOf('txn', 911), minor: '25', effectiveAt: '2018-01-15T12:00:00Z' };
    const posted = await call<{ verdict: string }>('POST', `/holds/${hold.id}/postings`, part);
    const voided = await call<{ state: string; remaining: string }>('POST', `/holds/${hold.id}/void`);

    expect(again.body).to.deep.equal(first.body);
    expect(first.body.state).to.equal('open');
    expect(posted.body.verdict).to.equal('posted');
    expect(voided.body).to.deep.include({ state: 'voided', remaining: '35' });
    expect((await call<object>('GET', `/holds/${hold.id}`)).body).to.deep.equal(voided.body);
  });

  it('changes an account, shows how it stands, its history and its statement', async () => {
    await open(payable(7));
    const id = accountIdOf(payable(7).code);
    const range = 'from=2018-01-01T00:00:00Z&until=2018-02-01T00:00:00Z';
    await post(aTransaction(920, 40n, [bank, payable(7)]));

    const changed = await call<object>('POST', `/accounts/${id}/changes`, { creditLimit: '50', reason: 'a good one' });
    const standing = await call<object>('GET', `/accounts/${id}`);

    expect(changed.body).to.deep.include({ version: 1, state: 'open', creditLimit: '50' });
    expect(standing.body).to.deep.include({ state: 'open', available: { minor: '90', currency: 'BRL' } });
    expect((await call<{ changes: unknown[] }>('GET', `/accounts/${id}/changes`)).body.changes).to.have.length(1);
    expect((await call<object>('GET', `/accounts/${id}/statement?${range}`)).body).to.deep.include({
      closing: { minor: '40', currency: 'BRL' },
      entries: 1,
    });
    const frozen = await call<object>('POST', `/accounts/${id}/changes`, { move: 'freeze', reason: 'x' });
    expect(frozen.body).to.deep.include({ version: 2, state: 'frozen' });
  });

  it('takes a transaction back, and closes a period', async () => {
    await post(aTransaction(930, 40n, [bank, payable(3)]));

    const reversed = await call<{ reverses: string }>('POST', `/transactions/${idOf('txn', 930)}/reversal`, {
      reason: 'x',
    });
    const closing = { scope: 'old:', closedBefore: '2017-01-01T00:00:00Z' };
    const closed = await call<object>('POST', '/closings', closing);

    expect(reversed.body.reverses).to.equal(idOf('txn', 930));
    expect(closed.body).to.deep.include({ scope: 'old:', closedBefore: '2017-01-01T00:00:00.000Z' });
    expect((await call<{ closings: unknown[] }>('GET', '/closings')).body.closings).to.have.length(1);
  });

  it('shows seals and their keys, and what proves a transaction once it is sealed', async () => {
    const { body } = await call<{ seals: unknown[]; keys: unknown[] }>('GET', '/seals');

    expect(body).to.have.keys('seals', 'keys');
    expect((await call<Problem>('GET', `/transactions/${idOf('txn', 998)}/proof`)).body.code).to.equal(
      'ledger.transaction_not_sealed',
    );
  });
});
