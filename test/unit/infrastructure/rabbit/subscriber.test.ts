import type { Channel, ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import { EventEmitter, once } from 'node:events';
import sinon from 'sinon';
import type { Inbound } from '../../../../src/infrastructure/messaging/inbound.ts';
import { Precedence } from '../../../../src/infrastructure/messaging/precedence.ts';
import type { OutboxReader } from '../../../../src/infrastructure/postgres/outbox-reader.ts';
import type { Unopened } from '../../../../src/infrastructure/postgres/outbox-reader.ts';
import { toMessage } from '../../../../src/infrastructure/rabbit/message.ts';
import { laneReader, Subscriber } from '../../../../src/infrastructure/rabbit/subscriber.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { eventually } from '../../../support/signals.ts';

const sold = (position: number): Unopened => ({
  position: BigInt(position),
  event: {
    id: idOf('evt', position),
    type: 'shop.sold',
    version: 1,
    source: 'shop',
    aggregate: 'a',
    aggregateVersion: position,
    partitionKey: 'a',
    occurredAt: instant('2026-01-01T00:00:00Z'),
  },
  json: '{}',
});

const message = (position: number, ...more: readonly number[]): ConsumeMessage => {
  const { content, options } = toMessage(sold(position), ...more.map(sold));
  return { content, properties: options, fields: { deliveryTag: position } } as unknown as ConsumeMessage;
};

/** It has asked for both queues. */
const begun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a consumer of queues', () => {
  /** What amqplib would be: hands over what a test brings, and remembers each answer. */
  const aChannel = () => {
    const answers = new EventEmitter();
    const channel = {
      prefetch: sinon.stub().resolves(),
      consume: sinon.stub<[string, (message: ConsumeMessage | null) => void], Promise<unknown>>().resolves({}),
      close: sinon.stub().resolves(),
      ack: sinon.stub<[ConsumeMessage, boolean], undefined>().callsFake(() => void answers.emit('ack')),
      reject: sinon.stub<[ConsumeMessage, boolean], undefined>().callsFake(() => void answers.emit('reject')),
    };
    const bringIn = (lane: number, ...messages: (ConsumeMessage | null)[]): void => {
      for (const each of messages) channel.consume.getCall(lane).args[1](each);
    };
    return {
      ...channel,
      bringIn,
      bring: (...messages: (ConsumeMessage | null)[]) => {
        bringIn(0, ...messages);
      },
      next: (answer: string) => once(answers, answer),
      asChannel: channel as unknown as Channel,
    };
  };

  const report = sinon.spy();
  const deliver = sinon.stub<Parameters<Inbound['deliver']>, Promise<void>>();
  const moveCursors = sinon.stub<Parameters<OutboxReader['moveCursors']>, Promise<void>>();
  const subscriber = () =>
    new Subscriber(
      { consumer: { name: 'counting' }, deliver } as unknown as Inbound,
      new Map([['shop', { moveCursors } as unknown as OutboxReader]]),
      precedence,
      report,
    );
  let stop: AbortController;
  let precedence: Precedence;

  beforeEach(() => {
    precedence = new Precedence();
    stop = new AbortController();
    sinon.resetHistory();
    deliver.reset();
    deliver.resolves();
    moveCursors.reset();
    moveCursors.resolves();
  });
  afterEach(() => stop.abort());

  it('acknowledges what came together once, with its last message, and only when all is done', async () => {
    const channel = aChannel();
    void subscriber().run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();
    const last = message(2);

    let acknowledgedBefore: number | undefined;
    deliver.callsFake(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      acknowledgedBefore = channel.ack.callCount;
    });

    channel.bring(message(1), last);
    await channel.next('ack');

    expect(acknowledgedBefore).to.equal(0);
    expect(deliver.args.map(([batch]) => batch.map(({ id }) => id))).to.deep.equal([[idOf('evt', 1), idOf('evt', 2)]]);
    sinon.assert.calledOnceWithExactly(moveCursors, new Map([[laneReader('counting', 0), 2n]]));
    sinon.assert.calledOnceWithExactly(channel.ack, last, true);
  });

  it('does together what came in any lane, and notes each lane', async () => {
    const channel = aChannel();
    void subscriber().run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();
    const last = message(3);

    channel.bringIn(1, message(1));
    channel.bringIn(0, message(2), last);
    await channel.next('ack');

    expect(deliver.args.map(([batch]) => batch.map(({ id }) => id))).to.deep.equal([
      [1, 2, 3].map((n) => idOf('evt', n)),
    ]);
    const cursors = new Map([
      [laneReader('counting', 1), 1n],
      [laneReader('counting', 0), 3n],
    ]);
    sinon.assert.calledOnceWithExactly(moveCursors, cursors);
    sinon.assert.calledOnceWithExactly(channel.ack, last, true);
  });

  it('lets events wait for company as long as its consumer does, unless there are enough for a batch', async () => {
    const channel = aChannel();
    const patient = new Subscriber(
      { consumer: { name: 'counting', patienceMs: 60_000 }, deliver } as unknown as Inbound,
      new Map([['shop', { moveCursors } as unknown as OutboxReader]]),
      precedence,
      report,
    );
    void patient.run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();

    for (let position = 1; position < 400; position += 1) channel.bring(message(position));
    await begun();
    expect(deliver.callCount).to.equal(0);
    channel.bring(message(400));
    await channel.next('ack');

    expect(deliver.args.map(([batch]) => batch.length)).to.deep.equal([400]);
  });

  it('gives way, where nobody waits for what it does, until whoever somebody waits for is no longer late', async () => {
    const [waited, unwaited] = [aChannel(), aChannel()];
    const behind = new Subscriber(
      { consumer: { name: 'reporting', patienceMs: 1 }, deliver } as unknown as Inbound,
      new Map([['shop', { moveCursors } as unknown as OutboxReader]]),
      precedence,
      report,
    );
    void subscriber().run(waited.asChannel, ['q0'], stop.signal);
    void behind.run(unwaited.asChannel, ['q0'], stop.signal);
    await begun();
    let isDone: () => void = () => undefined;
    deliver.onFirstCall().returns(new Promise((resolve) => (isDone = resolve)));

    waited.bring(message(1));
    await eventually('the first is in hand', () => deliver.callCount === 1);
    await new Promise((resolve) => setTimeout(resolve, 110));
    unwaited.bring(message(2));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(deliver.callCount).to.equal(1);
    isDone();
    await unwaited.next('ack');

    expect(deliver.args.map(([batch]) => batch.map(({ id }) => id))).to.deep.equal([
      [idOf('evt', 1)],
      [idOf('evt', 2)],
    ]);
  });

  it('handles what came in one message together, and begins when there are enough events, however few messages', async () => {
    const channel = aChannel();
    const patient = new Subscriber(
      { consumer: { name: 'counting', patienceMs: 60_000 }, deliver } as unknown as Inbound,
      new Map([['shop', { moveCursors } as unknown as OutboxReader]]),
      precedence,
      report,
    );
    void patient.run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();
    const positions = Array.from({ length: 250 }, (_, at) => at + 1);
    const last = message(251, ...positions.map((position) => position + 251));

    channel.bring(message(1, ...positions.slice(1)));
    channel.bring(last);
    await channel.next('ack');

    expect(deliver.args.map(([batch]) => batch.map(({ aggregateVersion }) => aggregateVersion))).to.deep.equal([
      Array.from({ length: 501 }, (_, at) => at + 1),
    ]);
    sinon.assert.calledOnceWithExactly(moveCursors, new Map([[laneReader('counting', 0), 501n]]));
    sinon.assert.calledOnceWithExactly(channel.ack, last, true);
  });

  it('goes on while what it did is noted, and acknowledges nothing before', async () => {
    const channel = aChannel();
    let note: () => void = () => undefined;
    moveCursors.onFirstCall().returns(new Promise((resolve) => (note = resolve)));
    void subscriber().run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();

    channel.bring(message(1));
    await eventually('the first is done', () => deliver.callCount === 1);
    channel.bring(message(2));
    await eventually('the second is done', () => deliver.callCount === 2);
    expect([moveCursors.callCount, channel.ack.callCount]).to.deep.equal([1, 0]);
    note();
    await eventually('both are acknowledged', () => channel.ack.callCount === 2);

    expect(moveCursors.args.map(([cursors]) => [...cursors.values()])).to.deep.equal([[1n], [2n]]);
  });

  it('keeps the batch in hand while the database is away, and says so once', async () => {
    const channel = aChannel();
    deliver.onFirstCall().rejects(new AppError('unavailable', 'database.unavailable', 'away'));
    deliver.onSecondCall().rejects(new AppError('unavailable', 'database.unavailable', 'away'));
    void subscriber().run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();

    channel.bring(message(1));
    await channel.next('ack');

    expect(deliver.callCount).to.equal(3);
    expect(report.callCount).to.equal(1);
    expect(channel.reject.callCount).to.equal(0);
  });

  it('gives what nobody can read to the dead letters, and goes on with the rest', async () => {
    const channel = aChannel();
    void subscriber().run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();
    const strange = { content: Buffer.from('?'), properties: {}, fields: {} } as unknown as ConsumeMessage;

    channel.bring(strange, message(1));
    await channel.next('ack');

    sinon.assert.calledOnceWithExactly(channel.reject, strange, false);
    expect(deliver.args.map(([batch]) => batch.length)).to.deep.equal([1]);
  });

  it('closes its channel when its queue is gone, so that somebody declares it anew', async () => {
    const channel = aChannel();
    void subscriber().run(channel.asChannel, ['q0', 'q1'], stop.signal);
    await begun();

    channel.bring(null);

    expect(channel.close.callCount).to.equal(1);
  });
});
