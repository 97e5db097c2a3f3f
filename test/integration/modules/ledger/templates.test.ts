import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { productNamed } from '../../../support/product-ledger.ts';
import { rejects } from '../../../support/rejects.ts';

const EFFECTIVE = instant('2026-01-31T00:00:00Z');

describe('a template on PostgreSQL', () => {
  const database = withDatabase();

  const setUp = async () => {
    const parts = ledgerOn(database());
    for (const template of productNamed('wallet').templates) await parts.publishTemplate.run(template, 'tester');
    const balances = async (...codes: readonly string[]) =>
      (await parts.ledger.balances(codes)).map(({ minor }) => minor);
    const topUp = (n: number, amount: string) =>
      parts.runTemplate.run(
        { name: 'wallet.top_up' },
        { id: idOf('txn', n), effectiveAt: EFFECTIVE, parameters: { customer: 'ada', amount, currency: 'EUR' } },
      );
    return { ...parts, balances, topUp };
  };

  it('runs once for each id, whatever the balances are by then', async () => {
    const { topUp, balances } = await setUp();

    const first = await topUp(1, '500');
    const again = await topUp(1, '500');

    expect(again).to.deep.equal({ ...first, verdict: 'exists' });
    expect(await balances('wallet:ada:EUR', 'wallet:bank:EUR')).to.deep.equal(['500', '500'].toSorted());
    await rejects(topUp(1, '501'), 'ledger.id_reused');
  });

  it('runs once of many that are asked for at once', async () => {
    const { topUp, balances } = await setUp();

    const outcomes = await Promise.all(Array.from({ length: 8 }, () => topUp(1, '500')));

    expect(outcomes.filter(({ verdict }) => verdict === 'posted')).to.have.length(1);
    expect(await balances('wallet:ada:EUR')).to.deep.equal(['500']);
  });

  it('opens and posts nothing when it is refused, or rehearsed', async () => {
    const { runTemplate, own } = await setUp();
    const pay = { customer: 'ada', merchant: 'bob', order: 'o1', amount: '5', currency: 'EUR' };
    const request = { id: idOf('txn', 1), effectiveAt: EFFECTIVE, parameters: pay };

    await rejects(runTemplate.run({ name: 'wallet.pay' }, request), 'ledger.overdraft');
    const { accounts, transactions } = await runTemplate.rehearse(
      { name: 'wallet.top_up' },
      { ...request, parameters: { customer: 'ada', amount: '5', currency: 'EUR' } },
    );

    expect(accounts).to.have.length(3);
    expect(transactions).to.have.length(1);
    expect(await rowsOf(own.knex, 'select from ledger.accounts')).to.have.length(0);
    expect(await rowsOf(own.knex, 'select from ledger.journal')).to.have.length(0);
  });

  it('is another version when it says something else, and the same when it does not', async () => {
    const { publishTemplate } = await setUp();
    const [template] = productNamed('wallet').templates as [Record<string, unknown>];

    expect(await publishTemplate.run(template, 'tester')).to.deep.include({ version: 1 });
    expect(await publishTemplate.run({ ...template, about: 'Other' }, 'tester')).to.deep.include({ version: 2 });
    expect(await publishTemplate.run(template, 'tester')).to.deep.include({ version: 3 });
  });

  it('must be there, and be given what it needs', async () => {
    const { runTemplate } = await setUp();
    const request = { id: idOf('txn', 1), effectiveAt: EFFECTIVE, parameters: { customer: 'a b', amount: '5' } };

    await rejects(runTemplate.run({ name: 'nothing' }, request), 'ledger.template_not_found');
    await rejects(runTemplate.run({ name: 'wallet.pay', version: 9 }, request), 'ledger.template_not_found');
    const { details } = await rejects(
      runTemplate.run({ name: 'wallet.top_up' }, request),
      'ledger.malformed_parameters',
    );
    expect(details.faults?.map(({ pointer }) => pointer)).to.have.members([
      '/parameters/customer',
      '/parameters/currency',
    ]);
  });

  it('reckons what is named from what is named, in whichever order the database gives it back', async () => {
    const { publishTemplate, runTemplate, balances } = await setUp();
    for (const template of productNamed('affiliate').templates) await publishTemplate.run(template, 'tester');
    const owner = { partner: 'ada', currency: 'EUR' };
    const commission = { ...owner, commission: 'c1' };
    const story = [
      ['affiliate.accrue', { ...commission, amount: '1000' }],
      ['affiliate.lock', { ...commission, amount: '300', reservePercent: '0' }],
      ['affiliate.claw_back', { ...commission, amount: '400' }],
      ['affiliate.lock', { ...commission, amount: '700', reservePercent: '0' }],
      ['affiliate.pay', { ...owner, payout: 'p1' }],
    ] as const;

    for (const [n, [name, parameters]] of story.entries())
      await runTemplate.run({ name }, { id: idOf('txn', n + 1), effectiveAt: EFFECTIVE, parameters });

    expect(await balances('affiliate:clearing:EUR')).to.deep.equal(['600']);
    expect(await balances('affiliate:ada:available:EUR', 'affiliate:ada:receivable:EUR')).to.deep.equal(['0', '0']);
  });
});
