import { expect } from 'chai';
import { builtInTypes } from '../../../../src/modules/pipeline/domain/event-types.ts';
import { idOf } from '../../../support/clock.ts';
import { readEvent } from '../../../support/intake.ts';

describe('an event of a type we do not know', () => {
  it('is refused, and told some types we do and where all of them stand', () => {
    const event = { id: '1', programId: idOf('prg', 1), subject: 'A-1', time: '2026-01-01T12:00:00Z', data: {} };

    const names = builtInTypes.map(({ type }) => type);

    expect(readEvent({ ...event, type: 'order.shipped' })).to.deep.equal({
      faults: [
        {
          pointer: '/type',
          code: 'pipeline.unknown_type',
          detail: `must be one of ${names.slice(0, 10).join(', ')} … see GET /v1/event-types`,
        },
      ],
    });
  });
});
