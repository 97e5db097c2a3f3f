import { expect } from 'chai';
import { identity } from '../../../../src/modules/identity/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';

const cancelled = (id: string, subject: string, reason: string) => ({
  id,
  type: 'order.cancelled',
  programId: idOf('prg', 1),
  subject,
  time: '2018-01-01T12:00:00Z',
  data: { reason },
});

describe('a batch of events over HTTP', () => {
  const running = withRunningApp([identity, pipeline]);

  it('loses only the events whose texts no database stores', async () => {
    const events = [
      cancelled('1', 'A-1', 'too late'),
      cancelled('2', 'A-2', 'half a \ud83d'),
      cancelled('3', 'A\u0000-3', 'too late'),
      cancelled('4\udc00', 'A-4', 'too late'),
      cancelled('5', 'A-5', 'too 🐌'),
    ];
    const token = await running().tokenWith();
    const headers = { 'Idempotency-Key': 'batch' };

    const { status, body } = await running().call('POST', '/v1/events', { token, body: { events }, headers });

    expect(status).to.equal(207);
    const results = body['results'] as readonly { verdict: string; faults: readonly { pointer: string }[] }[];
    expect(results.map(({ verdict, faults }) => [verdict, ...faults.map(({ pointer }) => pointer)])).to.deep.equal([
      ['accepted'],
      ['refused', '/data/reason'],
      ['refused', '/subject'],
      ['refused', '/id'],
      ['accepted'],
    ]);
  });
});
