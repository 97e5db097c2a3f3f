import { expect } from 'chai';
import { ForgetNetworks } from '../../../../src/modules/attribution/application/identity/forget-networks.ts';
import type { Touchpoint } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import { MasterKeyVault } from '../../../../src/infrastructure/system/master-key-vault.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { at, idOf, SeededRandom } from '../../../support/clock.ts';
import { aTouch } from '../../../support/contracts/attribution-contract.ts';
import { tracesContract } from '../../../support/contracts/traces-contract.ts';
import { FakeAttributionTransaction } from '../../../support/fakes/fake-attribution.ts';
import { FakeTraces } from '../../../support/fakes/fake-traces.ts';

const NETWORK = '203.0.113.0/24';

const setUp = async (now: string, ...touches: readonly Touchpoint[]) => {
  const transaction = new FakeAttributionTransaction();
  const traces = new FakeTraces(transaction);
  const clock = at(now);
  await transaction.run(({ touchpoints }) => touchpoints.record(touches));
  const vault = new MasterKeyVault(new Uint8Array(32));
  return { transaction, traces, clock, job: new ForgetNetworks(traces, vault, new SeededRandom(1), clock, 7) };
};

const on = (day: string, network = NETWORK, n = 1): Touchpoint =>
  aTouch(n, { recordedAt: instant(`${day}T12:00:00Z`), network, userAgent: 'Firefox' });

describe('forgetting networks', () => {
  tracesContract(() => {
    const transaction = new FakeAttributionTransaction();
    const traces = new FakeTraces(transaction);
    return Promise.resolve({
      transaction,
      traces,
      hashOf: ({ clickId }) => Promise.resolve(traces.hashes.get(clickId)),
    });
  });

  it('waits for its days, and then leaves neither network nor user agent', async () => {
    const { transaction, job, clock } = await setUp('2018-01-17T12:00:00Z', on('2018-01-10'));
    expect([await job.due(), await job.run()]).to.deep.equal([false, false]);
    expect(transaction.clicks()[0]).to.include({ network: NETWORK, userAgent: 'Firefox' });

    clock.moveTo('2018-01-17T12:00:01Z');
    expect([await job.due(), await job.run(), await job.due()]).to.deep.equal([true, false, false]);

    expect(transaction.clicks()[0]).to.include({ network: undefined, userAgent: undefined });
  });

  it('lets clicks of one month out of one network be seen to be that, and no others', async () => {
    const touches = [
      on('2018-01-10', NETWORK, 1),
      on('2018-01-11', NETWORK, 2),
      on('2018-01-12', '198.51.100.0/24', 3),
      on('2018-02-01', NETWORK, 4),
    ];
    const { traces, job } = await setUp('2018-03-01T00:00:00Z', ...touches);

    await job.run();

    const [first, second, other, later] = [1, 2, 3, 4].map((n) => traces.hashes.get(idOf('clk', n)));
    expect(first).to.be.a('string').that.equals(second);
    expect(new Set([first, other, later]).size).to.equal(3);
  });

  it('destroys the salt of a month once its last click is hashed', async () => {
    const { traces, job, clock } = await setUp('2018-02-05T00:00:00Z', on('2018-01-10'));
    await job.run();
    expect([...traces.salts.keys()]).to.deep.equal(['2018-01']);

    clock.moveTo('2018-02-08T00:00:00Z');
    await job.run();

    expect([...traces.salts.keys()]).to.deep.equal([]);
  });

  it('goes piece by piece', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => on('2018-01-10', NETWORK, n + 1));
    const { transaction, job } = await setUp('2018-03-01T00:00:00Z', ...many);

    expect([await job.run(), await job.run()]).to.deep.equal([true, false]);

    expect(transaction.clicks().filter(({ network }) => network !== undefined)).to.be.empty;
  });
});
