/** Whoever follows docs/ledger.md literally gets what it shows. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { cloneDatabase } from '../../../support/database.ts';
import { freePort } from '../../../support/grpc.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';

const run = promisify(execFile);
const page = readFileSync(join(projectRoot(), 'docs/ledger.md'), 'utf8');

/** Each command or program, and the answer that the page shows behind it. */
const steps = [...page.matchAll(/^```(sh|js)\n((?:(?!```).)*)^```\n```(?:json)?\n(.*?)^```$/gms)].map(
  ([, language, code = '', answer = '']) => ({ language, code, answer }),
);

/** Whether all that is expected is there; what the page leaves out is left out. */
const shows = (expected: unknown, actual: unknown): void => {
  if (typeof expected !== 'object' || expected === null) {
    expect(actual).to.equal(expected);
    return;
  }
  if (Array.isArray(expected)) expect(actual).to.have.length(expected.length);
  for (const [name, value] of Object.entries(expected)) shows(value, (actual as Record<string, unknown>)[name]);
};

describe('docs/ledger.md', () => {
  let running: RunningApp;
  let port: number;

  before(async () => {
    port = await freePort();
    running = await startApp(await cloneDatabase(), [identity, ledger], { GRPC_PORT: String(port) });
  });
  after(async () => {
    await running.stop();
    await running.database.drop();
  });

  it('shows commands that do what it says, one after the other', async () => {
    const env = {
      PATH: process.env['PATH'],
      URL: running.url,
      GRPC: `127.0.0.1:${port}`,
      TOKEN: await running.tokenWith(['ledger:read', 'ledger:write']),
    };

    for (const { language, code, answer } of steps) {
      const [program, ...args] =
        language === 'js' ? [process.execPath, '--input-type=module', '--eval', code] : ['bash', '-c', code];
      const { stdout } = await run(program, args, { cwd: projectRoot(), env, timeout: 20_000 });
      if (language === 'js') expect(stdout).to.equal(answer);
      else shows(JSON.parse(answer), JSON.parse(stdout));
    }

    expect(steps).to.have.length(9);
  });
});
