import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fake, replace, restore } from 'sinon';
import { modules } from '../../../src/app.ts';
import { importHistory } from '../../../src/cli/import/import.ts';
import { SCOPES } from '../../../src/infrastructure/http/api-info.ts';
import { IdentityPort } from '../../../src/modules/identity/index.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { rejects } from '../../support/rejects.ts';
import { type RunningApp, startApp } from '../../support/running-app.ts';

const PROGRAM = {
  name: 'Moved',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  destination: 'https://shop.example/',
  allowedHosts: ['shop.example'],
  minimumPayout: { minor: '1000', currency: 'EUR' },
};
const TERMS = {
  effectiveFrom: '2024-01-01T00:00:00Z',
  terms: {
    currency: 'EUR',
    rounding: 'half_up',
    groups: [
      { name: 'robots', rank: 1, when: { fact: 'line.category', equals: 'robot' }, amount: { percent: '7.5' } },
      { name: 'all else', rank: 2, when: { all: [] }, amount: { percent: '4' } },
    ],
    limits: [],
    vesting: [{ milestone: 'delivered', percent: '100' }],
    returnWindowDays: 30,
  },
};

/** 40 orders of three partners, with what another platform would have paid for each. */
const synthetic = () => {
  const orders = [
    'order_ref,placed_at,currency,line_ref,category,quantity,unit_price,link_code,clicked_at,delivered_at,cancelled_at,coupon_code,returned_at,returned_quantity',
  ];
  const commissions = ['order_ref,partner_ref,amount,currency,status'];
  for (let n = 1; n <= 40; n += 1) {
    const [partner, isRobot, isCancelled] = [`P${(n % 3) + 1}`, n % 2 === 0, n % 10 === 0];
    const cents = BigInt(9_999 + n * 137);
    // Half up, by hand: 7.5 % and 4 %.
    const owed = isRobot ? (cents * 75n + 500n) / 1_000n : (cents * 40n + 500n) / 1_000n;
    const day = String((n % 27) + 1).padStart(2, '0');
    const placed = `2025-02-${day}T10:00:00Z`;
    const last = `2025-03-${day}T10:00:00Z`;
    const times = isCancelled ? `,${last},,,` : `${last},,,,`;
    const category = isRobot ? 'robot' : 'part';
    orders.push(
      `M${n},${placed},EUR,1,${category},1,${euros(cents)},code-${partner.toLowerCase()},2025-02-${day}T09:00:00Z,${times}`,
    );
    commissions.push(`M${n},${partner},${euros(owed)},EUR,${isCancelled ? 'reversed' : n === 1 ? 'paid' : 'approved'}`);
  }
  // With a coupon, and nobody's click.
  orders.push('M41,2025-02-01T10:00:00Z,EUR,1,robot,2,50.00,,,2025-03-01T10:00:00Z,,ADA10,,');
  commissions.push('M41,P1,7.50,EUR,approved');
  // Of two, one came back within the return window.
  orders.push(
    'M42,2025-02-01T10:00:00Z,EUR,1,robot,2,50.00,code-p2,2025-02-01T09:00:00Z,2025-03-01T10:00:00Z,,,2025-03-09T10:00:00Z,1',
  );
  commissions.push('M42,P2,7.50,EUR,approved', 'M42,P2,-3.75,EUR,approved');
  return { orders, commissions };
};

const euros = (cents: bigint): string => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;

describe('importing the history of another platform', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  const environment = { ...process.env };
  let database: TestDatabase;
  let running: RunningApp;
  let programId: Id<'prg'>;
  let token: string;
  let said: string[] = [];

  const write = (name: string, lines: readonly string[]): void => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  };
  const run = (more: object = {}) =>
    importHistory(folder, { program: programId, from: 'impact', url: running.url, ...more });

  before(async () => {
    database = await cloneDatabase();
    running = await startApp(database, modules, { SANDBOX: 'true' });
    const client = await running.app.ask(IdentityPort).createClient({ name: 'mover', scopes: Object.keys(SCOPES) });
    process.env['CLIENT_ID'] = client.clientId;
    process.env['CLIENT_SECRET'] = client.clientSecret;
    token = await running.tokenWith();
    const made = await running.call<{ id: Id<'prg'> }>('POST', '/v1/programs', { token, body: PROGRAM });
    programId = made.body.id;
    const { orders, commissions } = synthetic();
    write('partners.csv', [
      'partner_ref,name,email,groups,recruiter_ref',
      'P1,Ada,ada@example.com,gold,P2',
      'P2,Bob,bob@example.com,,P3',
      'P3,Eve,eve@example.com,,',
    ]);
    write('links.csv', ['partner_ref,code', 'P1,code-p1', 'P2,code-p2', 'P3,code-p3']);
    write('coupons.csv', ['partner_ref,code', 'P1,ADA10']);
    write('orders.csv', orders);
    write('commissions.csv', commissions);
    writeFileSync(join(folder, 'terms.json'), JSON.stringify(TERMS));
  });
  beforeEach(() => {
    said = [];
    replace(
      console,
      'log',
      fake((line: string) => said.push(line)),
    );
  });
  afterEach(restore);
  after(async () => {
    process.env = environment;
    rmSync(folder, { recursive: true });
    await running.stop();
    await database.drop();
  });

  it('is rehearsed without writing anything', async () => {
    expect(await run()).to.equal(0);

    expect(said[0]).to.equal('3 partners, 3 links, 1 coupons, 42 orders, 43 commissions; 0 rows at fault');
    expect(await run({ unpaidOnly: true })).to.equal(0);
    expect(said.at(-3)).to.include('41 orders, 42 commissions');
    const { body } = await running.call<{ data: unknown[] }>('GET', `/v1/partners?programId=${programId}`, { token });
    expect(body.data).to.be.empty;
  });

  it('is not rehearsed with terms that begin nowhere, as it would not be imported with them', async () => {
    const path = join(folder, 'terms.json');
    writeFileSync(path, JSON.stringify(TERMS.terms));
    try {
      await rejects(run, 'terms.no_beginning');
    } finally {
      writeFileSync(path, JSON.stringify(TERMS));
    }
  });

  it('comes to the same totals to the cent, and again when it is run again', async () => {
    expect(await run({ apply: true }), said.join('\n')).to.equal(0);
    const first = said.filter((line) => line.includes('theirs'));
    said = [];
    expect(await run({ apply: true }), said.join('\n')).to.equal(0);

    expect(said.filter((line) => line.includes('theirs'))).to.deep.equal(first);
    expect(first.at(-1)).to.match(/^\(all\).+the same$/);
    const { body } = await running.call<{ data: unknown[] }>('GET', `/v1/partners?programId=${programId}`, { token });
    expect(body.data).to.have.length(3);
  });

  it('reports a planted difference by order, partner and reason, as text and as CSV', async () => {
    const { commissions } = synthetic();
    write('commissions.csv', [...commissions.slice(0, 1), ...commissions.slice(1).map((line, n) => planted(line, n))]);
    const path = join(folder, 'report.csv');

    expect(await run({ apply: true, report: path })).to.equal(2);

    expect(said.filter((line) => line.includes('other_amount'))).to.have.length(1);
    expect(said.find((line) => line.startsWith('M1 '))).to.include('other_amount (-0.01 EUR beside theirs)');
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.includes('other_amount')),
    ).to.have.length(1);
  });

  const planted = (line: string, n: number): string =>
    n === 0
      ? line.replace(/,(\d+)\.(\d\d),/, (_, whole: string, cents: string) => `,${euros(BigInt(whole + cents) + 1n)},`)
      : line;
});
