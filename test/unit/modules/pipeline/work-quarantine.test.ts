import { expect } from 'chai';
import { RegisterEventType } from '../../../../src/modules/pipeline/application/register-event-type.ts';
import { WorkQuarantine } from '../../../../src/modules/pipeline/application/work-quarantine.ts';
import { at, TestWallClock } from '../../../support/clock.ts';
import { FakePipelineTransaction } from '../../../support/fakes/fake-pipeline.ts';
import { intakeOn } from '../../../support/intake.ts';
import { GlassVault } from '../../../support/settlement-story.ts';

const NOW = '2026-03-01T12:00:00Z';
const schema = { type: 'object', properties: { n: { type: 'integer' } }, additionalProperties: false };

describe('a re-drive while somebody discards', () => {
  it('tells of those alone that it closed itself', async () => {
    const transaction = new FakePipelineTransaction();
    const clock = at(NOW);
    const vault = new GlassVault();
    const { acceptEvents, catalogue, reader } = intakeOn(transaction, clock, vault);
    const nobodyLists = undefined as never;
    const work = new WorkQuarantine(transaction, nobodyLists, acceptEvents, catalogue, vault, clock);
    const refused = await acceptEvents.run(
      ['1', '2', '3'].map((id) => ({ id, type: 'acme.logs', time: NOW, data: { n: 1 } })),
    );
    const ids = refused.flatMap(({ quarantineId }) => quarantineId ?? []);
    const register = new RegisterEventType(transaction, reader, catalogue, () => undefined, new TestWallClock(NOW));
    await register.run(
      { type: 'acme.logs', lane: 'logs', about: 'a test', schema, compatibility: 'backward' },
      'cli_1',
    );

    const judgeAgain = acceptEvents.run.bind(acceptEvents);
    acceptEvents.run = async (inputs, options) => {
      await work.discard({ ids: ids.slice(0, 2) });
      return judgeAgain(inputs, options);
    };

    expect(await work.redrive({ ids })).to.deep.equal({ redriven: 1, stillRefused: 0 });
    expect(transaction.quarantined.values().map(({ state }) => state)).to.deep.equal([
      'discarded',
      'discarded',
      'redriven',
    ]);
  });
});
