import { expect } from 'chai';
import type { AcceptedKey, PipelineTransaction } from '../../../src/modules/pipeline/ports/accepted-events.ts';
import { digest } from '../../../src/shared/digest.ts';
import { instant } from '../../../src/shared/instant.ts';

const key = (id: string, content = id, source = 'otd'): AcceptedKey => ({ source, id, digest: digest(content) });

/** What every store of accepted events promises; the fake and the real one both run through it. */
export const acceptedEventsContract = (make: () => Promise<PipelineTransaction>): void => {
  const setUp = async () => {
    const transaction = await make();
    return {
      transaction,
      note: (...keys: readonly AcceptedKey[]) =>
        transaction.run(({ accepted }) => accepted.note(keys, instant('2026-01-01T00:00:00Z'))),
    };
  };

  it('lets an event in once, also within one batch', async () => {
    const { note } = await setUp();

    expect(await note(key('1'), key('2'), key('1'))).to.deep.equal(['new', 'new', 'known']);
    expect(await note(key('2'), key('3'))).to.deep.equal(['known', 'new']);
  });

  it('knows an id that comes with another content', async () => {
    const { note } = await setUp();

    expect(await note(key('1'), key('1', 'something else'))).to.deep.equal(['new', 'different']);
    expect(await note(key('1', 'something else'))).to.deep.equal(['different']);
  });

  it('lets each source count for itself', async () => {
    const { note } = await setUp();

    expect(await note(key('1'), key('1', '1', 'shop'))).to.deep.equal(['new', 'new']);
  });

  it('forgets what was not committed', async () => {
    const { transaction, note } = await setUp();
    const died = transaction.run(async ({ accepted }) => {
      await accepted.note([key('1')], instant('2026-01-01T00:00:00Z'));
      throw new Error('died');
    });
    await died.catch(() => undefined); // that it dies is the point

    expect(await note(key('1'))).to.deep.equal(['new']);
  });
};
