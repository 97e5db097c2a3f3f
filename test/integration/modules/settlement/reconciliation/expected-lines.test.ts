/** Trades and remittances, told by people, and the lines of two bank accounts that show them; in any order. */
import { expect } from 'chai';
import { rowsOf } from '../../../../../src/infrastructure/postgres/database.ts';
import { DecideTrade, TellTrade } from '../../../../../src/modules/settlement/application/fx/trade-currency.ts';
import { book } from '../../../../../src/modules/settlement/application/books/book-commissions.ts';
import { ReconciliationAudits } from '../../../../../src/modules/settlement/application/reconciliation/reconciliation-audits.ts';
import { AskRemittance, DecideRemittance } from '../../../../../src/modules/settlement/application/tax/remit-tax.ts';
import { bankCode, suspenseCode } from '../../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { ImportedStatement } from '../../../../../src/modules/settlement/ports/bank-stores.ts';
import type { Break } from '../../../../../src/modules/settlement/domain/reconciliation/break.ts';
import type { Expected } from '../../../../../src/modules/settlement/domain/reconciliation/expected.ts';
import type { BankLine } from '../../../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import type { Match } from '../../../../../src/modules/settlement/domain/reconciliation/match.ts';
import { instant } from '../../../../../src/shared/instant.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { at, idOf } from '../../../../support/clock.ts';
import { cloneDatabase, type TestDatabase } from '../../../../support/database.ts';
import { reconcilingOn } from '../../../../support/reconciling.ts';
import { rejects } from '../../../../support/rejects.ts';
import { storeSent } from '../../../../support/sent-payouts.ts';
import { programId } from '../../../../support/settlement-story.ts';
import { SettlingPartners } from '../../../../support/settling-partners.ts';

const NOW = '2018-03-05T00:00:00Z';
const HOME = 'SHOP-1';
const ABROAD = 'SHOP-EUR';
const brl = (minor: bigint) => Money.of(minor, 'BRL');
const eur = (minor: bigint) => Money.of(minor, 'EUR');

type Words = Partial<BankLine> & { readonly ref: string; readonly amount: Money };

describe('a line of what we have told of', () => {
  const databases: TestDatabase[] = [];

  const aWorld = async () => {
    const database = await cloneDatabase();
    databases.push(database);
    await storeSent(database, HOME, [
      {
        ...{ id: idOf('pay', 1), partnerId: idOf('par', 1), batchId: idOf('bat', 1), minor: 5_000n },
        submittedAt: '2018-03-02T09:00:00Z',
      },
    ]);
    await rowsOf(
      database.owner.knex,
      `insert into settlement.bank_accounts (number, program_id, is_current, holder, scheme, bank_scheme, bank_code, town, country, pays_in)
       select '${ABROAD}', program_id, false, holder, scheme, bank_scheme, bank_code, town, country, 'EUR' from settlement.bank_accounts`,
    );
    const world = reconcilingOn(database, NOW);
    const { transaction, reader, ledger } = world;
    const [partners, clock] = [new SettlingPartners(), at(NOW)];
    let ids = 100;
    const counting = { next: <Prefix extends string>(prefix: Prefix) => idOf(prefix, (ids += 1)) };
    const tell = new TellTrade(transaction, partners, counting, clock);
    const decideTrade = new DecideTrade(transaction, clock);
    const ask = new AskRemittance(transaction, partners, counting, clock);
    const decide = new DecideRemittance(transaction, clock);
    await transaction.run((stores) =>
      book(stores, [
        {
          ...{ programId, partnerId: idOf('par', 1), purpose: 'withhold', amount: brl(90_000n), pots: { tax: 'US' } },
          ...{ payoutId: idOf('pay', 1), occurredAt: instant('2018-03-02T09:00:00Z') },
        },
      ]),
    );
    const closing = new Map([[HOME, brl(0n)], [ABROAD, eur(0n)]]); // prettier-ignore
    let statements = 0;
    const shows = async (...lines: readonly Words[]): Promise<readonly ImportedStatement[]> => {
      const imported: ImportedStatement[] = [];
      for (const account of [HOME, ABROAD]) {
        const opening = closing.get(account)!;
        const own = lines.filter(({ amount }) => amount.currency === opening.currency);
        if (own.length === 0) continue;
        const moved = own.map(({ amount, direction }) => (direction === 'credit' ? amount : amount.negated()));
        closing.set(account, opening.plus(Money.sum(opening.currency, moved)));
        const taken = await world.imports.take([
          {
            ...{ id: `S${(statements += 1)}`, account, opening, closing: closing.get(account)! },
            lines: own.map((line) => ({
              ...{ direction: 'debit', status: 'booked', bookedAt: instant('2018-03-03T12:00:00Z') },
              ...line,
            })),
          },
        ]);
        imported.push(...taken);
      }
      return imported;
    };
    const trade = async (reference = 'FX-4711', sold = 98_000n, bought = 20_000n) => {
      const told = await tell.run({
        ...{ programId, reference, sold: brl(sold), bought: eur(bought), by: 'ana' },
        tradedAt: instant('2018-03-02T16:00:00Z'),
      });
      return decideTrade.run(told.id, 'approve', 'bob');
    };
    const remit = async (minor = 24_000n) => {
      const asked = await ask.run({
        programId,
        jurisdiction: 'US',
        amount: brl(minor),
        reference: '945 2018',
        by: 'ana',
      });
      return decide.run(asked.id, 'approve', 'bob');
    };
    const audits = new ReconciliationAudits(reader, ledger, undefined as never, partners);
    /** Bank and suspense, at home and abroad; the ledger sums to nothing and the audit finds nothing. */
    const books = async () => {
      while (await world.post.run());
      for (const { debit, credit } of (await ledger.standing()).totals) expect(debit).to.deep.equal(credit);
      expect(await audits.bank()).to.be.empty;
      const codes = [
        bankCode(programId),
        suspenseCode(programId),
        bankCode(programId, 'EUR'),
        suspenseCode(programId, 'EUR'),
      ];
      const balances = await ledger.balances(codes);
      return codes.map((code) => Number(balances.find(({ account }) => account === code)?.minor ?? 0));
    };
    const matching = async () => {
      while (await world.match.run());
    };
    const breaks = async (): Promise<readonly Break[]> => (await reader.breaks({ limit: 50 }, {})).data;
    const matches = async (): Promise<readonly Match[]> => (await reader.matches({ limit: 50 }, {})).data;
    const suspended = async (ref: string) =>
      (await reader.lines({ limit: 50 }, { state: 'open' })).data.find(({ line }) => line.ref === ref)?.line;
    return { ...world, database, decideTrade, tell, shows, trade, remit, books, matching, breaks, matches, suspended };
  };

  after(() => Promise.all(databases.map((database) => database.drop())));

  const SOLD: Words = { ref: 'R1', amount: brl(98_000n) };
  const BOUGHT: Words = { ref: 'R2', amount: eur(20_000n), direction: 'credit' };
  const TAX: Words = { ref: 'R3', amount: brl(24_000n) };
  const named = (line: Words, words: Partial<BankLine>): Words => ({ ...line, ...words });

  it('confirms it at once where it bears its reference: the bank is not moved a second time, and nothing is a break', async () => {
    const world = await aWorld();
    const { id: tradeId } = await world.trade();
    const { id: remittanceId } = await world.remit();
    expect(await world.books()).to.deep.equal([-122_000, 0, 20_000, 0]);

    const imported = await world.shows(
      named(SOLD, { remittance: 'deal FX 4711' }),
      named(BOUGHT, { endToEndId: 'FX-4711' }),
      named(TAX, { endToEndId: remittanceId }),
    );

    expect(imported.map(({ lines, confirmed, breaks }) => [lines, confirmed, breaks])).to.deep.equal([
      [2, 2, 0],
      [1, 1, 0],
    ]);
    expect(await world.books()).to.deep.equal([-122_000, 0, 20_000, 0]);
    const matches = await world.matches();
    expect(matches.map(({ action, rule, confirms, madeBy, confidence }) => [action, rule, confirms, madeBy, confidence]))
      .to.have.deep.members([
        ['confirm', 'reference', { id: tradeId, direction: 'debit' }, 'matcher', 100],
        ['confirm', 'reference', { id: tradeId, direction: 'credit' }, 'matcher', 100],
        ['confirm', 'reference', { id: remittanceId, direction: 'debit' }, 'matcher', 100],
      ]); // prettier-ignore
    expect(await world.breaks()).to.be.empty;
    await world.shows(named(TAX, { ref: 'R9', endToEndId: remittanceId }));
    expect((await world.breaks()).map(({ kind, expectedId }) => [kind, expectedId])).to.deep.equal([
      ['duplicate_at_bank', remittanceId],
    ]);
    await world.books();
  });

  it('that came first stands in suspense until it is told of, and leaves it by itself', async () => {
    const world = await aWorld();
    await world.shows(named(SOLD, { remittance: 'FX-4711' }), BOUGHT, TAX);
    await world.matching();
    expect(await world.books()).to.deep.equal([-122_000, -122_000, 20_000, 20_000]);

    await world.trade();
    expect(await world.books()).to.deep.equal([-220_000, -122_000, 40_000, 20_000]);
    await world.matching();
    expect(await world.books()).to.deep.equal([-122_000, -24_000, 20_000, 0]);
    await world.remit();
    await world.matching();

    expect(await world.books()).to.deep.equal([-122_000, 0, 20_000, 0]);
    expect((await world.matches()).map(({ rule }) => rule)).to.have.members(['reference', 'amount', 'amount']);
    expect((await world.breaks()).map(({ state }) => state)).to.deep.equal(['closed', 'closed', 'closed']);
  });

  it('is left to people where two could be it: suggested, proposed by one, approved by another', async () => {
    const world = await aWorld();
    const [first] = [await world.trade('FX-1'), await world.trade('FX-2', 98_000n, 20_001n)];
    await world.shows(SOLD);
    await world.matching();
    const line = await world.suspended('R1');
    const [best] = await world.suggest.run(line!.id);

    const payoutToo = { lineIds: [line!.id], payoutIds: [idOf('pay', 1)], expectedId: first.id, by: 'ana' };
    await rejects(world.byHand.run(payoutToo), 'settlement.match_does_not_fit');
    const proposed = await world.byHand.run({ lineIds: [line!.id], payoutIds: [], expectedId: first.id, by: 'ana' });
    await rejects(world.decide.approve(proposed.id, 'ana'), 'settlement.four_eyes');
    await world.decide.approve(proposed.id, 'bob');

    expect(best).to.include({ confidence: 60, why: 'the amount and the day of a trade' });
    expect(await world.books()).to.deep.equal([-196_000, 0, 40_001, 0]);
    expect((await world.breaks()).map(({ kind, state }) => [kind, state])).to.deep.equal([
      ['unknown_reference', 'closed'],
    ]);
    await world.shows(named(SOLD, { ref: 'R5' }));
    await world.matching();
    expect(await world.suspended('R5')).to.equal(undefined);
    await world.books();
  });

  for (const order of ['told first', 'shown first']) {
    it(`is taken apart by two people, stays so, and can be matched once more: ${order}`, async () => {
      const world = await aWorld();
      const shown = named(SOLD, { remittance: 'FX-4711' });
      if (order === 'shown first') await world.shows(shown);
      const { id } = await world.trade();
      if (order === 'told first') await world.shows(shown);
      await world.matching();
      const [match] = await world.matches();
      expect(match?.fromSuspense).to.equal(order === 'shown first');

      await world.undo.run(match!.id, 'ana');
      await rejects(world.undo.approve(match!.id, 'ana'), 'settlement.four_eyes');
      await world.undo.approve(match!.id, 'bob');
      await world.matching();

      expect(await world.books()).to.deep.equal([-196_000, -98_000, 20_000, 0]);
      const line = await world.suspended('R1');
      const again = await world.byHand.run({ lineIds: [line!.id], payoutIds: [], expectedId: id, by: 'ana' });
      await world.decide.approve(again.id, 'bob');
      expect(again.id).to.not.equal(match!.id);
      expect(await world.books()).to.deep.equal([-98_000, 0, 20_000, 0]);
    });
  }

  it('that does not fit is a break that names the trade, whichever came first, and its fix is a match with a fee', async () => {
    const world = await aWorld();
    const short = named(BOUGHT, { amount: eur(19_900n), remittance: 'FX-4711' });
    await world.shows(short);
    await world.matching();
    expect((await world.breaks()).map(({ kind }) => kind)).to.deep.equal(['unknown_reference']);
    const { id } = await world.trade();
    await world.matching();
    await world.shows(named(SOLD, { amount: brl(98_100n), endToEndId: id }));

    const found = await world.breaks();
    expect(found.map(({ kind, expectedId }) => [kind, expectedId])).to.have.deep.members([
      ['amount_short', id],
      ['amount_over', id],
    ]);
    for (const { id: breakId } of found) {
      expect((await world.fixes.propose({ breakId, by: 'ana' })).fix).to.equal('match');
      await world.fixes.approve(breakId, 'bob');
    }

    expect(await world.books()).to.deep.equal([-98_100, 0, 19_900, 0]);
    expect((await world.matches()).map(({ difference }) => difference.toString())).to.have.members([
      '1.00 BRL',
      '-1.00 EUR',
    ]);
  });

  it('that never comes is late, then missing, by the account it should be on; and it ends when the line comes', async () => {
    const world = await aWorld();
    const { id } = await world.trade();
    await world.shows(named(SOLD, { endToEndId: 'FX-4711' }));
    await reconcilingOn(world.database, '2018-03-06T00:00:00Z').overdue.run();
    const late = async () =>
      (await world.breaks()).flatMap(({ kind, expectedId, account, state, direction }) =>
        expectedId === undefined ? [] : [[kind, expectedId, account, direction, state]],
      );
    const overdueOn = async (day: string) => {
      while (await reconcilingOn(world.database, day).overdue.run());
    };

    await overdueOn('2018-03-06T00:00:00Z');
    expect(await late()).to.deep.equal([['timing', id, ABROAD, 'credit', 'open']]);
    await overdueOn('2018-03-20T00:00:00Z');
    expect(await late()).to.deep.equal([['missing_at_bank', id, ABROAD, 'credit', 'open']]);
    await world.shows(named(BOUGHT, { remittance: 'FX 4711', bookedAt: instant('2018-03-21T12:00:00Z') }));

    expect(await late()).to.deep.equal([['missing_at_bank', id, ABROAD, 'credit', 'closed']]);
    expect(
      await reconcilingOn(world.database, '2018-03-30T00:00:00Z').reader.overdue(instant('2018-03-30T00:00:00Z'), 9),
    ).to.be.empty;
  });

  it('that the bank never shows is taken back by two people, whole: a trade with both sides, a remittance to what is withheld', async () => {
    const world = await aWorld();
    const [kept, { id: tradeId }] = [await world.trade('FX-1', 50_000n, 10_000n), await world.trade('FX-2')];
    const { id: remittanceId } = await world.remit();
    await world.shows(named(BOUGHT, { amount: eur(10_000n), endToEndId: 'FX-1' }));
    while (await reconcilingOn(world.database, '2018-03-20T00:00:00Z').overdue.run());
    const missing = async (id: string) =>
      (await world.breaks()).filter(({ expectedId, kind }) => expectedId === id && kind === 'missing_at_bank');
    const states = async (id: string) => (await missing(id)).map(({ state }) => state);
    const givenBack = async (id: string) => {
      const breakId = (await missing(id))[0]!.id;
      expect((await world.fixes.propose({ breakId, by: 'ana' })).fix).to.equal('give_back');
      await rejects(world.fixes.approve(breakId, 'ana'), 'settlement.four_eyes');
      await world.fixes.approve(breakId, 'bob');
    };
    expect(await world.books()).to.deep.equal([-172_000, 0, 30_000, 0]);

    await givenBack(tradeId);
    await givenBack(remittanceId);
    await rejects(givenBack(kept.id), 'settlement.fix_does_not_fit');

    expect(await world.books()).to.deep.equal([-50_000, 0, 10_000, 0]);
    expect(
      [await states(tradeId), await states(remittanceId), await states(kept.id)].map((all) => all.toSorted()),
    ).to.deep.equal([['closed', 'fixed'], ['fixed'], ['proposed']]);
    const withheld = await world.transaction.run(({ remittances }) => remittances.withheld(programId));
    expect(withheld).to.deep.equal([{ jurisdiction: 'US', withheld: 90_000n, remitted: 0n }]);
    const [position] = await world.transaction.run(({ fx }) => fx.hold(programId, ['EUR']));
    expect(position).to.include({ quantity: 10_000n });
    expect(await world.reader.overdue(instant('2018-04-30T00:00:00Z'), 9)).to.be.empty;
  });

  it('may come as CSV on the account of its currency, and of no other', async () => {
    const world = await aWorld();
    await world.trade();
    const csv = 'bookedOn,amount,ref,remittance\n2018-03-03,200.00,R2,FX-4711';
    const statement = { statementId: 'C1', opening: eur(0n), closing: eur(20_000n), csv };

    const imported = await world.csv.run(programId, statement);
    const usd = (minor: bigint) => Money.of(minor, 'USD');
    const nowhere = { ...statement, opening: usd(0n), closing: usd(20_000n) };
    const { message } = await rejects(world.csv.run(programId, nowhere), 'settlement.bank_account_not_found');
    const { details } = await rejects(
      world.csv.run(programId, { ...statement, closing: brl(20_000n) }),
      'settlement.malformed_bank_statement',
    );

    expect(imported).to.include({ lines: 1, breaks: 0 });
    expect(await world.books()).to.deep.equal([-98_000, 0, 20_000, 0]);
    expect(message).to.contain('no account in USD');
    expect(details.faults?.map(({ pointer }) => pointer)).to.deep.equal(['/closing/currency']);
  });

  it('of a trade that nobody has agreed to is a stranger’s, and cannot be matched with it', async () => {
    const world = await aWorld();
    const told = await world.tell.run({
      ...{ programId, reference: 'FX-4711', sold: brl(98_000n), bought: eur(20_000n), by: 'ana' },
      tradedAt: instant('2018-03-02T16:00:00Z'),
    });
    await world.shows(named(SOLD, { remittance: 'FX-4711' }));
    const line = await world.suspended('R1');

    await rejects(
      world.byHand.run({ lineIds: [line!.id], payoutIds: [], expectedId: told.id, by: 'ana' }),
      'settlement.match_does_not_fit',
    );
    await world.decideTrade.run(told.id, 'approve', 'bob');
    await world.matching();

    expect(await world.books()).to.deep.equal([-98_000, 0, 20_000, 0]);
    const open: readonly Expected[] = (await world.reader.expected(programId, [line!])).filter(
      (each) => !each.isConfirmed,
    );
    expect(open.map(({ direction }) => direction)).to.deep.equal(['credit']);
  });
});
