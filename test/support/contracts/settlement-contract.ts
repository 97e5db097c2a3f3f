import { expect } from 'chai';
import { booked, type Books } from '../../../src/modules/settlement/domain/books/booking.ts';
import { book } from '../../../src/modules/settlement/application/books/book-commissions.ts';
import type { Circumstances } from '../../../src/modules/settlement/domain/payouts/blocks.ts';
import {
  allocationsOf,
  decisionsOf,
  payoutsOf,
  type Standing,
} from '../../../src/modules/settlement/domain/payouts/payout-decision.ts';
import type { Period } from '../../../src/modules/settlement/domain/statements/period.ts';
import { keptLine } from '../../../src/modules/settlement/domain/reconciliation/kept-line.ts';
import type { BankStatement } from '../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import type { Reception } from '../../../src/modules/settlement/domain/statements/reception.ts';
import { statementOf } from '../../../src/modules/settlement/domain/statements/statement.ts';
import type { BankAccount, ImportedStatement } from '../../../src/modules/settlement/ports/bank-stores.ts';
import type { Payouts, SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { boundsOf } from '../../../src/shared/calendar.ts';
import { derivedId, type Id } from '../../../src/shared/ids.ts';
import { instant } from '../../../src/shared/instant.ts';
import { Money } from '../../../src/shared/money.ts';
import { reconciliationsContract } from './reconciliations-contract.ts';
import { all } from '../all.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { aFact, anAdjustment, batchOf, noonOf, payoutOf, programId } from '../settlement-story.ts';

const now = instant('2018-02-05T00:00:00Z');
const books: Books = { programId, currency: 'BRL', timeZone: 'America/Sao_Paulo', lastNumber: 0 };
const { from, until } = boundsOf('2018-01', books.timeZone);
const january: Period = {
  programId,
  period: '2018-01',
  state: 'closing',
  from,
  until,
  closedBy: 'finance',
  beganAt: now,
};
const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const bookingOf = (...words: Parameters<typeof aFact>) => booked(aFact(...words), books);

const account: BankAccount = {
  programId,
  holder: 'Shop',
  account: { scheme: 'domestic', number: 'SHOP-1' },
  bank: { scheme: 'bic', code: 'COBADEFFXXX' },
  town: 'São Paulo',
  country: 'BR',
};

const opened = async (make: () => Promise<SettlementTransaction>): Promise<SettlementTransaction> => {
  const db = await make();
  await db.run((stores) => stores.books.open([books], now));
  return db;
};

/** January with statements of two partners, of which the first is paid; ready for what comes after. */
const closedJanuary = async (make: () => Promise<SettlementTransaction>): Promise<SettlementTransaction> => {
  const db = await opened(make);
  await db.run(async (stores) => {
    await stores.books.savePeriod(january);
    await stores.bookings.add([
      bookingOf('lock', { n: 1, minor: 5_000n }),
      bookingOf('claw_back', { n: 1, minor: 1_000n }),
      bookingOf('lock', { n: 2, partner: 2, minor: 700n }),
    ]);
    const lines = await all(stores.bookings.lines(programId, '2018-01'));
    const statements = [1, 2].map((n) => {
      const own = lines.filter(({ partnerId }) => partnerId === idOf('par', n));
      const closing = Money.sum(
        'BRL',
        own.map(({ amount }) => amount),
      );
      const about = { programId, partnerId: idOf('par', n), period: january.period, closedAt: now };
      return statementOf({ ...about, number: n, opening: brl(0n), closing, lines: own });
    });
    await stores.statements.add(statements);
    await stores.books.savePeriod({ ...january, statements: 2 });
  });
  return db;
};

/** January's payouts, and what they are for, unless that comes later. */
const paidBy = async (payouts: Payouts, allocate = true): Promise<void> => {
  const question = {
    period: january,
    currency: 'BRL',
    timeZone: books.timeZone,
    minimum: 2_000n,
    policies: { program: {}, partners: new Map() },
    standings: await payouts.standings(programId, '2018-01', until),
    circumstances: new Map([[idOf('par', 1), nothingAgainst]]),
    ways: new Map([[idOf('par', 1), { rail: 'bank' as const, currency: 'BRL' }]]),
    now,
  };
  const answer = payoutsOf(decisionsOf(question), question);
  await payouts.add(answer);
  if (!allocate) return;
  const openItems = await payouts.openItems(programId, [idOf('par', 1)], until);
  await payouts.addAllocations(allocationsOf(answer.payouts, openItems, question.standings));
};

const nothingAside = { owed: 0n, held: 0n, forgiven: 0n, forfeited: 0n };

const nothingAgainst: Circumstances = {
  enrolment: 'approved',
  hasProfile: true,
  openCases: [],
  hasRequested: false,
  held: 0n,
};

/** What every store of settlement promises; the fake and the real one both run through it. */
export const settlementContract = (make: () => Promise<SettlementTransaction>): void => {
  describe('books and periods', () => {
    it('open once, and keep the zone they were opened with', async () => {
      const db = await opened(make);
      await db.run((stores) => stores.books.open([{ ...books, timeZone: 'UTC' }], now));

      const [shared] = await db.run((stores) => stores.books.share([programId, idOf('prg', 9)]));

      expect(shared).to.include({ timeZone: 'America/Sao_Paulo', lastNumber: 0 });
      expect(shared?.closedThrough).to.equal(undefined);
      expect(await db.run((stores) => stores.books.hold(idOf('prg', 9)))).to.equal(undefined);
    });

    it('remember how far they are closed', async () => {
      const db = await opened(make);

      await db.run((stores) => stores.books.save({ ...books, closedThrough: '2018-01', lastNumber: 7 }));

      const held = await db.run((stores) => stores.books.hold(programId));
      expect(held).to.include({ closedThrough: '2018-01', lastNumber: 7 });
    });

    it('keep a period with how far its closing has come, and find what is not finished, earliest first', async () => {
      const db = await opened(make);
      const february = { ...january, period: '2018-02' as const, ...boundsOf('2018-02', books.timeZone) };
      await db.run(async (stores) => {
        await stores.books.savePeriod(february);
        await stores.books.savePeriod(january);
      });

      expect((await db.run((stores) => stores.books.closing())).map(({ period }) => period)).to.deep.equal([
        '2018-01',
        '2018-02',
      ]);
      const closed = {
        ...january,
        state: 'closed' as const,
        statements: 3,
        batchId: batchOf('2018-01'),
        closedAt: now,
        sealed: undefined,
      };
      await db.run((stores) => stores.books.savePeriod(closed));

      expect(await db.run((stores) => stores.books.period(programId, '2018-01'))).to.deep.equal(closed);
      expect((await db.run((stores) => stores.books.closing())).map(({ period }) => period)).to.deep.equal(['2018-02']);
      expect(await db.run((stores) => stores.books.period(programId, '2018-07'))).to.equal(undefined);
    });
  });

  describe('bookings', () => {
    it('are kept once, in the order given, until they are posted', async () => {
      const db = await opened(make);
      const [first, second] = [bookingOf('lock', { n: 2 }), bookingOf('lock', { n: 1 })];

      for (let time = 0; time < 2; time += 1) await db.run(({ bookings }) => bookings.add([first, second]));

      expect(await db.run(({ bookings }) => bookings.unposted(10))).to.deep.equal([first, second]);
      expect(await db.run(({ bookings }) => bookings.unposted(1))).to.deep.equal([first]);
      await db.run(({ bookings }) => bookings.markPosted([first.id], now));
      expect(await db.run(({ bookings }) => bookings.unposted(10))).to.deep.equal([second]);
      expect(await db.run(({ bookings }) => bookings.unposted(10, [first.id]))).to.be.empty;
    });

    it('keep the time that was decided first, should the same fact come in another period', async () => {
      const db = await opened(make);
      const first = bookingOf('lock');
      const later = booked(aFact('lock'), { ...books, closedThrough: '2018-01' });

      await db.run(({ bookings }) => bookings.add([first]));
      await db.run(({ bookings }) => bookings.add([later]));

      expect(await db.run(({ bookings }) => bookings.unposted(10))).to.deep.equal([first]);
    });

    it('refuse the same fact with another content, and keep nothing of it', async () => {
      const db = await opened(make);
      await db.run(({ bookings }) => bookings.add([bookingOf('lock', { minor: 100n })]));

      await rejects(
        db.run(({ bookings }) => bookings.add([bookingOf('accrue'), bookingOf('lock', { minor: 101n })])),
        'settlement.booked_differently',
      );

      expect(await db.run(({ bookings }) => bookings.unposted(10))).to.have.length(1);
    });

    it('leave out what the ledger refused, unless it is asked for by name', async () => {
      const db = await opened(make);
      const booking = bookingOf('lock');
      await db.run(async ({ bookings }) => {
        await bookings.add([booking]);
        await bookings.markRefused([{ id: booking.id, why: 'ledger.overdraft' }]);
      });

      expect(await db.run(({ bookings }) => bookings.unposted(10))).to.be.empty;
      expect(await db.run(({ bookings }) => bookings.unposted(10, [booking.id]))).to.deep.equal([booking]);
    });

    it('are counted by the time of the lock, and as not posted by the time they count', async () => {
      const db = await opened(make);
      const late = booked(aFact('lock', { n: 2, minor: 30n, on: '01-12' }), { ...books, closedThrough: '2018-01' });
      await db.run(async ({ bookings }) => {
        await bookings.add([
          bookingOf('lock', { n: 1, minor: 100n }),
          late,
          bookingOf('accrue', { n: 3, on: '02-20' }),
        ]);
      });

      expect(await db.run(({ bookings }) => bookings.totalBefore(programId, until))).to.deep.equal({
        lockedCount: 2,
        lockedMinor: 130n,
        unposted: 1,
        firstPeriod: '2018-01',
      });
      expect(await db.run(({ bookings }) => bookings.totalBefore(idOf('prg', 9), until))).to.deep.equal({
        lockedCount: 0,
        lockedMinor: 0n,
        unposted: 0,
        firstPeriod: undefined,
      });
    });

    it('give the lines of a period by effective time, without what moves no available balance', async () => {
      const db = await opened(make);
      await db.run(({ bookings }) =>
        bookings.add([
          bookingOf('lock', { n: 2, on: '01-20' }),
          bookingOf('accrue', { n: 1 }),
          bookingOf('claw_back', { n: 1, minor: 40n, on: '01-15' }),
          bookingOf('lock', { n: 1, minor: 0n, on: '01-05' }),
          bookingOf('lock', { n: 3, on: '02-20' }),
        ]),
      );

      const lines = await db.run(({ bookings }) => all(bookings.lines(programId, '2018-01')));

      expect(lines.map(({ purpose, amount }) => [purpose, amount.minor])).to.deep.equal([
        ['lock', 0n],
        ['claw_back', -40n],
        ['lock', 5_000n],
      ]);
      expect(await db.run(({ bookings }) => bookings.partners(programId, '2018-01', { limit: 9 }))).to.deep.equal([
        { partnerId: idOf('par', 1), lines: 3 },
      ]);
      expect(await db.run(({ bookings }) => bookings.partners(programId, '2018-03', { limit: 9 }))).to.be.empty;
    });
  });

  it('knows who brings a balance into the next period', async () => {
    const db = await closedJanuary(make);

    const next = (after?: Id<'par'>) =>
      db.run(({ bookings }) => bookings.partners(programId, '2018-02', { after, limit: 9 }));

    expect(await next()).to.deep.equal([
      { partnerId: idOf('par', 1), lines: 0 },
      { partnerId: idOf('par', 2), lines: 0 },
    ]);
    expect(await next(idOf('par', 1))).to.deep.equal([{ partnerId: idOf('par', 2), lines: 0 }]);
  });

  it('keeps what became of a statement outside the house', async () => {
    const db = await closedJanuary(make);
    const statementId = derivedId('stm', programId, '2018-01', idOf('par', 1));
    const answered: Reception = {
      ...{ statementId, state: 'disputed', sentAt: now, sentBy: 'finance' },
      ...{ answeredAt: now, answeredBy: 'the partner', reason: 'one is missing' },
    };

    const before = await db.run(({ receptions }) => receptions.hold(statementId));
    await db.run(({ receptions }) => receptions.hold(statementId).then(() => receptions.save(answered)));

    expect(before).to.deep.include({ statementId, state: 'closed' });
    expect(await db.run(({ receptions }) => receptions.hold(statementId))).to.deep.equal(answered);
  });

  it('knows how many statements are written, and whose is the last', async () => {
    const db = await closedJanuary(make);

    const [january, february] = await db.run(async ({ statements }) => [
      await statements.written(programId, '2018-01'),
      await statements.written(programId, '2018-02'),
    ]);

    expect(january).to.deep.equal({ count: 2, last: idOf('par', 2) });
    expect(february).to.deep.equal({ count: 0, last: undefined });
  });

  describe('payouts', () => {
    it('follow from where partners stand', async () => {
      const db = await closedJanuary(make);

      const standings = await db.run(({ payouts }) => payouts.standings(programId, '2018-01', until));

      expect(standings).to.deep.equal([
        { partnerId: idOf('par', 1), closing: 4_000n, claimed: 0n, availableNow: 4_000n, unsent: 0n, ...nothingAside },
        { partnerId: idOf('par', 2), closing: 700n, claimed: 0n, availableNow: 700n, unsent: 0n, ...nothingAside },
      ]);
    });

    it('are decided in the order of partners, some at a time', async () => {
      const db = await closedJanuary(make);
      const next = (after: number | undefined, limit: number) =>
        db.run(({ payouts }) =>
          payouts.standings(programId, '2018-01', until, {
            limit,
            ...(after !== undefined && { after: idOf('par', after) }),
          }),
        );
      const namesOf = (standings: readonly Standing[]) => standings.map(({ partnerId }) => partnerId);

      expect(namesOf(await next(undefined, 1))).to.deep.equal([idOf('par', 1)]);
      expect(await next(1, 5)).to.deep.equal((await next(undefined, 5)).slice(1));
      expect(await next(2, 5)).to.be.empty;
      expect(await db.run(({ payouts }) => payouts.lastDecided(programId, '2018-01'))).to.equal(undefined);
      expect(await db.run(({ payouts }) => payouts.batchesOf(programId, '2018-01'))).to.be.empty;
      await db.run(({ payouts }) => paidBy(payouts));
      expect(await db.run(({ payouts }) => payouts.lastDecided(programId, '2018-01'))).to.equal(idOf('par', 2));
      const batches = await db.run(({ payouts }) => payouts.batchesOf(programId, '2018-01'));
      expect(batches.map(({ id }) => id)).to.deep.equal([batchOf('2018-01')]);
      expect(await db.run(({ payouts }) => payouts.batchesOf(programId, '2018-02'))).to.be.empty;
    });

    it('claim the balance while they live, and are kept with what they are for', async () => {
      const db = await closedJanuary(make);
      await db.run(({ payouts }) => paidBy(payouts));

      const [standing] = await db.run(({ payouts }) => payouts.standings(programId, '2018-01', until));
      const items = await db.run(({ payouts }) => payouts.openItems(programId, [idOf('par', 1)], until));
      const shares = await db.run(({ payouts }) => payouts.allocations([payoutOf('2018-01')]));

      expect(standing).to.include({ claimed: 4_000n, unsent: 4_000n });
      expect([...items]).to.be.empty;
      expect(shares.get(payoutOf('2018-01'))).to.deep.equal([{ commissionId: idOf('com', 1), minor: 4_000n }]);
    });

    it('are for all that is open where that is their amount, and otherwise wait to be told', async () => {
      const db = await closedJanuary(make);
      await db.run((stores) =>
        book(stores, [anAdjustment(1, -500n, { on: '01-20' }), anAdjustment(2, 500n, { on: '01-21' })]),
      );
      const id = payoutOf('2018-01');
      await db.run(({ payouts }) => paidBy(payouts, false));

      const [other, given, again] = await db.run(async ({ payouts }) => {
        const all = await payouts.ofBatch(batchOf('2018-01'));
        return [
          await payouts.giveAllOpen(programId, all, noonOf('01-09')),
          await payouts.giveAllOpen(programId, all, until),
          await payouts.giveAllOpen(programId, all, until),
        ];
      });

      expect([...other]).to.be.empty;
      expect([...given]).to.deep.equal([id]);
      expect([...again]).to.be.empty;
      const shares = await db.run(({ payouts }) => payouts.allocations([id]));
      expect(shares.get(id)).to.deep.equal([
        { commissionId: idOf('com', 1), minor: 4_000n },
        { adjustmentId: idOf('adj', 1), minor: -500n },
        { adjustmentId: idOf('adj', 2), minor: 500n },
      ]);
    });

    it('are for entries beside commissions as well, and so are the lines of a statement', async () => {
      const db = await closedJanuary(make);
      const entries = [
        anAdjustment(1, 900n, { on: '02-12' }),
        anAdjustment(2, -400n, { on: '02-13', commissionId: idOf('com', 1) }),
      ];
      await db.run((stores) => book(stores, entries));

      const [lines, items, [standing]] = await db.run(async ({ bookings, payouts }) => [
        await all(bookings.lines(programId, '2018-02')),
        await payouts.openItems(programId, [idOf('par', 1)], noonOf('03-01')),
        await payouts.standings(programId, '2018-01', until),
      ]);

      expect(lines.map(({ purpose, amount, adjustmentId }) => [purpose, amount.minor, adjustmentId])).to.deep.equal([
        ['adjust_up', 900n, idOf('adj', 1)],
        ['adjust_down', -400n, idOf('adj', 2)],
      ]);
      expect(items.get(idOf('par', 1))).to.deep.equal([
        { commissionId: idOf('com', 1), minor: 4_000n, lockedAt: noonOf('01-10') },
        { adjustmentId: idOf('adj', 1), minor: 900n, lockedAt: noonOf('02-12') },
        { adjustmentId: idOf('adj', 2), minor: -400n, lockedAt: noonOf('02-13') },
      ]);
      expect(standing?.availableNow).to.equal(4_500n);
    });

    it('claim nothing once they are cancelled, and less once they were sent before the period ended', async () => {
      const db = await closedJanuary(make);
      await db.run(({ payouts }) => paidBy(payouts));
      const [payout] = await db.run(({ payouts }) => payouts.ofBatch(batchOf('2018-01')));

      await db.run(({ payouts }) => payouts.save([{ ...payout!, state: 'submitted', submittedAt: noonOf('01-30') }]));
      const [sent] = await db.run(({ payouts }) => payouts.standings(programId, '2018-01', until));
      await db.run(({ payouts }) => payouts.save([{ ...payout!, state: 'cancelled', reason: 'no', endedAt: now }]));
      const [cancelled] = await db.run(({ payouts }) => payouts.standings(programId, '2018-01', until));
      const items = await db.run(({ payouts }) => payouts.openItems(programId, [idOf('par', 1)], until));

      expect(sent).to.include({ claimed: 0n, unsent: 0n });
      expect(cancelled).to.include({ claimed: 0n, unsent: 0n });
      expect(items.get(idOf('par', 1))).to.deep.equal([
        { commissionId: idOf('com', 1), minor: 4_000n, lockedAt: noonOf('01-10') },
      ]);
    });

    it('and their batch are given back as they were saved', async () => {
      const db = await closedJanuary(make);
      await db.run(({ payouts }) => paidBy(payouts));
      const batchId = batchOf('2018-01');
      const batch = await db.run(({ payouts }) => payouts.batch(batchId));
      const approved = { ...batch, state: 'approved' as const, approvedBy: 'boss', approvedAt: now };

      await db.run(async ({ payouts }) => {
        await payouts.saveBatch(approved);
        await payouts.addFile(batchId, { sealed: 'glass', digest: 'ab'.repeat(32), writtenAt: now });
      });

      expect(await db.run(({ payouts }) => payouts.batch(batchId))).to.deep.include(approved);
      const id = payoutOf('2018-01');
      expect(await db.run(({ payouts }) => payouts.ofIds(programId, [id, idOf('pay', 9)]))).to.have.length(1);
      expect(await db.run(({ payouts }) => payouts.ofIds(idOf('prg', 9), [id]))).to.be.empty;
      await rejects(
        db.run(({ payouts }) => payouts.batch(idOf('bat', 9))),
        'settlement.batch_not_found',
      );
    });
  });

  reconciliationsContract(make);

  describe('the bank', () => {
    it('has accounts, each of one program', async () => {
      const db = await opened(make);
      await db.run(({ bank }) => bank.saveAccount(account));
      await db.run(({ bank }) => bank.saveAccount({ ...account, holder: 'Shop & Co' }));

      expect(await db.run(({ bank }) => bank.accountOf(programId))).to.deep.equal({ ...account, holder: 'Shop & Co' });
      expect(await db.run(({ bank }) => bank.ownerOf('SHOP-1'))).to.equal(programId);
      expect(await db.run(({ bank }) => bank.ownerOf('SHOP-2'))).to.equal(undefined);
      await rejects(
        db.run(({ bank }) => bank.saveAccount({ ...account, programId: idOf('prg', 2) })),
        'settlement.bank_account_taken',
      );
    });

    it('goes on knowing whose an account was that is not paid from any more', async () => {
      const db = await opened(make);
      const other = { ...account, account: { scheme: 'domestic' as const, number: 'SHOP-2' } };
      await db.run(({ bank }) => bank.saveAccount(account));
      await db.run(({ bank }) => bank.saveAccount(other));

      expect(await db.run(({ bank }) => bank.accountOf(programId))).to.deep.equal(other);
      expect(await db.run(({ bank }) => bank.ownerOf('SHOP-1'))).to.equal(programId);
      await db.run(({ bank }) => bank.saveAccount(account));
      expect(await db.run(({ bank }) => bank.accountOf(programId))).to.deep.equal(account);
    });

    it('has statements, of which the last imported is the last', async () => {
      const db = await opened(make);
      const statement = (id: string, closing: bigint): BankStatement => ({
        id,
        account: 'SHOP-1',
        sequence: Number(id),
        opening: brl(0n),
        closing: brl(closing),
        lines: [{ ref: 'R', amount: brl(1n), direction: 'debit', status: 'booked', bookedAt: now }],
      });
      const imported = (id: string): ImportedStatement => ({
        programId,
        statementId: id,
        digest: 'cd'.repeat(32),
        lines: 1,
        settled: 0,
        rejected: 0,
        returned: 0,
        confirmed: 3,
        breaks: 1,
        importedAt: now,
      });
      for (const [id, closing] of [
        ['9', -1n],
        ['10', -2n],
      ] as const) {
        const read = statement(id, closing);
        const kept = read.lines.map((line) => ({ line: keptLine(read, line), verdict: 'unknown_reference' as const }));
        await db.run(async ({ bank }) => {
          await bank.add(read, imported(id));
          await bank.addLines(kept);
        });
      }

      expect(await db.run(({ bank }) => bank.imported('SHOP-1', '9'))).to.deep.equal(imported('9'));
      expect(await db.run(({ bank }) => bank.imported('SHOP-1', '11'))).to.equal(undefined);
      expect(await db.run(({ bank }) => bank.last('SHOP-1'))).to.deep.equal({
        statementId: '10',
        closing: brl(-2n),
        sequence: 10,
      });
      expect(await db.run(({ bank }) => bank.last('SHOP-2'))).to.equal(undefined);
    });

    it('can be simulated: an account is opened once, a payment keeps its last state', async () => {
      const db = await opened(make);
      const simulated = { scheme: 'domestic' as const, number: 'SIM', balance: brl(100n), sequence: 0 };
      const booked = { endToEndId: 'p', state: 'booked' as const };

      await db.run(({ simulated: bank }) => bank.open(simulated));
      await db.run(({ simulated: bank }) =>
        bank.save({ ...simulated, balance: brl(90n), sequence: 1 }, [booked, { ...booked, state: 'returned' }]),
      );

      expect(await db.run(({ simulated: bank }) => bank.open(simulated))).to.deep.include({
        balance: brl(90n),
        sequence: 1,
      });
      const states = await db.run(({ simulated: bank }) => bank.payments(['p', 'q']));
      expect([...states]).to.deep.equal([['p', 'returned']]);
    });
  });

  it('keeps nothing of a transaction that failed', async () => {
    const db = await opened(make);

    await db
      .run(async ({ bookings }) => {
        await bookings.add([bookingOf('lock')]);
        throw new Error('too late');
      })
      .catch(() => undefined);

    expect(await db.run(({ bookings }) => bookings.unposted(10))).to.be.empty;
  });
};
