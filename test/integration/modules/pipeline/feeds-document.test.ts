/** The snippets of docs/feeds.md run as they are written. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { cloneDatabase } from '../../../support/database.ts';
import { freePort } from '../../../support/grpc.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';
import { eventually } from '../../../support/signals.ts';

const text = readFileSync(join(projectRoot(), 'docs/feeds.md'), 'utf8');
const snippets = [...text.matchAll(/^```(sh|js)\n(.*?)^```$/gms)].map(([, language, code = '']) => ({
  language,
  code,
}));
const snippet = (word: string): string => snippets.find(({ code }) => code.includes(word))?.code ?? '';

describe('docs/feeds.md', () => {
  let running: RunningApp;
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    const port = await freePort();
    running = await startApp(await cloneDatabase(), [identity, pipeline], { GRPC_PORT: String(port) });
    environment = {
      PATH: process.env['PATH'] ?? '',
      API: running.url,
      GRPC: `127.0.0.1:${port}`,
      TOKEN: await running.tokenWith(),
      PROGRAM: idOf('prg', 1),
    };
  });
  after(async () => {
    await running.stop();
    await running.database.drop();
  });

  /** What it has said so far, and how it ends. */
  const run = (command: string, ...args: readonly string[]) => {
    const child = spawn(command, args, { cwd: projectRoot(), env: environment });
    const said = { text: '', code: undefined as number | null | undefined };
    child.stdout.on('data', (chunk) => (said.text += String(chunk)));
    child.stderr.on('data', (chunk) => (said.text += String(chunk)));
    child.on('exit', (code) => (said.code = code));
    return { said, end: () => child.kill() };
  };
  const node = (code: string) => run(process.execPath, '--input-type=module', '--eval', code);

  it('publishes over gRPC, while curl and fetch watch', async () => {
    const curl = run('bash', '-c', snippet('curl -N').replace('curl -N', 'exec curl -sN'));
    const counters = node(snippet('/v1/feed/counters'));
    await eventually('curl is connected', () => curl.said.text.includes('retry: 2000'));

    const publish = node(snippet('intake.Publish'));
    await eventually('it has published', () => publish.said.code !== undefined);

    expect(publish.said.text).to.contain('first { accepted: 1, duplicate: 0, refused: 0 }');
    expect(publish.said.text).to.contain('second { accepted: 1, duplicate: 0, refused: 1 }');
    expect(publish.said.text).to.contain('G1-odd /type');
    expect(publish.said.code).to.equal(0);
    await eventually('curl shows it', () => curl.said.text.includes('event: order.confirmed'));
    expect(curl.said.text).to.contain('event: order.placed');
    curl.end();
    await eventually('the counters end', () => counters.said.code !== undefined);
    expect(counters.said.text).to.match(/order\.placed money 1/);
    expect(counters.said.code).to.equal(0);
  });
});
