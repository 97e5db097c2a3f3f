import { expect } from 'chai';
import { at } from '../../../support/clock.ts';
import { FakePipelineTransaction } from '../../../support/fakes/fake-pipeline.ts';
import { intakeOn } from '../../../support/intake.ts';
import { GlassVault } from '../../../support/settlement-story.ts';

describe('an event with more faults than anybody reads', () => {
  it('is refused with the first twenty of them', async () => {
    const { acceptEvents } = intakeOn(new FakePipelineTransaction(), at('2026-01-01T00:00:00Z'), new GlassVault());
    const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x${index}`, 1]));

    const [result] = await acceptEvents.run([unknown]);

    expect(result?.verdict).to.equal('refused');
    expect(result?.faults).to.have.length(20);
  });
});
