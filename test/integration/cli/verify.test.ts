import { expect } from 'chai';
import { modules } from '../../../src/app.ts';
import { ApiClient } from '../../../src/cli/demo/client.ts';
import { seed } from '../../../src/cli/local/seed.ts';
import { audited, isKept } from '../../../src/cli/verify.ts';
import { lookInside } from '../../../src/cli/with-app.ts';
import { readConfig } from '../../../src/infrastructure/config.ts';
import { SCOPES } from '../../../src/infrastructure/http/api-info.ts';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { IdentityPort } from '../../../src/modules/identity/index.ts';
import { cloneDatabase, copyOf, type TestDatabase } from '../../support/database.ts';
import { startApp } from '../../support/running-app.ts';

/** What somebody does behind the program's back, and the promise that is seen to be broken by it. */
interface Fault {
  readonly does: string;
  readonly sql: string;
  readonly breaks: string;
  readonly found: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    does: 'an order changed beside its journal',
    sql: `update orders.orders set facts = jsonb_set(facts, '{currency}', '"USD"') where order_ref = 'AUR-3001'`,
    breaks: 'every order is the fold of its journal',
    found: /^ord_\w+ is not the fold of its journal$/,
  },
  {
    does: 'an event taken out of a journal',
    sql: `delete from orders.order_events where event_id like '%AUR-3001%delivered%'`,
    breaks: 'every order is the fold of its journal',
    found: /is not the fold of its journal$/,
  },
  {
    does: 'an order filed under another state',
    sql: `update orders.orders set state = 'completed' where order_ref = 'AUR-3001'`,
    breaks: 'every order is the fold of its journal',
    found: /^ord_\w+ is filed under another state than its own$/,
  },
  {
    does: 'a credit given to somebody else',
    sql: `update attribution.conversions set partner_id = gen_random_uuid() where order_ref = 'AUR-3001'`,
    breaks: 'every decision is what its recorded inputs decide',
    found: /^cnv_\w+ does not show its last decision$/,
  },
  {
    does: 'a suspicion talked away',
    sql: `update fraud.assessments set findings = '[]', verdict = 'allow' where verdict = 'review'`,
    breaks: 'every fraud finding is what the rules make of the recorded facts',
    found: /^asm_\w+ is not what the rules make of its facts$/,
  },
  {
    does: 'a commission of other cents',
    sql: `update commission.commissions set amount_minor = amount_minor + 1 where order_ref = 'AUR-3007'`,
    breaks: 'every commission has an explanation that comes to the same cents',
    found: /^com_\w+ is 596\.18 EUR, its explanation says 596\.17 EUR$/,
  },
  {
    does: 'a commission that the facts would make another',
    sql: `update commission.commissions set amount_minor = amount_minor + 1 where order_ref = 'AUR-3007'`,
    breaks: 'every commission would be what it is by the facts of its order',
    found: /^com_\w+ would be another by the facts of its order$/,
  },
  {
    does: 'an explanation thrown away',
    sql: `delete from commission.calculations where commission_id =
            (select id from commission.commissions where order_ref = 'AUR-3007')`,
    breaks: 'every commission has an explanation that comes to the same cents',
    found: /^com_\w+ has no explanation$/,
  },
  {
    does: 'a cent that fell from the sky',
    sql: `alter table ledger.entries disable trigger append_only;
          update ledger.entries set minor = minor + 1 where ctid = (select min(ctid) from ledger.entries)`,
    breaks: 'the trial balance is zero in every currency',
    found: /^EUR: the trial balance is 1, not zero$/,
  },
  {
    does: 'a posting of another amount',
    sql: `alter table ledger.entries disable trigger append_only;
          update ledger.entries set minor = minor + 1 where ctid = (select min(ctid) from ledger.entries)`,
    breaks: 'every transaction sums to zero',
    found: /^txn_\w+ has 2 postings that sum to 1$/,
  },
  {
    does: 'a balance nobody has posted',
    sql: `update ledger.account_balances set minor = minor + 100
          where account_id = (select min(account_id::text)::uuid from ledger.account_balances)`,
    breaks: 'every kept balance is the sum of its postings',
    found: /: \d+ is kept, the postings sum to -?\d+$/,
  },
  {
    does: 'a statement of another closing',
    sql: `alter table settlement.statements disable trigger append_only;
          update settlement.statements set closing_minor = closing_minor + 1 where number = 2`,
    breaks: 'every statement is opening plus its entries, and equals the ledger',
    found: /^statement \S+: the ledger says another closing$/,
  },
  {
    does: 'a line of a statement of another amount',
    sql: `update settlement.bookings set amount_minor = amount_minor + 1
          where purpose = 'lock' and period = (select min(period) from settlement.statements)`,
    breaks: 'every statement is opening plus its entries, and equals the ledger',
    found: /^statement \S+: it is not what was hashed$/,
  },
  {
    does: 'the last statement gone',
    sql: `alter table settlement.statements disable trigger append_only;
          alter table settlement.payout_decisions disable trigger append_only;
          delete from settlement.payout_decisions where (program_id, period, partner_id) in
            (select program_id, period, partner_id from settlement.statements order by number desc limit 1);
          delete from settlement.statements where number = (select max(number) from settlement.statements)`,
    breaks: 'every statement is opening plus its entries, and equals the ledger',
    found: /^prg_\w+: 3 statements were written for \d{4}-\d{2}, 2 are there$/,
  },
  {
    does: 'a payout for nothing',
    sql: `update settlement.payouts set amount_minor = amount_minor + 1 where state = 'draft'`,
    breaks: "every payout's allocations sum to its amount",
    found: /^the allocations of pay_\w+ do not sum to its amount$/,
  },
  {
    does: 'a payout that is on its way again',
    sql: `update settlement.payouts set state = 'submitted' where state = 'settled'`,
    breaks: 'the clearing account equals what is submitted and not yet settled',
    found: /^clearing of (?:prg|bat)_\w+ holds 0\.00 EUR, on their way are /,
  },
  {
    does: 'a slice of a reserve that was never kept back',
    sql: `insert into settlement.reserve_slices
            (id, program_id, partner_id, about, amount_minor, left_minor, reserved_at)
          select gen_random_uuid(), program_id, partner_id, commission_id, 500, 500, effective_at
          from settlement.bookings where purpose = 'lock' limit 1`,
    breaks: 'open reserves and receivables of every partner are what their accounts in the ledger hold',
    found: /^payable:par_\w+:prg_\w+:reserve holds 0\.00 EUR, open slices of the reserve come to 5\.00 EUR$/,
  },
  {
    does: 'a debt that was never raised',
    sql: `insert into settlement.receivables (id, program_id, partner_id, nth, amount_minor, left_minor, raised_at)
          select gen_random_uuid(), program_id, partner_id, 1, 700, 700, effective_at
          from settlement.bookings where purpose = 'lock' limit 1`,
    breaks: 'open reserves and receivables of every partner are what their accounts in the ledger hold',
    found: /^receivable:par_\w+:prg_\w+ holds 0\.00 EUR, open receivables come to 7\.00 EUR$/,
  },
  {
    does: 'a lock nobody has booked',
    sql: `delete from settlement.bookings where purpose = 'lock' and period = (select max(period) from settlement.bookings)`,
    breaks: 'every locked commission is booked once',
    found: /^prg_\w+: commission has locked 6 commissions, settlement has booked 5$/,
  },
  {
    does: 'an event nobody has heard',
    sql: `insert into orders.outbox
            (event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, payload)
          select gen_random_uuid(), type, version, aggregate, 99, partition_key, occurred_at, payload
          from orders.outbox where type = 'orders.order_placed' limit 1`,
    breaks: 'every event told has been heard by everybody who listens',
    found: /^events are waiting/,
  },
  {
    does: 'a message put aside',
    sql: `insert into commission.parked (consumer, event_id, partition_key, envelope, code, reason)
          values ('commission', gen_random_uuid(), 'ord_1', '{}', 'internal.bug', 'because')`,
    breaks: 'no message is parked',
    found: /^1 parked for commission/,
  },
];

describe('tributary verify', () => {
  let seeded: TestDatabase | undefined;

  const environmentOf = ({ url }: TestDatabase) => ({
    DATABASE_URL: url,
    MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    LOG_LEVEL: 'error',
    SANDBOX: 'true',
  });

  before(async () => {
    seeded = await cloneDatabase();
    const running = await startApp(seeded, modules, environmentOf(seeded));
    const identity = running.app.ask(IdentityPort);
    const [staff, approver] = await Promise.all(
      ['one', 'another'].map(async (name) =>
        ApiClient.on(running.url, await identity.createClient({ name, scopes: Object.keys(SCOPES) })).signIn(),
      ),
    );
    if (staff === undefined || approver === undefined) throw new Error('two clients were made');
    await seed({ staff, approver });
    await Promise.all([staff.close(), approver.close()]);
    await running.stop();
  });
  after(() => seeded?.drop());

  const lookAt = (database: TestDatabase) => lookInside(readConfig(environmentOf(database)), audited);

  it('holds for a program that has done its work and is stopped', async () => {
    if (seeded === undefined) throw new Error('nothing was seeded');

    const results = await lookAt(seeded);

    expect(results.filter((result) => !isKept(result))).to.be.empty;
    expect(results.length).to.be.greaterThan(14);
  });

  it('holds where the clock of the sandbox was set ahead, and what is due by it was done', async () => {
    if (seeded === undefined) throw new Error('nothing was seeded');
    const database = await copyOf(seeded);
    try {
      const running = await startApp(database, modules, environmentOf(database));
      const token = await running.tokenWith();
      const post = (path: string, body: object) => running.call('POST', path, { token, body });
      await post('/v1/sandbox/clock', { now: '2099-01-01T00:00:00Z' });
      await post('/v1/sandbox/settle', { timeoutMs: 20_000 });
      await running.stop();

      const broken = (await lookAt(database)).filter((result) => !isKept(result));

      expect(broken).to.be.empty;
    } finally {
      await database.drop();
    }
  });

  it('looks at several promises at a time, and says them in their order', async () => {
    if (seeded === undefined) throw new Error('nothing was seeded');
    const config = readConfig(environmentOf(seeded));
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const waits = { promise: 'it waits', run: () => begun.then(() => ['for another']) };
    const begins = { promise: 'it begins', run: () => Promise.resolve([]).finally(begin) };

    const results = await audited({ config, audits: [waits, begins], settle: () => Promise.resolve(true) });

    expect(results).to.deep.equal([
      { promise: 'it waits', findings: ['for another'] },
      { promise: 'it begins', findings: [] },
    ]);
  });

  it('says nothing where a promise could not be looked at', async () => {
    if (seeded === undefined) throw new Error('nothing was seeded');
    const config = readConfig(environmentOf(seeded));
    const fails = { promise: 'it fails', run: () => Promise.reject(new Error('no answer')) };
    const holds = { promise: 'it holds', run: () => Promise.resolve([]) };

    const looked = audited({ config, audits: [holds, fails, holds], settle: () => Promise.resolve(true) });

    expect(await looked.catch((error: unknown) => error)).to.have.property('message', 'no answer');
  });

  for (const { does, sql, breaks, found } of FAULTS) {
    it(`sees ${does}`, async () => {
      if (seeded === undefined) throw new Error('nothing was seeded');
      const database = await copyOf(seeded);
      try {
        await rowsOf(database.owner.knex, sql);

        const broken = (await lookAt(database)).find(({ promise }) => promise === breaks);

        expect(broken?.findings.join('\n'), breaks).to.match(new RegExp(found.source, 'm'));
      } finally {
        await database.drop();
      }
    });
  }
});
