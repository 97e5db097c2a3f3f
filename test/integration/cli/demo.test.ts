import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';
import { withProgram } from '../../support/process.ts';

/** From the first click to the attestation, about half a minute on two cores that are busy with it alone. */
const PATIENCE_MS = 280_000;

describe('tributary demo', function () {
  this.timeout(300_000);
  const start = withProgram();
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  it('tells fourteen months to their end, and finds every promise kept before and after the payout that comes back', async () => {
    const demo = start('cli/tributary', {
      args: ['demo', '--json', join(folder.path, 'summary.json')],
      environment: { DATA_DIR: folder.path, DATABASE_URL: process.env['DATABASE_URL'] ?? '' },
    });

    expect(await demo.ends(PATIENCE_MS), demo.said).to.equal(0);
    const { audits } = JSON.parse(readFileSync(join(folder.path, 'summary.json'), 'utf8')) as {
      readonly audits: { readonly promises: number; readonly broken: object };
    };
    expect(audits.broken).to.deep.equal({});
    expect(audits.promises).to.be.greaterThan(25);
    expect(demo.said).to.match(/came back after it had settled/);
    expect(demo.said).to.match(/upheld by one, agreed to by another/);
    expect(demo.said).to.match(/All \d+ promises hold\./);
    expect(readFileSync(join(folder.path, 'demo/statement.pdf')).subarray(0, 5).toString()).to.equal('%PDF-');
    expect(readFileSync(join(folder.path, 'demo/payment.xml'), 'utf8')).to.include('pain.001.001.09');
  });
});
