import { expect } from 'chai';
import { EventPace } from '../../../../src/infrastructure/messaging/event-pace.ts';

describe('the pace of events', () => {
  it('is what was told in all outboxes since the last question, by the second', async () => {
    let [nowMs, drawn] = [5_000, 40n];
    const outbox = { lastDrawn: () => Promise.resolve(drawn) };
    const pace = new EventPace([outbox, outbox], () => nowMs);

    const first = await pace.perSecond();
    [nowMs, drawn] = [5_500, 90n];
    const second = await pace.perSecond();
    nowMs = 9_000;
    const third = await pace.perSecond();

    expect([first, second, third]).to.deep.equal([undefined, 200, 0]);
  });
});
