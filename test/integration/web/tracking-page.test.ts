/** docs/tracking.md does what it says: its shell lines run as they are written, one after the other. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { modules } from '../../../src/app.ts';
import { PROGRAM, TERMS } from '../../../src/cli/demo/aurora.ts';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';
import { cloneDatabase } from '../../support/database.ts';
import { type RunningApp, startApp } from '../../support/running-app.ts';
import { STUB } from '../../support/snippet-stub.ts';
import { WebhookReceiver } from '../../support/webhook-receiver.ts';

const run = promisify(execFile);

const page = readFileSync(join(projectRoot(), 'docs/tracking.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, of, lines = '']) => (of === language ? [lines] : []));

/** All but the lines that say where the program is. */
const script = (): string =>
  blocks('sh')
    .filter((block) => !block.startsWith('API='))
    .join('\n');

describe('the page about tracking', () => {
  let tracker: WebhookReceiver;
  let running: RunningApp;
  let token = '';
  let clickId = '';
  let folder = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tracking-'));
    tracker = await new WebhookReceiver().start();
    running = await startApp(await cloneDatabase(), modules, {
      SANDBOX: 'true',
      PUBLIC_URL: 'http://localhost:3000',
      WEBHOOK_PRIVATE_HOSTS: tracker.host,
      JOURNAL_DIR: join(folder, 'journal'),
    });
    token = await running.tokenWith();
    const { body } = await post('/v1/programs', PROGRAM);
    const programId = String(body['id']);
    const effectiveFrom = new Date(Date.now() - 86_400_000).toISOString();
    await post(`/v1/programs/${programId}/terms`, { terms: TERMS, effectiveFrom });
    const partner = {
      externalRef: 'lena',
      name: 'Lena',
      kind: 'creator',
      email: 'lena@partner.example',

      approve: true,
    };
    const imported = await post('/v1/partners/import', { programId, partners: [partner] });
    const [{ partnerId }] = imported.body['results'] as [{ partnerId: string }];
    await post('/v1/links/import', { links: [{ code: 'lena-drives', programId, partnerId }] });
  });

  after(async () => {
    await running.stop();
    await running.database.drop();
    await tracker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = async (path: string, body: unknown) => {
    const reply = await running.call('POST', path, { token, body });
    expect(reply.status, `${path}: ${JSON.stringify(reply.body)}`).to.be.lessThan(300);
    return reply;
  };
  const conversion = async (orderRef: string) => {
    const { body } = await running.call('GET', `/v1/conversions?orderRef=${orderRef}`, { token });
    return (body['data'] as Record<string, unknown>[])[0];
  };

  const commissionState = async (orderRef: string): Promise<unknown> => {
    const { body } = await running.call('GET', `/v1/commissions?orderRef=${orderRef}`, { token });
    return (body['data'] as Record<string, unknown>[])[0]?.['state'];
  };

  it('has lines that work as they are written', async () => {
    const env = { PATH: process.env['PATH'] ?? '', API: running.url, TOKEN: token, TRACKER: tracker.url };

    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script()], { cwd: folder, env });
    await running.app.settle(20_000);
    [, clickId = ''] = /click_id=(clk_\w+)/.exec(stdout) ?? [];

    expect(stdout).to.match(/^https:\/\/aurora\.example\/cars\/one\?click_id=clk_/);
    expect(stdout)
      .to.match(/\D43\n/)
      .and.to.include('accepted\n');
    expect(readFileSync(join(folder, 'link.png')).subarray(1, 4).toString()).to.equal('PNG');
    for (const ref of ['T-1001', 'T-1002', 'T-1003'])
      expect(await conversion(ref), ref).to.include({ outcome: 'attributed' });
    expect(await Promise.all(['T-1001', 'T-1002', 'T-1003'].map(commissionState))).to.deep.equal([
      'held',
      'estimated',
      'held',
    ]);
  });

  it('has a signature in JavaScript that we take, and an order whose partner’s tracker hears of it', async () => {
    const [code = ''] = blocks('js').filter((block) => block.includes('createHmac'));
    const file = join(folder, 'postback.mjs');
    writeFileSync(file, `${code}\nexport { postback };\n`);
    const { postback } = (await import(file)) as { postback: (...args: readonly unknown[]) => Promise<Response> };
    const { data } = (await running.call('GET', '/v1/programs', { token })).body as { data: { id: string }[] };
    const programId = data[0]!.id;
    const { body } = await post(`/v1/programs/${programId}/postback-secret`, {});

    const told = { order_ref: 'T-1004 ü&', amount: '10.00', currency: 'EUR', click_id: clickId };
    const answer = await postback(running.url, programId, body['secret'], told);

    expect([answer.status, await answer.json()]).to.deep.equal([200, { verdict: 'accepted' }]);
    await running.app.settle(20_000);
    const { id } = (await conversion(encodeURIComponent(told.order_ref))) ?? {};
    // The tracker has heard of the orders before, too.
    const heard = tracker.received.map(({ path }) => path).filter((path) => path.includes(`&tx=${String(id)}&`));
    expect(heard).to.deep.equal([
      `/pb?cid=${clickId}&s=newsletter&tx=${String(id)}&event=conversion.attributed&status=pending&payout=&cur=&why=`,
    ]);
  });

  it('has the words for a page that the tests of the snippet use', () => {
    expect(blocks('html')[0]).to.include(STUB);
  });
});
