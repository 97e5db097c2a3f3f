import { expect } from 'chai';
import { AnnounceEvents } from '../../../../src/modules/pipeline/application/announce-events.ts';
import type { Instant } from '../../../../src/shared/instant.ts';
import { jsonOf } from '../../../../src/shared/json-text.ts';
import { idOf } from '../../../support/clock.ts';
import { vault } from '../../../support/veil.ts';

const at = '2026-01-01T12:00:00.000Z' as Instant;

const type = {
  type: 'drive.booked',
  version: 3,
  lane: 'clicks' as const,
  about: 'Somebody booked a drive',
  builtIn: false,
  schema: {},
  fingerprinted: {},
};

const told = (more: object): string => {
  const event = { id: 'drive-1', source: 'otd', type: type.type, time: at, data: {}, ...more };
  const { payload } = new AnnounceEvents(vault).run(
    { event: { programId: undefined, subject: undefined, ...event }, type, content: '{"car":"a \\"b\\""}' },
    at,
  );
  return jsonOf(payload);
};

describe('what is told of an event of a registered type', () => {
  it('names its members as jsonb sorts them, the shortest first', () => {
    for (const more of [{ programId: idOf('prg', 1), subject: 'drive "1"' }, {}]) {
      const names = Object.keys(JSON.parse(told(more)) as object);

      expect(names).to.deep.equal(names.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)));
    }
  });

  it('says all of it, with the data as it was read', () => {
    expect(JSON.parse(told({ programId: idOf('prg', 1), subject: 'drive "1"' }))).to.deep.equal({
      eventId: 'drive-1',
      source: 'otd',
      eventType: 'drive.booked',
      schemaVersion: 3,
      lane: 'clicks',
      programId: idOf('prg', 1),
      subject: 'drive "1"',
      occurredAt: at,
      receivedAt: at,
      data: { car: 'a "b"' },
    });
  });
});
