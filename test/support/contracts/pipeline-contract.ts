import { expect } from 'chai';
import type { AcceptedKey, PipelineTransaction } from '../../../src/modules/pipeline/ports/accepted-events.ts';
import { SeenAlready, type SeenKey } from '../../../src/modules/pipeline/ports/seen-events.ts';
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

const DAY = '2026-01-01';

/** What every store of seen events promises. */
export const seenEventsContract = (make: () => Promise<PipelineTransaction>): void => {
  const seenKey = (id: string, content = id, { day = DAY, source = 'web' } = {}): SeenKey => ({
    day,
    source,
    id,
    content,
  });
  const setUp = async () => {
    const transaction = await make();
    return (hope: 'none' | 'all_new', ...keys: readonly SeenKey[]) =>
      transaction.run(({ seen }) => seen.note(keys, hope));
  };

  for (const hope of ['none', 'all_new'] as const)
    it(`lets an event in once, also within one batch (hope: ${hope})`, async () => {
      const note = await setUp();

      expect(await note(hope, seenKey('2'), seenKey('1'), seenKey('2'))).to.deep.equal(['new', 'new', 'known']);
      expect(await note('none', seenKey('2'), seenKey('3'))).to.deep.equal(['known', 'new']);
      expect(await note('none', seenKey('1', 'else'), seenKey('3'))).to.deep.equal(['different', 'known']);
    });

  it('knows an id that comes with another content, also within one batch', async () => {
    const note = await setUp();

    expect(await note('none', seenKey('1'), seenKey('1', 'else'))).to.deep.equal(['new', 'different']);
    expect(await note('none', seenKey('1', 'else'))).to.deep.equal(['different']);
  });

  it('lets each source and each day count for itself', async () => {
    const note = await setUp();

    expect(
      await note(
        'all_new',
        seenKey('1'),
        seenKey('1', '1', { source: 'shop' }),
        seenKey('1', '1', { day: '2026-01-02' }),
      ),
    ).to.deep.equal(['new', 'new', 'new']);
  });

  it('says that hope was in vain, and has noted nothing then', async () => {
    const note = await setUp();
    await note('all_new', seenKey('1'));

    const vain = await note('all_new', seenKey('0'), seenKey('1')).catch((error: unknown) => error);

    expect(vain).to.be.instanceOf(SeenAlready);
    expect(await note('none', seenKey('0'), seenKey('1'))).to.deep.equal(['new', 'known']);
  });

  it('takes names with whatever stands in them', async () => {
    const note = await setUp();
    const odd = ['a\tb', 'a\\b', '\\.', 'a\nb', 'ü"\'🐌'].map((id) => seenKey(id));

    expect(await note('all_new', ...odd)).to.deep.equal(odd.map(() => 'new'));
    expect(await note('none', ...odd)).to.deep.equal(odd.map(() => 'known'));
  });
};
