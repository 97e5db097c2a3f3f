/** The auditor in the whole program: what it attests to, and what happens when somebody gets at the books behind its back. */
import { expect } from 'chai';
import { ContainerModule } from 'inversify';
import { modules } from '../../../../src/app.ts';
import { ApiClient } from '../../../../src/cli/demo/client.ts';
import { seed } from '../../../../src/cli/local/seed.ts';
import { SCOPES } from '../../../../src/infrastructure/http/api-info.ts';
import type { Job } from '../../../../src/infrastructure/job.ts';
import type { Module, Resolver } from '../../../../src/infrastructure/module.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { WallClock } from '../../../../src/shared/clock.ts';
import { TestWallClock } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';

type Row = Readonly<Record<string, unknown>>;

interface Watch {
  readonly invariantsOk: boolean;
  readonly payoutsFrozen: boolean;
  readonly promises: readonly { readonly promise: string; readonly state: string; readonly findings: string[] }[];
}

const HOUR_MS = 3_600_000;
/** Longer than a doubtful promise waits for its next look. */
const STEP_MS = 3_000;
/** As many looks as it takes to look at each promise three times in a row, whatever comes first. */
const LOOKS_EACH = 4;

describe('the auditor in the whole program', () => {
  const wallClock = new TestWallClock();
  const jobs = new Map<string, Job>();
  /** Settlement by a clock of the test's; the looks are the test's to call for. */
  const wound = (module: Module): Module =>
    module.name === 'settlement'
      ? {
          ...module,
          bindings: [
            ...[module.bindings].flat(),
            new ContainerModule(({ bind }) => {
              bind(WallClock).toConstantValue(wallClock);
            }),
          ],
          jobs: (own: Resolver) => {
            const all = module.jobs?.(own) ?? [];
            for (const job of all) jobs.set(job.name, job);
            return all.filter(({ name }) => name !== 'settlement.watch' && name !== 'settlement.attest');
          },
        }
      : module;
  const running = withRunningApp(modules.map(wound), { SANDBOX: 'true' });
  let [finance, boss, draft] = ['', '', ''];
  let keys = 0;

  const call = <Body = Row>(method: string, path: string, token = finance, body?: unknown) =>
    running().call<Body>(method, path, { token, body, headers: { 'idempotency-key': `k${(keys += 1)}` } });
  /** As sentences, which the API's document promises beside the JSON in words alone. */
  const page = async (method: string, path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${finance}`, accept: 'text/plain', 'idempotency-key': `k${(keys += 1)}` };
    return (await fetch(`${running().url}${path}`, { method, headers })).text();
  };
  const audit = async () => (await call<Watch>('GET', '/v1/audit')).body;
  const freezes = async () => (await call<{ data: readonly Row[] }>('GET', '/v1/payout-freezes')).body.data;
  const look = async (): Promise<void> => {
    wallClock.pass(STEP_MS);
    await jobs.get('settlement.watch')?.run();
  };
  /** An hour later, as many looks as are certainly enough; or fewer. */
  const lookAround = async (isEnough: () => Promise<boolean> = () => Promise.resolve(false)): Promise<void> => {
    wallClock.pass(HOUR_MS);
    for (let n = LOOKS_EACH * running().app.audits.length; n > 0 && !(await isEnough()); n -= 1) await look();
  };
  const invariantsOk = async (): Promise<string | undefined> => {
    const { body } = await running().call<string>('GET', '/metrics');
    return /^tributary_invariants_ok(?:\{.*\})? (\d)$/m.exec(body)?.[1];
  };
  /** As whoever owns the database can, and nobody else. */
  const change = async (by: number): Promise<void> => {
    const { knex } = running().database.owner;
    await rowsOf(knex, 'alter table ledger.entries disable trigger all');
    await rowsOf(
      knex,
      'update ledger.entries set minor = minor + :by where position = (select min(position) from ledger.entries)',
      { by },
    );
    await rowsOf(knex, 'alter table ledger.entries enable trigger all');
  };

  before(async () => {
    const identity = running().app.ask(IdentityPort);
    const [staff, approver] = await Promise.all(
      ['one', 'another'].map(async (name) =>
        ApiClient.on(running().url, await identity.createClient({ name, scopes: Object.keys(SCOPES) })).signIn(),
      ),
    );
    if (staff === undefined || approver === undefined) throw new Error('two clients were made');
    await seed({ staff, approver });
    await Promise.all([staff.close(), approver.close()]);
    [finance, boss] = [await running().tokenWith(), await running().tokenWith()];
    const { body } = await call<{ data: readonly Row[] }>('GET', '/v1/payout-batches');
    draft = String(body.data.find(({ state }) => state === 'draft')?.['id']);
    expect((await call('POST', `/v1/payout-batches/${draft}/approve`, boss)).status).to.equal(200);
  });

  it('writes a page on which every promise holds, in JSON, English and Chinese', async () => {
    const made = await call<Row & { readonly promises: readonly Row[] }>('POST', '/v1/attestations');
    const english = await page('POST', '/v1/attestations');
    const chinese = await page('GET', '/v1/attestations/2?language=zh');

    const { promises, ...said } = made.body;
    expect(made.status).to.equal(201);
    expect(said).to.include({ number: 1, isDaily: false, holds: true, payoutsFrozen: false });
    expect(promises.map(({ promise }) => promise)).to.deep.equal(
      running()
        .app.audits.filter(({ about }) => about !== 'progress')
        .map(({ promise }) => promise),
    );
    expect(promises.filter(({ state }) => state !== 'holds')).to.be.empty;
    expect(english).to.match(/^Attestation 2, on request, /);
    expect(english).to.include(`All ${promises.length} promises hold.`);
    expect(english).to.include(`the one before has ${String(said['digest'])}`);
    expect(chinese).to.match(/^第 2 号审计声明（应要求）/);
    expect(chinese).to.include(`全部 ${promises.length} 项承诺均成立。`);
  });

  it('finds nothing for as long as there is nothing', async () => {
    await lookAround();

    expect(await audit()).to.include({ invariantsOk: true, payoutsFrozen: false });
    expect(await invariantsOk()).to.equal('1');
  });

  it('finds a ledger row that was changed behind its back, and freezes payouts of the whole house', async () => {
    await change(1);

    await lookAround(async () => (await audit()).payoutsFrozen);

    const seen = await audit();
    const [freeze, ...others] = await freezes();
    const broken = seen.promises.filter(({ state }) => state === 'broken');
    expect(others).to.be.empty;
    expect(freeze).to.include({ state: 'frozen', frozenBy: 'auditor' }).and.not.to.have.property('programId');
    expect(broken).to.have.length(1);
    expect(freeze?.['reason']).to.include(`a promise is broken: ${broken[0]?.promise ?? ''}; `);
    expect(seen).to.include({ invariantsOk: false, payoutsFrozen: true });
    expect(await invariantsOk()).to.equal('0');
  });

  it('names every promise that the row breaks, once all were looked at', async () => {
    await lookAround();

    const broken = (await audit()).promises.filter(({ state }) => state === 'broken').map(({ promise }) => promise);
    const attested = await page('POST', '/v1/attestations');
    expect(broken).to.include.members([
      'every transaction sums to zero',
      'the trial balance is zero in every currency',
    ]);
    expect(attested).to.match(/of \d+ promises do not hold\.\nPayouts are frozen\./);
    expect(attested).to.include('BROKEN  every transaction sums to zero');
  });

  it('lets nothing be sent until two people have let it go on', async () => {
    const submit = () => call('POST', `/v1/payout-batches/${draft}/submit`);
    const lift = (id: unknown, token: string) =>
      call('POST', `/v1/payout-freezes/${String(id)}/lift`, token, { reason: 'the row is put right' });

    const refused = await submit();
    await change(-1);
    await lookAround();
    const stillRefused = await submit();
    for (const { id } of await freezes()) {
      expect((await lift(id, finance)).body).to.include({ state: 'lifting' });
      expect((await lift(id, finance)).body).to.include({ code: 'settlement.four_eyes' });
      expect((await submit()).body).to.include({ code: 'settlement.payouts_frozen' });
      expect((await lift(id, boss)).body).to.include({ state: 'lifted' });
    }
    const submitted = await submit();

    expect([refused.status, refused.body['code']]).to.deep.equal([422, 'settlement.payouts_frozen']);
    expect(refused.body['detail']).to.include('the auditor found that a promise is broken');
    expect(stillRefused.body['code']).to.equal('settlement.payouts_frozen');
    expect(submitted.status, JSON.stringify(submitted.body)).to.equal(200);
    expect(await audit()).to.include({ invariantsOk: true, payoutsFrozen: false });
    expect(await invariantsOk()).to.equal('1');
  });
});
