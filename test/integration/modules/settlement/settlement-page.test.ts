/** Whoever follows docs/settlement.md literally gets what it shows; its table of postings is the one that is posted by. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { modules } from '../../../../src/app.ts';
import { ApiClient } from '../../../../src/cli/demo/client.ts';
import { seed } from '../../../../src/cli/local/seed.ts';
import { SCOPES } from '../../../../src/infrastructure/http/api-info.ts';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { IdentityPort } from '../../../../src/modules/identity/index.ts';
import { FLOWS } from '../../../../src/modules/settlement/domain/books/purpose.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { withRunningApp } from '../../../support/running-app.ts';

const run = promisify(execFile);
const page = readFileSync(join(projectRoot(), 'docs/settlement.md'), 'utf8');

interface Step {
  readonly code: string;
  /** What the page shows behind it, if anything. */
  readonly answer: string | undefined;
}

/** The first names this machine's address and tokens: the test has its own. */
const [, ...steps] = [...page.matchAll(/^```sh\n((?:(?!^```).*\n)*)```\n(?:```json\n((?:(?!^```).*\n)*)```\n)?/gm)].map(
  ([, code = '', answer]): Step => ({ code, answer }),
);

/** Between two steps; no answer has one. */
const MARK = '\f';

/** Whether all that is expected is there; what the page leaves out is left out. */
const shows = (expected: unknown, actual: unknown, where: string): void => {
  if (typeof expected !== 'object' || expected === null) {
    expect(actual, where).to.equal(expected);
    return;
  }
  if (Array.isArray(expected)) expect(actual, where).to.have.length(expected.length);
  for (const [name, value] of Object.entries(expected)) {
    shows(value, (actual as Record<string, unknown> | undefined)?.[name], where);
  }
};

describe('docs/settlement.md', () => {
  const running = withRunningApp(modules, { SANDBOX: 'true' });
  const folder = temporaryFolder();
  let env: Readonly<Record<string, string | undefined>> = {};

  before(async () => {
    const identity = running().app.ask(IdentityPort);
    const people = await Promise.all(
      ['desk', 'admin'].map((name) => identity.createClient({ name, scopes: Object.keys(SCOPES) })),
    );
    const [staff, approver] = await Promise.all(people.map((each) => ApiClient.on(running().url, each).signIn()));
    if (staff === undefined || approver === undefined) throw new Error('two clients were made');
    await seed({ staff, approver });
    await Promise.all([staff.close(), approver.close()]);
    const [STAFF, BOSS] = await Promise.all(people.map(({ clientId }) => identity.tokenFor(clientId, 3_600)));
    env = { PATH: process.env['PATH'], URL: running().url, STAFF, BOSS };
  });
  after(() => {
    folder.remove();
  });

  it('shows commands that do what it says, one after the other', async () => {
    const script = steps.map(({ code }) => code).join(`\nprintf '${MARK}'\n`);

    const { stdout } = await run('bash', ['-c', script], { cwd: folder.path, env, timeout: 50_000 });

    const said = stdout.split(MARK);
    steps.forEach(({ code, answer }, index) => {
      const text = said[index] ?? '';
      const words = [...code.matchAll(/\| pick \S+ {4}# ([\w.]+)/g)].map(([, word = '']) => word);
      expect(text, code).not.to.include('/docs/errors#');
      for (const word of words) expect(text, code).to.match(new RegExp(`(?:^|[}\\n])${word}\\n`));
      if (answer !== undefined) shows(JSON.parse(answer), JSON.parse(text.slice(text.search(/\{.*\s*$/))), code);
    });
    expect(said).to.have.length(steps.length);
    expect(steps.filter(({ answer }) => answer !== undefined)).to.have.length(9);
    expect(readFileSync(join(folder.path, 'statement.pdf'), 'latin1')).to.match(/^%PDF-/);
    expect(readFileSync(join(folder.path, 'payments.xml'), 'utf8')).to.include('pain.001.001.09');
  });

  it('names each purpose with the accounts it moves money between', () => {
    const cells = [...page.matchAll(/\| (`\w+`(?:, `\w+`)*) \| (\w+) → (\w+) (?=\|)/g)];
    const shown = cells.flatMap(([, purposes = '', debit, credit]) =>
      purposes.split(', ').map((purpose) => [purpose.replaceAll('`', ''), { debit, credit }] as const),
    );

    expect(Object.fromEntries(shown)).to.deep.equal(FLOWS);
  });
});
