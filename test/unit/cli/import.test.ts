import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, readHistory } from '../../../src/cli/import/history.ts';
import { eventsOfOrder } from '../../../src/cli/import/order-events.ts';
import { type OurCommission, parityCsv, parityOf, parityText } from '../../../src/cli/import/parity.ts';
import { PLATFORMS, STATUSES, standingOf } from '../../../src/cli/import/statuses.ts';
import { Money } from '../../../src/shared/money.ts';

const PARTNERS = 'partner_ref,name,email,kind,groups,recruiter_ref\nP1,Ada,ada@example.com,dealer,gold|north,\n';
const LINKS = 'partner_ref,code\nP1,ada\n';
const ORDERS =
  'order_ref,placed_at,currency,line_ref,quantity,unit_price,link_code,clicked_at,delivered_at,returned_at,returned_quantity\n' +
  'O1,2025-03-01T10:00:00Z,EUR,1,2,10.50,ada,2025-03-01T09:00:00Z,2025-03-05T10:00:00Z,,\n' +
  'O1,2025-03-01T10:00:00Z,EUR,2,1,5.00,ada,2025-03-01T09:00:00Z,2025-03-05T10:00:00Z,2025-03-09T10:00:00Z,\n';
const COMMISSIONS = 'order_ref,partner_ref,amount,currency,status\nO1,P1,1.05,EUR,Paid\n';

describe('the export of another platform', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'import-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const read = (files: Record<string, string> = {}): History => {
    const all = { partners: PARTNERS, links: LINKS, orders: ORDERS, commissions: COMMISSIONS, ...files };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, `${name}.csv`), text);
    return readHistory(folder, 'dub');
  };
  const faults = (files: Record<string, string>): readonly string[] =>
    read(files).faults.map(({ file, line, column, reason }) => `${file}:${line}: ${column}: ${reason}`);

  it('is read into partners, codes, orders of lines and commissions', () => {
    const history = read();

    expect(history.faults).to.be.empty;
    expect(history.partners[0]).to.deep.include({ ref: 'P1', kind: 'dealer', groups: ['gold', 'north'] });
    expect(history.orders.get('O1')?.map(({ quantity, returned }) => [quantity, returned])).to.deep.equal([
      [2, 0],
      [1, 1],
    ]);
    expect(history.commissions[0]).to.deep.include({ standing: 'paid', amount: Money.of(105n, 'EUR') });
  });

  it('becomes the events a commerce system would have posted, the same every time', () => {
    const lines = read().orders.get('O1') ?? [];

    const events = eventsOfOrder('prg_x', 'O1', lines);

    expect(events.map(({ type, time }) => `${type} ${time}`)).to.deep.equal([
      'click.recorded 2025-03-01T09:00:00.000Z',
      'order.placed 2025-03-01T10:00:00.000Z',
      'order.delivered 2025-03-05T10:00:00.000Z',
      'order.lines_returned 2025-03-09T10:00:00.000Z',
    ]);
    expect(events).to.deep.equal(eventsOfOrder('prg_x', 'O1', lines));
    expect(events.at(-1)?.data).to.deep.equal({ lines: [{ lineRef: '2', quantity: 1 }] });
  });

  it('names every bad row by file, line and column with the reason, and reads on', () => {
    const bad =
      'order_ref,partner_ref,amount,currency,status\n' +
      'O1,P1,one,EUR,paid\n' +
      'O1,P1,1.005,EUR,paid\n' +
      'O9,P9,1.00,EUR,approved?\n' +
      'O1,,1.00,XXX,pending\n';

    expect(faults({ commissions: bad })).to.have.length(5);
    expect(faults({ commissions: bad }).map((fault) => fault.split(': ').slice(0, 2).join(' '))).to.deep.equal([
      'commissions.csv:2 amount',
      'commissions.csv:3 amount',
      'commissions.csv:4 status',
      'commissions.csv:5 partner_ref',
      'commissions.csv:5 amount',
    ]);
    expect(faults({ partners: 'partner_ref,name\nP1,Ada\n' })[0]).to.equal(
      'partners.csv:1: email: is no column of the file',
    );
    expect(faults({ partners: 'partner_ref,name,email,kind\nP1,Ada,ada,robot\n' }).slice(0, 2)).to.deep.equal([
      'partners.csv:2: email: "ada" is no e-mail address',
      'partners.csv:2: kind: "robot" is no kind of partner (creator, dealer, agency, affiliate)',
    ]);
    expect(faults({ links: 'partner_ref,code\nP9,ada\n' })).to.deep.equal([
      'links.csv:2: partner_ref: "P9" is nobody in partners.csv',
    ]);
    expect(faults({ orders: ORDERS.replace(',ada,2025-03-01T09:00:00Z', ',ada,') })).to.include(
      'orders.csv:2: clicked_at: is empty beside the other of a click',
    );
  });
});

describe('the words of other platforms', () => {
  it('each mean one of four things here, whatever their case', () => {
    for (const platform of PLATFORMS)
      for (const word of Object.keys(STATUSES[platform]))
        expect(standingOf(platform, ` ${word.toUpperCase()} `)).to.be.oneOf(['open', 'paid', 'held', 'void']);
    expect(standingOf('dub', 'toString')).to.equal(undefined);
  });
});

describe('our result beside theirs', () => {
  const eur = (minor: bigint) => Money.of(minor, 'EUR');
  const theirs = (orderRef: string, partnerRef: string, minor: bigint, standing = 'open') =>
    ({ orderRef, partnerRef, amount: eur(minor), standing }) as History['commissions'][number];
  const ours = (orderRef: string, partnerRef: string, minor: bigint, isVoid = false): OurCommission => ({
    orderRef,
    partnerRef,
    amount: eur(minor),
    isVoid,
  });

  it('is the same where it is to the cent, also where nothing is owed on either side', () => {
    const parity = parityOf(
      [theirs('O1', 'P1', 105n, 'paid'), theirs('O2', 'P1', 200n, 'void'), theirs('O3', 'P2', 50n, 'void')],
      [ours('O1', 'P1', 105n), ours('O2', 'P1', 200n, true)],
      new Map(),
    );

    expect(parity.different).to.be.empty;
    expect(parity.totals.map(({ partnerRef, theirs: t, ours: o }) => [partnerRef, t.minor, o.minor])).to.deep.equal([
      ['P1', 105n, 105n],
      ['P2', 0n, 0n],
      ['(all)', 105n, 105n],
    ]);
  });

  it('names what is different and why, and totals of each partner', () => {
    const parity = parityOf(
      [
        theirs('O1', 'P1', 105n),
        theirs('O2', 'P1', 100n),
        theirs('O3', 'P1', 100n),
        theirs('O4', 'P1', 100n),
        theirs('O5', 'P1', 100n, 'void'),
      ],
      [
        ours('O1', 'P1', 106n),
        ours('O2', 'P2', 100n),
        ours('O4', 'P1', 100n, true),
        ours('O5', 'P1', 100n),
        { ...ours('O6', 'P1', 1n), amount: Money.of(1n, 'USD') },
      ],
      new Map([['O3', 'no_touchpoint']]),
    );

    expect(parity.different.map(({ orderRef, partnerRef, reason }) => [orderRef, partnerRef, reason])).to.deep.equal([
      ['O1', 'P1', 'other_amount'],
      ['O2', 'P1', 'other_partner'],
      ['O2', 'P2', 'not_theirs'],
      ['O3', 'P1', 'not_ours'],
      ['O4', 'P1', 'void_here'],
      ['O5', 'P1', 'void_there'],
      ['O6', 'P1', 'not_theirs'],
    ]);
    expect(parityText(parity)).to.include('O3  P1  theirs 1.00 EUR, ours nothing: not_ours (no_touchpoint)');
    expect(parityCsv(parity).split('\n')[1]).to.equal('O1,P1,1.05 EUR,1.06 EUR,other_amount,0.01 EUR beside theirs');
  });

  it('never adds currencies, and writes no cell that a spreadsheet calculates', () => {
    const mixed = { ...ours('=1+1', 'P1', 105n), amount: Money.of(105n, 'USD') };
    const parity = parityOf([theirs('=1+1', 'P1', 105n)], [mixed], new Map());

    expect(parity.different.map(({ reason }) => reason)).to.deep.equal(['other_currency']);
    expect(parity.totals.map(({ currency }) => currency)).to.deep.equal(['EUR', 'USD', 'EUR', 'USD']);
    expect(parityCsv(parity)).to.include("'=1+1,P1");
  });
});
