/** One request's trace, followed to the last consumer, whichever broker carries it. */
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expect } from 'chai';
import { modules } from '../../../src/app.ts';
import type { TestDatabase } from '../../support/database.ts';
import { amqpUrl, newNamespace, sweep } from '../../support/rabbit.ts';
import { type RunningApp, startApp } from '../../support/running-app.ts';
import { type Environment, settled, Shop } from '../../support/shop.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('a trace', () => {
  let shop: Shop;
  let database: TestDatabase;
  let exporter: InMemorySpanExporter;
  let consumers: readonly string[] = [];

  before(async () => {
    shop = await Shop.open();
  });
  after(() => shop.close());
  beforeEach(async () => {
    database = await shop.copy();
    exporter = new InMemorySpanExporter();
  });
  afterEach(() => database.drop());

  /** The spans of one order that was posted with a trace of its sender's. */
  const spansOfOrder = async (more: Environment = {}): Promise<readonly ReadableSpan[]> => {
    const telemetry = { spanProcessors: [new SimpleSpanProcessor(exporter)] };
    let running: RunningApp | undefined;
    try {
      running = await startApp(database, modules, shop.environment(database, more), telemetry);
      consumers = running.app.inbounds.map(({ consumer }) => consumer.name);
      const body = { events: shop.order(1).slice(0, 1) };
      const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
      expect((await running.call('POST', '/v1/events', { token: shop.token, body, headers })).status).to.equal(202);
      await settled(running.app);
      return exporter.getFinishedSpans();
    } finally {
      await running?.stop();
    }
  };

  /** From the request downwards: each name below its parent's. */
  const paths = (spans: readonly ReadableSpan[]): readonly string[] => {
    const ours = spans.filter((span) => span.spanContext().traceId === TRACE);
    const byId = new Map(ours.map((span) => [span.spanContext().spanId, span]));
    const pathOf = (span: ReadableSpan): string => {
      const parent = byId.get(span.parentSpanContext?.spanId ?? '');
      return parent === undefined ? span.name : `${pathOf(parent)} > ${span.name}`;
    };
    return ours.map(pathOf);
  };

  const POSTED = 'POST /v1/events > pipeline transaction';
  const ORDERED = `${POSTED} > orders consume > orders transaction`;
  const ATTRIBUTED = `${ORDERED} > attribution consume > attribution transaction`;

  const expectWholeWay = (spans: readonly ReadableSpan[]): void => {
    const found = paths(spans);
    expect(found).to.include.members([POSTED, ORDERED, ATTRIBUTED]);
    expect(
      found.some((path) => path.startsWith(`${ATTRIBUTED} > commission consume > commission transaction`)),
    ).to.equal(true, found.join('\n'));
    const first = spans.find(({ name }) => name === 'POST /v1/events');
    expect(first?.parentSpanContext?.spanId, 'it continues the sender’s').to.equal(PARENT);
  };

  it('leads from the request through the outbox to every consumer’s transaction on embedded parts', async () => {
    expectWholeWay(await spansOfOrder());
  });

  it('leads the same way over RabbitMQ, where publishing links to the traces it carries', async () => {
    const namespace = newNamespace();
    try {
      const spans = await spansOfOrder({ AMQP_URL: amqpUrl(), BROKER_NAMESPACE: namespace, BROKER_LANES: '2' });

      expectWholeWay(spans);
      const published = spans.filter(({ name }) => name === 'pipeline publish');
      expect(published.flatMap(({ links }) => links.map(({ context }) => context.traceId))).to.include(TRACE);
    } finally {
      await sweep(amqpUrl(), namespace, consumers);
    }
  });

  it('holds nothing of what was asked or answered', async () => {
    const spans = await spansOfOrder();

    const text = JSON.stringify(
      spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    for (const secret of [shop.token, 'order 1', 'lena', shop.programId]) expect(text).to.not.contain(secret);
  });
});
