import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fake, replace, restore, useFakeTimers } from 'sinon';
import { backtestTermsFile, diffTermsFile, lintTermsFile, publishTermsFile } from '../../../src/cli/terms.ts';
import { commission } from '../../../src/modules/commission/module.ts';
import { IdentityPort } from '../../../src/modules/identity/index.ts';
import { identity } from '../../../src/modules/identity/module.ts';
import { orders } from '../../../src/modules/orders/module.ts';
import { olistTerms } from '../../support/builders.ts';
import { idOf } from '../../support/clock.ts';
import { rejects } from '../../support/rejects.ts';
import { withRunningApp } from '../../support/running-app.ts';
import { StandingAttribution, standingAttributionModule } from '../../support/standing-attribution.ts';
import { StandingPartners, standingPartnersModule } from '../../support/standing-partners.ts';

const [first = olistTerms.groups[0]!] = olistTerms.groups;
const shadowed = { ...first, name: 'never', rank: 9 };
const effectiveFrom = '2099-01-01T00:00:00Z';

describe('terms kept as files', () => {
  const program = withRunningApp([
    identity,
    orders,
    standingPartnersModule(new StandingPartners()),
    standingAttributionModule(new StandingAttribution()),
    commission,
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'terms-'));
  const environment = { ...process.env };
  let said: string[] = [];

  const file = (content: unknown): string => {
    const path = join(folder, 'terms.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const options = () => ({ program: idOf('prg', 1), url: program().url });

  before(async () => {
    const scopes = ['terms:read', 'terms:write', 'terms:publish'];
    const client = await program().app.ask(IdentityPort).createClient({ name: 'policy', scopes });
    process.env['CLIENT_ID'] = client.clientId;
    process.env['CLIENT_SECRET'] = client.clientSecret;
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
  after(() => {
    process.env = environment;
    rmSync(folder, { recursive: true });
  });

  it('are linted without a program: 0 is clean, 1 an error, 2 a warning nobody has acknowledged', () => {
    const warned = { ...olistTerms, groups: [...olistTerms.groups, shadowed] };
    expect(lintTermsFile(file(olistTerms))).to.equal(0);
    expect(lintTermsFile(file({ ...olistTerms, groups: [], vesting: [] }))).to.equal(1);
    expect(said.filter((line) => line.includes('error:'))).to.have.length.greaterThan(1);
    expect(lintTermsFile(file({ terms: warned, effectiveFrom }))).to.equal(2);
    const [warning] = said.filter((line) => line.includes(':/terms/groups/4: warning:'));
    const code = /\((.+)\)$/.exec(warning ?? '')?.[1];
    for (const pointer of ['/groups/4', '/terms/groups/4'])
      expect(lintTermsFile(file({ terms: warned, acknowledged: [{ pointer, code }] }))).to.equal(0);
    expect(lintTermsFile(file(warned))).to.equal(2);
    expect(said.at(-2)).to.include('terms.json:/groups/4: warning:');
  });

  it('that are no terms at all are said to be none', async () => {
    await rejects(() => lintTermsFile(join(folder, 'nowhere.json')), 'terms.no_file');
    await rejects(() => lintTermsFile(file('{')), 'terms.no_json');
    await rejects(() => publishTermsFile(file(olistTerms), options()), 'terms.no_beginning');
  });

  it('are compared with what is in force, published once, and equal to it then', async () => {
    const path = file({ terms: olistTerms, effectiveFrom });

    expect(await diffTermsFile(path, options())).to.equal(2);
    expect(await publishTermsFile(path, options())).to.equal(0);
    expect(await publishTermsFile(path, options())).to.equal(0);
    expect(said.filter((line) => line.startsWith('version 1 is published'))).to.have.length(2);
    expect(await diffTermsFile(path, options())).to.equal(0);
    expect(said.at(-1)).to.equal('the same as version 1');
    expect(
      await diffTermsFile(file({ terms: { ...olistTerms, returnWindowDays: 14 }, effectiveFrom }), options()),
    ).to.equal(2);
    expect(said.at(-2)).to.equal('~ return window, days: 14; until now 30');
  });

  it('that do not say when they begin are compared by the program’s clock, not by this machine’s', async () => {
    useFakeTimers({ now: new Date('2100-01-01T00:00:00Z'), toFake: ['Date'] });

    expect(await diffTermsFile(file(olistTerms), options())).to.equal(2);

    expect(said.at(-1)).to.match(/differences from no terms$/);
  });

  it('are not rehearsed on nothing: where no order was placed, the gate stays closed', async () => {
    const period = { from: '2019-01-01T00:00:00Z', until: '2019-02-01T00:00:00Z', budget: '1' };

    expect(await backtestTermsFile(file(olistTerms), { ...options(), ...period })).to.equal(1);

    expect(said.at(-1)).to.include('no order of the program was placed from 2019-01-01T00:00:00Z');
  });

  it('go to a reviewer with what the linter warns of, which is for the reviewer to judge', async () => {
    const path = file({ terms: { ...olistTerms, groups: [...olistTerms.groups, shadowed] } });

    expect(await publishTermsFile(path, { ...options(), effectiveFrom, review: true })).to.equal(0);

    expect(said.at(-1)).to.match(/^draft tdr_\w+ waits for a review$/);
  });

  it('go to a reviewer where that is wanted', async () => {
    const path = file({ terms: { ...olistTerms, returnWindowDays: 21 } });

    expect(await publishTermsFile(path, { ...options(), effectiveFrom, review: true })).to.equal(0);

    expect(said.at(-1)).to.match(/^draft tdr_\w+ waits for a review$/);
  });

  it('that the program refuses are refused with each place', async () => {
    const path = file({ terms: { ...olistTerms, returnWindowDays: 14 }, effectiveFrom: '2099-06-01T00:00:00Z' });
    await publishTermsFile(path, options());
    const notice = { terms: { ...olistTerms, returnWindowDays: 7 }, effectiveFrom: '2020-01-01T00:00:00Z' };

    expect(await publishTermsFile(file(notice), { ...options(), program: idOf('prg', 1) })).to.equal(0);
    const refusal = publishTermsFile(file(notice), { ...options(), program: idOf('prg', 9) });
    const { message } = await rejects(refusal, 'commission.unknown_program');
    expect(message).to.match(/answered 404, Not found: /);
  });
});
