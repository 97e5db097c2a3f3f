import { expect } from 'chai';
import { outsideQueues } from '../../../../src/infrastructure/rabbit/outside.ts';
import { rejects } from '../../../support/rejects.ts';

const told = [
  { type: 'commission.accrued', version: 1 },
  { type: 'commission.accrued', version: 2 },
  { type: 'commission.locked', version: 1 },
  { type: 'pipeline.event_received', version: 1 },
];

describe('queues for programs outside', () => {
  it('hear the types they name, in every version, and with a star all that fit', () => {
    const asked = [
      { name: 'crm', types: ['commission.accrued'] },
      { name: 'warehouse', types: ['commission.*', 'pipeline.event_received', 'commission.locked'] },
      { name: 'all', types: ['*'] },
    ];

    const queues = outsideQueues(asked, told);

    const [accrued1, accrued2, locked, received] = told.map(({ type, version }) => `${type}.v${version}`);
    expect(queues).to.deep.equal([
      { name: 'crm', types: [accrued1, accrued2] },
      { name: 'warehouse', types: [accrued1, accrued2, locked, received] },
      { name: 'all', types: [accrued1, accrued2, locked, received] },
    ]);
  });

  it('are refused when they name what nobody tells: a queue that stays empty would look like silence', async () => {
    const asked = [{ name: 'crm', types: ['commission.acrued', 'commission.locked', 'orders.*'] }];

    const refusal = await rejects(() => outsideQueues(asked, told), 'config.invalid');

    expect(refusal.message).to.equal('BROKER_OUTSIDE names what nobody tells: commission.acrued, orders.*');
  });
});
