import { expect } from 'chai';
import { AjvEventReader } from '../../../../src/modules/pipeline/adapters/ajv/ajv-event-reader.ts';
import { AcceptEvents } from '../../../../src/modules/pipeline/application/accept-events.ts';
import type { PipelineTransaction } from '../../../../src/modules/pipeline/ports/accepted-events.ts';
import type { Clock } from '../../../../src/shared/clock.ts';
import { instant } from '../../../../src/shared/instant.ts';
import type { Vault } from '../../../../src/shared/vault.ts';

describe('an event with more faults than anybody reads', () => {
  it('is refused with the first twenty of them', async () => {
    const clock: Clock = { now: () => instant('2026-01-01T00:00:00Z') };
    const accept = new AcceptEvents({} as PipelineTransaction, new AjvEventReader(), clock, {} as Vault, 0);
    const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x${index}`, 1]));

    const [result] = await accept.run([unknown]);

    expect(result?.verdict).to.equal('refused');
    expect(result?.faults).to.have.length(20);
  });
});
