import { expect } from 'chai';
import { type Lanes } from '../../../../src/modules/pipeline/application/lanes.ts';
import { RegisterEventType } from '../../../../src/modules/pipeline/application/register-event-type.ts';
import { BOUNDS, type Lane } from '../../../../src/modules/pipeline/domain/lanes.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { at, idOf, TestWallClock } from '../../../support/clock.ts';
import { FakePipelineTransaction } from '../../../support/fakes/fake-pipeline.ts';
import { intakeOn } from '../../../support/intake.ts';
import { GlassVault } from '../../../support/settlement-story.ts';

const NOW = '2026-03-01T12:00:00Z';
const schema = {
  type: 'object',
  properties: { n: { type: 'integer' }, email: { type: 'string', maxLength: 100, 'x-fingerprint': 'email' } },
  additionalProperties: false,
};

const event = (type: string, id: string, data: object = {}, more: object = {}) => ({
  id,
  type,
  time: '2026-03-01T00:00:00Z',
  data,
  ...more,
});
const order = (id: string) =>
  event('order.cancelled', id, {}, { programId: idOf('prg', 1), subject: `A-${id}`, time: '2020-01-01T00:00:00Z' });

const intake = async (options: Parameters<typeof intakeOn>[3] = {}, clock = at(NOW)) => {
  const transaction = new FakePipelineTransaction();
  const parts = intakeOn(transaction, clock, new GlassVault(), options);
  const register = new RegisterEventType(
    transaction,
    parts.reader,
    parts.catalogue,
    () => undefined,
    new TestWallClock(NOW),
  );
  for (const lane of ['conversions', 'logs'] as const)
    await register.run({ type: `acme.${lane}`, lane, about: 'a test', schema, compatibility: 'backward' }, 'cli_1');
  const verdicts = async (...inputs: readonly unknown[]) =>
    (await parts.acceptEvents.run(inputs)).map(({ verdict, faults }) => [verdict, ...faults.map(({ code }) => code)]);
  return { ...parts, register, transaction, clock, verdicts };
};

/** Occupies both writers and fills that lane to the brim, until the test is over. */
const jam = (lanes: Lanes, lane: Lane): void => {
  const forEver = (): Promise<void> => new Promise(() => undefined);
  for (let nth = 0; nth < 3; nth += 1) void lanes.enter('clicks', { events: 1, bytes: 1 }, forEver);
  void lanes.enter(lane, { events: BOUNDS[lane].events, bytes: 1 }, forEver);
};

describe('events of registered types', () => {
  it('are told of in one contract, each alone, with addresses as fingerprints', async () => {
    const { acceptEvents, transaction } = await intake();

    await acceptEvents.run([event('acme.conversions', '1', { n: 1, email: 'Ann@Example.com' }, { subject: 'S' })]);

    const [told] = transaction.published;
    expect(told?.type).to.equal('pipeline.event_received');
    expect(told?.aggregate).to.equal('event:otd/2026-03-01/1');
    expect(JSON.parse(JSON.stringify(told?.payload))).to.deep.include({
      eventType: 'acme.conversions',
      lane: 'conversions',
      subject: 'S',
    });
    expect(JSON.stringify(told)).to.not.include('Ann');
  });

  it('are known again only while their day is kept, and refused when it is not', async () => {
    const { verdicts } = await intake({ seenDays: 10 });
    const aged = (time: string) => event('acme.logs', time, {}, { time });

    expect(
      await verdicts(aged('2026-02-20T12:00:00Z'), aged('2026-02-20T11:59:59Z'), aged('2026-03-01T12:06:00Z')),
    ).to.deep.equal([['accepted'], ['refused', 'pipeline.time_too_old'], ['refused', 'pipeline.time_in_future']]);
  });

  it('repeat themselves after hope was in vain, as before', async () => {
    const { verdicts } = await intake();
    const one = event('acme.conversions', '1', { n: 1 });

    expect(await verdicts(one)).to.deep.equal([['accepted']]);
    expect(await verdicts(event('acme.conversions', '0'), one)).to.deep.equal([['accepted'], ['duplicate']]);
    expect(await verdicts(event('acme.conversions', '1', { n: 2 }), one)).to.deep.equal([
      ['refused', 'pipeline.id_reused'],
      ['duplicate'],
    ]);
  });

  it('are the same when they come again after their type has got another version', async () => {
    const { verdicts, register } = await intake();
    const one = event('acme.logs', '1', { n: 1 });
    await verdicts(one);

    const wider = { ...schema, properties: { ...schema.properties, m: { type: 'integer' } } };
    await register.run(
      { type: 'acme.logs', lane: 'logs', about: 'a test', schema: wider, compatibility: 'backward' },
      'cli_1',
    );

    expect(await verdicts({ ...one, data: { m: 1 }, id: '2' }, one)).to.deep.equal([['accepted'], ['duplicate']]);
  });

  it('keep the order of the batch in their results, whatever their lanes', async () => {
    const { acceptEvents } = await intake();
    const batch = [event('acme.logs', '1'), order('2'), { nonsense: true }, event('acme.conversions', '4')];

    const results = await acceptEvents.run(batch);

    expect(results.map(({ index, verdict }) => [index, verdict])).to.deep.equal([
      [0, 'accepted'],
      [1, 'accepted'],
      [2, 'refused'],
      [3, 'accepted'],
    ]);
  });
});

describe('a full lane', () => {
  it('turns the batch away whole, with a time to come again', async () => {
    const { acceptEvents, lanes, meter, transaction } = await intake();
    jam(lanes, 'conversions');

    const refused: unknown = await acceptEvents
      .run([event('acme.conversions', '1'), order('2')])
      .catch((error: unknown) => error);

    expect(refused).to.be.instanceOf(AppError);
    const { kind, code, details } = refused as AppError;
    expect([kind, code, details.retryAfterSeconds]).to.deep.equal(['unavailable', 'pipeline.overloaded', 1]);
    expect(transaction.published).to.be.empty;
    expect(meter.counted).to.deep.equal(['turned away conversions 1']);
  });

  it('of logs sheds them from a batch that brings something else, and counts them', async () => {
    const { verdicts, lanes, meter } = await intake();
    jam(lanes, 'logs');

    expect(await verdicts(event('acme.logs', '1'), order('2'), event('acme.logs', '3'))).to.deep.equal([
      ['refused', 'pipeline.shed'],
      ['accepted'],
      ['refused', 'pipeline.shed'],
    ]);
    expect(meter.counted).to.deep.equal(['shed logs 2']);
  });

  it('of logs turns a batch of nothing else away', async () => {
    const { acceptEvents, lanes } = await intake();
    jam(lanes, 'logs');

    const refused: unknown = await acceptEvents.run([event('acme.logs', '1')]).catch((error: unknown) => error);

    expect((refused as AppError).code).to.equal('pipeline.overloaded');
  });

  it('of logs turns a batch of nothing else away before it is read', async () => {
    const { acceptEvents, lanes, meter } = await intake();
    jam(lanes, 'logs');

    expect(() => acceptEvents.letIn(['acme.logs', 'acme.logs'], 99))
      .to.throw(AppError)
      .with.property('code', 'pipeline.overloaded');
    for (const types of [[], ['acme.logs', 'order.placed'], ['acme.unknown']])
      expect(acceptEvents.letIn(types, 99)).to.equal(undefined);
    expect(meter.counted).to.deep.equal(['turned away logs 2']);
  });

  it('of logs does not hold up the refusal of what is wrong: it is just not kept', async () => {
    const { acceptEvents, lanes, transaction } = await intake();
    jam(lanes, 'logs');

    const [result] = await acceptEvents.run([event('acme.unknown', '1')]);

    expect([result?.verdict, result?.quarantineId]).to.deep.equal(['refused', undefined]);
    expect(transaction.quarantined.values()).to.be.empty;
  });
});

describe('a batch of nothing but logs', () => {
  it('waits for its turn before it is read, whatever else its data calls a type, and counts as waiting', async () => {
    const { acceptEvents, lanes } = await intake();
    const arrived: number[] = [];
    const come = async (n: number): Promise<() => void> => {
      const leave = await acceptEvents.letIn(['acme.logs', 'a word'], 99);
      arrived.push(n);
      return leave ?? expect.fail('it waits for nobody');
    };

    const [first] = [come(1), come(2), come(3)];
    const leave = await first;
    expect([arrived, lanes.waiting().at(-1)]).to.deep.equal([
      [1, 2],
      ['logs', 1],
    ]);
    leave();
    await Promise.resolve();
    await Promise.resolve();

    expect([arrived, lanes.waiting().at(-1)]).to.deep.equal([
      [1, 2, 3],
      ['logs', 0],
    ]);
  });

  it('is turned away when too many wait already', async () => {
    const { acceptEvents, meter } = await intake();
    const batch = Array<string>(500).fill('acme.logs');
    const come = () => acceptEvents.letIn(batch, 300_000);

    const came = Array.from({ length: 22 }, come);

    expect(came).not.to.include(undefined);
    expect(come).to.throw(AppError).with.property('code', 'pipeline.overloaded');
    expect(meter.counted).to.deep.equal(['turned away logs 500']);
  });
});

describe('the quarantine', () => {
  it('keeps the same content once a day, and opens it again after it was closed', async () => {
    const { acceptEvents, transaction, clock } = await intake();
    const wrong = event('acme.unknown', '1');
    const [first] = await acceptEvents.run([wrong]);
    const [second] = await acceptEvents.run([wrong, wrong]);
    const ids = first?.quarantineId ? [first.quarantineId] : [];
    await transaction.run(({ quarantine }) => quarantine.close(ids, 'discarded', clock.now()));
    const closed = transaction.quarantined.values().map(({ state, payload }) => [state, payload]);
    await acceptEvents.run([wrong]);

    expect(second?.quarantineId).to.equal(first?.quarantineId);
    expect(closed).to.deep.equal([['discarded', null]]);
    expect(transaction.quarantined.values().map(({ state }) => state)).to.deep.equal(['open']);
  });

  it('keeps so many a day from one source, and counts the others', async () => {
    const { acceptEvents, transaction } = await intake({ mostADay: 2 });
    const wrong = (id: string, source: string) => event('acme.unknown', id, {}, { source });

    const results = await acceptEvents.run([wrong('1', 'a'), wrong('2', 'a'), wrong('3', 'a'), wrong('4', 'b')]);

    expect(results.map(({ quarantineId }) => quarantineId !== undefined)).to.deep.equal([true, true, false, true]);
    expect(await transaction.run(({ quarantine }) => quarantine.countRefused('2026-03-01', 'a', 0))).to.equal(3);
  });

  it('keeps nothing that is too large, no event, or sent again anyway', async () => {
    const { acceptEvents } = await intake();
    const huge = event('acme.unknown', '1', { text: 'x'.repeat(70_000) });
    await acceptEvents.run([event('acme.logs', '1', { n: 1 })]);

    const results = await acceptEvents.run([huge, 'text', 7, null, [], event('acme.logs', '1', { n: 2 })]);

    expect(results.map(({ quarantineId }) => quarantineId)).to.deep.equal(results.map(() => undefined));
  });

  it('takes whatever stands in names and texts', async () => {
    const { acceptEvents, transaction } = await intake();

    await acceptEvents.run([{ id: 'a\0b', source: '\ud83d', type: 'x'.repeat(500), 'odd\0': 1 }]);

    const [kept] = transaction.quarantined.values();
    expect([kept?.eventId, kept?.source, kept?.type?.length]).to.deep.equal(['a\ufffdb', '\ufffd', 100]);
    expect(JSON.stringify(kept?.faults)).to.not.include('\\u0000');
  });
});
