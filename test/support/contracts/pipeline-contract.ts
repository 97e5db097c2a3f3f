import { expect } from 'chai';
import type { AcceptedKey, PipelineTransaction } from '../../../src/modules/pipeline/ports/accepted-events.ts';
import { type Hope, SeenAlready, type SeenKey } from '../../../src/modules/pipeline/ports/seen-events.ts';
import { EventReceivedV1 } from '../../../src/modules/pipeline/events.ts';
import type { PassingEvent, PassingEvents } from '../../../src/modules/pipeline/ports/passing-events.ts';
import type { Quarantined } from '../../../src/modules/pipeline/ports/quarantine.ts';
import { digest } from '../../../src/shared/digest.ts';
import { derivedId } from '../../../src/shared/ids.ts';
import { instant } from '../../../src/shared/instant.ts';
import { JsonText } from '../../../src/shared/json-text.ts';
import { published } from '../../../src/shared/outbox.ts';

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
    digest: digest(content),
  });
  const setUp = async () => {
    const transaction = await make();
    return (hope: Hope, ...keys: readonly SeenKey[]) => transaction.run(({ seen }) => seen.note(keys, hope));
  };

  for (const hope of ['none', 'undisturbed', 'all_new'] as const)
    it(`lets an event in once, also within one batch (hope: ${hope})`, async () => {
      const note = await setUp();

      expect(await note(hope, seenKey('2'), seenKey('1'), seenKey('2'))).to.deep.equal(['new', 'new', 'known']);
      expect(await note('none', seenKey('2'), seenKey('3'))).to.deep.equal(['known', 'new']);
      expect(await note('none', seenKey('1', 'else'), seenKey('3'))).to.deep.equal(['different', 'known']);
    });

  it('looks first, and hopes for the others', async () => {
    const note = await setUp();
    await note('all_new', seenKey('1'), seenKey('3'));

    expect(
      await note('undisturbed', seenKey('3', 'else'), seenKey('2'), seenKey('1'), seenKey('2', 'else')),
    ).to.deep.equal(['different', 'new', 'known', 'different']);
    expect(await note('undisturbed', seenKey('1'), seenKey('2'))).to.deep.equal(['known', 'known']);
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

interface Taking {
  readonly transaction: PipelineTransaction;
  readonly passing: PassingEvents;
  /** Ids of what was told, in the order it was. */
  readonly told: () => Promise<readonly string[]>;
}

export const passingEvent = (id: string, content = id): PassingEvent => ({
  key: { day: DAY, source: 'web', id, digest: digest(content) },
  announcement: published(
    EventReceivedV1,
    { aggregate: `event:web/${DAY}/${id}/${content}`, occurredAt: instant('2026-01-01T00:00:00Z'), alone: true },
    new JsonText(JSON.stringify({ eventId: id, text: 'a\tb\\c\nd' })),
  ),
});

/** What whoever takes passing events in bulk promises. */
export const passingEventsContract = (make: () => Promise<Taking>): void => {
  for (const hope of ['all_new', 'undisturbed'] as const)
    it(`tells once of what is new, also within one batch (hope: ${hope})`, async () => {
      const { transaction, passing, told } = await make();
      const events = ['2', '1', '2'].map((id) => passingEvent(id));

      expect(await passing.take(events, hope)).to.deep.equal(['new', 'new', 'known']);

      expect(await told()).to.deep.equal(['2', '1']);
      const keys = events.map(({ key }) => key);
      expect(await transaction.run(({ seen }) => seen.note(keys, 'none'))).to.deep.equal(['known', 'known', 'known']);
    });

  it('looks first, and tells of the others', async () => {
    const { passing, told } = await make();
    await passing.take([passingEvent('1'), passingEvent('3')], 'all_new');

    const again = [passingEvent('3', 'else'), passingEvent('2'), passingEvent('1'), passingEvent('2', 'else')];
    expect(await passing.take(again, 'undisturbed')).to.deep.equal(['different', 'new', 'known', 'different']);
    expect(await passing.take([passingEvent('1')], 'undisturbed')).to.deep.equal(['known']);
    expect(await told()).to.deep.equal(['1', '3', '2']);
  });

  it('says that hope was in vain, and has noted and told nothing then', async () => {
    const { passing, told } = await make();
    await passing.take([passingEvent('1')], 'all_new');

    const vain = await passing.take([passingEvent('0'), passingEvent('1')], 'all_new').catch((error: unknown) => error);

    expect(vain).to.be.instanceOf(SeenAlready);
    expect(await told()).to.deep.equal(['1']);
    expect(await passing.take([passingEvent('0')], 'all_new')).to.deep.equal(['new']);
  });
};

/** What every quarantine promises. */
export const quarantineContract = (make: () => Promise<PipelineTransaction>): void => {
  const arrivedAt = instant('2026-01-01T10:00:00Z');
  const later = instant('2026-01-01T11:00:00Z');
  const fault = { pointer: '/type', code: 'pipeline.unknown_type', detail: 'is unknown' };
  const refused = (name: string, more: Partial<Quarantined> = {}): Quarantined => ({
    id: derivedId('qua', name),
    day: DAY,
    arrivedAt,
    source: 'web',
    eventId: name,
    type: 'acme.thing',
    reason: fault.code,
    pointer: fault.pointer,
    faults: [fault],
    payload: `sealed ${name}`,
    state: 'open',
    changedAt: arrivedAt,
    ...more,
  });

  it('gives back what it keeps, the oldest first', async () => {
    const transaction = await make();
    const [old, young] = [
      refused('1', { eventId: null, type: null }),
      refused('2', { arrivedAt: later, changedAt: later }),
    ];

    await transaction.run(({ quarantine }) => quarantine.keep([young, old]));

    expect(await transaction.run(({ quarantine }) => quarantine.lockOpen([young.id, old.id]))).to.deep.equal([
      old,
      young,
    ]);
  });

  it('leaves what is open as it is, and opens what was closed', async () => {
    const transaction = await make();
    const [kept, other] = [refused('1'), refused('2')];
    const again = (event: Quarantined) => ({ ...event, payload: 'sealed again', arrivedAt: later, changedAt: later });
    await transaction.run(({ quarantine }) => quarantine.keep([kept, other]));

    const closed = await transaction.run(({ quarantine }) => quarantine.close([kept.id], 'redriven', later));
    const twice = await transaction.run(({ quarantine }) => quarantine.close([kept.id], 'discarded', later));
    const open = await transaction.run(({ quarantine }) => quarantine.lockOpen([kept.id, other.id]));
    await transaction.run(({ quarantine }) => quarantine.keep([again(kept), again(other)]));
    const after = await transaction.run(({ quarantine }) => quarantine.lockOpen([kept.id, other.id]));

    expect([closed, twice]).to.deep.equal([1, 0]);
    expect(open).to.deep.equal([other]);
    const payloads = new Map(after.map(({ id, payload }) => [id, payload]));
    expect([payloads.get(kept.id), payloads.get(other.id)]).to.deep.equal(['sealed again', other.payload]);
  });

  it('notes new faults', async () => {
    const transaction = await make();
    const kept = refused('1');
    const found = { pointer: '/data/n', code: 'input.invalid', detail: 'must be integer' };
    await transaction.run(({ quarantine }) => quarantine.keep([kept]));

    await transaction.run(({ quarantine }) => quarantine.blame(kept.id, [found], later));

    const [blamed] = await transaction.run(({ quarantine }) => quarantine.lockOpen([kept.id]));
    expect(blamed).to.deep.equal({
      ...kept,
      faults: [found],
      reason: found.code,
      pointer: found.pointer,
      changedAt: later,
    });
  });

  it('forgets counts of days that are over', async () => {
    const transaction = await make();
    const count = (day: string, more: number) =>
      transaction.run(({ quarantine }) => quarantine.countRefused(day, 'a', more));
    await count('2026-01-01', 2);
    await count('2026-01-02', 3);

    await transaction.run(({ quarantine }) => quarantine.forgetCounts('2026-01-02'));

    expect([await count('2026-01-01', 0), await count('2026-01-02', 0)]).to.deep.equal([0, 3]);
  });

  it('counts by day and source', async () => {
    const transaction = await make();
    const count = (source: string, more: number) =>
      transaction.run(({ quarantine }) => quarantine.countRefused(DAY, source, more));

    expect([await count('a', 2), await count('a', 3), await count('b', 1), await count('a', 0)]).to.deep.equal([
      0, 2, 0, 5,
    ]);
  });
};
