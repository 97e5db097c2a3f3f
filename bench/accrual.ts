/**
 * How long a partner waits for a commission; `make bench-engine` runs it, too. Orders at an even rate, whatever the
 * program does, in batches of ten as a commerce system sends them; each names a coupon. Of every two hundredth order one asks
 * for the commission over HTTP, again and again, from the moment the order was accepted until the commission is there. The
 * compiled program, in three processes, on a PostgreSQL that syncs and a real RabbitMQ. In the end every order has one.
 *
 *     tsx bench/accrual.ts --seconds 120 --rate 500
 */
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { Topology } from '../src/infrastructure/rabbit/topology.ts';
import type { Id } from '../src/shared/ids.ts';
import { cloneDatabase } from '../test/support/database.ts';
import { amqpUrl, newNamespace } from '../test/support/rabbit.ts';
import { pauseMs } from '../test/support/signals.ts';
import { bench } from './support/bench.ts';
import { takeAway } from './support/broker.ts';
import { ask } from './support/database.ts';
import type { Finding, Report } from './support/finding.ts';
import { Histogram } from './support/histogram.ts';
import { asStaff, deployment, LANES, prepare, type Program, SHOP, startProgram } from './support/program.ts';
import { Schedule } from './support/schedule.ts';
import { meterOf } from './support/spent.ts';
import { cpuUsOf } from './support/usage.ts';

const { values: given } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, rate: { type: 'string', default: '500' } },
});
const seconds = Number(given.seconds);
const rate = Number(given.rate);

const BATCH = 10;
const SAMPLED = 200;
const PARTNERS = 10;
const WARMING_S = 3;
/** Later, after a tenth of the wait so far: who asks a thousand times keeps the program from its orders. */
const ASK_AGAIN_MS = 25;
/** Sooner it is never there. */
const FIRST_ASK_MS = 100;
const PATIENCE_MS = 30_000;
const FOLLOWING_S = 300;

interface World {
  readonly pool: Pool;
  readonly headers: Readonly<Record<string, string>>;
  readonly programId: Id<'prg'>;
  readonly databaseUrl: string;
  readonly programs: readonly Program[];
}

const ROLES = ['api', 'worker', 'relay,scheduler'] as const;

const TERMS = {
  currency: 'EUR',
  rounding: 'half_up',
  groups: [
    { name: 'robots', rank: 1, when: { fact: 'line.category', equals: 'robots' }, amount: { percent: '4' } },
    { name: 'the rest', rank: 2, when: { all: [] }, amount: { percent: '8' } },
  ],
  limits: [{ per: 'order', amount: { minor: '90000', currency: 'EUR' } }],
  vesting: [{ milestone: 'delivered', percent: '100' }],
  returnWindowDays: 30,
};

/** A program with terms, and partners each with a coupon. */
const found = async (url: string, token: string): Promise<Id<'prg'>> => {
  const post = asStaff(url, token);
  const { id: programId } = await post<{ id: Id<'prg'> }>('/v1/programs', SHOP);
  await post(`/v1/programs/${programId}/terms`, { terms: TERMS, effectiveFrom: '2026-01-01T00:00:00Z' });
  const partners = Array.from({ length: PARTNERS }, (_, n) => ({
    ...{ externalRef: `p-${n}`, name: `Partner ${n}`, kind: 'affiliate', email: `p${n}@example.com` },
    approve: true,
  }));
  const { results } = await post<{ results: readonly { readonly partnerId: Id<'par'> }[] }>('/v1/partners/import', {
    programId,
    partners,
  });
  for (const [n, { partnerId }] of results.entries())
    await post('/v1/coupons', { programId, partnerId, code: `CODE-${n}` });
  return programId;
};

const event = (programId: Id<'prg'>, n: number): object => ({
  id: `order-${n}-placed`,
  type: 'order.placed',
  programId,
  subject: `order-${n}`,
  time: new Date().toISOString(),
  data: {
    currency: 'EUR',
    customerRef: `customer of ${n}`,
    couponCodes: [`CODE-${n % PARTNERS}`],
    lines: [
      { lineRef: '1', sku: 'r-1', category: 'robots', quantity: 1, unitPrice: { minor: '129900', currency: 'EUR' } },
      { lineRef: '2', sku: 'c-2', category: 'care', quantity: 1, unitPrice: { minor: '4990', currency: 'EUR' } },
    ],
  },
});

const accept = async ({ pool, headers, programId }: World, first: number): Promise<void> => {
  const events = Array.from({ length: BATCH }, (_, index) => event(programId, first + index));
  const response = await pool.request({
    method: 'POST',
    path: '/v1/events',
    headers,
    body: JSON.stringify({ events }),
  });
  const text = await response.body.text();
  if (response.statusCode !== 202) throw new Error(`POST /v1/events answered ${response.statusCode}: ${text}`);
};

const isVisible = async ({ pool, headers, programId }: World, n: number): Promise<boolean> => {
  const path = `/v1/commissions?programId=${programId}&orderRef=order-${n}`;
  const response = await pool.request({ method: 'GET', path, headers });
  return ((await response.body.json()) as { data: readonly unknown[] }).data.length > 0;
};

/** In ms since it was accepted; who has waited for half a minute goes away. */
const untilVisible = async (world: World, n: number): Promise<number> => {
  const accepted = performance.now();
  const waited = (): number => performance.now() - accepted;
  await pauseMs(FIRST_ASK_MS);
  while (!(await isVisible(world, n)) && waited() < PATIENCE_MS) await pauseMs(Math.max(ASK_AGAIN_MS, waited() / 10));
  return waited();
};

interface Run {
  readonly waits: Histogram;
  readonly orders: number;
  readonly perSecond: number;
}

const run = async (world: World, first: number, forSeconds: number): Promise<Run> => {
  const waits = new Histogram();
  const schedule = new Schedule(performance.now(), rate / BATCH, forSeconds * 1_000);
  const posted: Promise<void>[] = [];
  const post = async (from: number): Promise<void> => {
    await accept(world, from);
    if (from % SAMPLED === 0) waits.add((await untilVisible(world, from)) * 1_000);
  };
  const started = performance.now();
  let next = first;
  while (schedule.left > 0) {
    for (; schedule.take(performance.now()) !== undefined; next += BATCH) posted.push(post(next));
    await pauseMs(1);
  }
  await Promise.all(posted);
  const orders = schedule.total * BATCH;
  return { waits, orders, perSecond: (orders / (performance.now() - started)) * 1_000 };
};

/** Between what was accepted and each thing that was told of it: where the time goes, by the database's clock. */
const STEPS = [
  ['the order was known', 'orders', 'orders.order_placed'],
  ['it was credited', 'attribution', 'attribution.conversion_attributed'],
  ['the commission was accrued', 'commission', 'commission.accrued'],
] as const;

const stepMs = (url: string, [, schema, type]: (typeof STEPS)[number]): Promise<number> =>
  ask(
    url,
    `select percentile_cont(0.99) within group (order by extract(epoch from told.recorded_at - received.recorded_at) * 1000)
     from ${schema}.outbox told
     join orders.outbox placed on placed.type = 'orders.order_placed'
       and placed.payload ->> 'orderId' = told.payload ->> 'orderId'
     join pipeline.outbox received on received.payload ->> 'orderRef' = placed.payload ->> 'orderRef'
     where told.type = '${type}'`,
  ).then(Number);

const missing = async ({ databaseUrl }: World, orders: number): Promise<number> =>
  orders - Number(await ask(databaseUrl, 'select count(distinct order_id) from commission.commissions'));

const untilNoneIsMissing = async (world: World, orders: number): Promise<number> => {
  const until = performance.now() + PATIENCE_MS;
  while ((await missing(world, orders)) > 0 && performance.now() < until) await pauseMs(250);
  return missing(world, orders);
};

/** What nobody waits for gives way: fraud's word on every order, the books, the reports. In seconds. */
const untilAllFollowed = async ({ databaseUrl }: World, orders: number): Promise<number> => {
  const from = performance.now();
  const seconds = (): number => (performance.now() - from) / 1_000;
  while (seconds() < FOLLOWING_S) {
    const behind = await ask(
      databaseUrl,
      `select least(
         (select count(*) from commission.commissions where allowed),
         (select count(*) from settlement.bookings where posted_at is not null),
         (select count(*) from reporting.commission_status)
       )`,
    );
    if (Number(behind) >= orders) return seconds();
    await pauseMs(500);
  }
  return Infinity;
};

const measure = async (world: World): Promise<readonly Finding[]> => {
  const warm = await run(world, 0, WARMING_S);
  await untilNoneIsMissing(world, warm.orders);
  const before = world.programs.map(({ pid }) => cpuUsOf(pid));
  const meter = await meterOf(world.databaseUrl);
  let measured: (Run & { readonly lost: number; readonly followedS: number }) | undefined;
  const { serverSeconds } = await meter(async () => {
    const done = await run(world, warm.orders, seconds);
    const all = warm.orders + done.orders;
    measured = {
      ...done,
      lost: await untilNoneIsMissing(world, all),
      followedS: await untilAllFollowed(world, all),
    };
  });
  if (measured === undefined) throw new Error('nothing was measured');
  const { waits, orders, perSecond, lost, followedS } = measured;
  const cpu = world.programs.map(({ pid }, index) => (cpuUsOf(pid) - (before[index] ?? 0)) / orders / 1_000);
  const { p50Ms, p99Ms, maxMs } = waits.summary();
  const at = `${rate} orders a second for ${seconds} s`;
  const steps: Finding[] = [];
  for (const step of STEPS)
    steps.push({ what: `of it, until ${step[0]}, p99`, value: await stepMs(world.databaseUrl, step), unit: 'ms' });
  return [
    {
      what: `order accepted until its commission can be read, p99, ${at} (${waits.count} orders asked for)`,
      value: p99Ms,
      unit: 'ms',
      bar: { most: 500 },
    },
    {
      what: 'the same, median; beside it, the slowest',
      value: p50Ms,
      unit: 'ms',
      beside: { what: 'slowest', value: maxMs },
    },
    ...steps,
    ...ROLES.map((role, index) => ({
      what: `processor time an order, role ${role}`,
      value: cpu[index] ?? 0,
      unit: 'ms',
    })),
    { what: 'processor time an order, PostgreSQL', value: (serverSeconds / orders) * 1_000, unit: 'ms' },
    { what: 'accepted and asked for, in a second', value: perSecond, unit: 'orders/s' },
    {
      what: 'after the last commission, until fraud, books and reports had followed',
      value: followedS,
      unit: 's',
      bar: { most: FOLLOWING_S },
      isPromise: true,
    },
    {
      what: `orders without a commission, of ${warm.orders + orders}`,
      value: lost,
      unit: '',
      bar: { most: 0 },
      isPromise: true,
    },
  ];
};

const withProgram = async (): Promise<Report> => {
  const database = await cloneDatabase();
  const namespace = newNamespace();
  const environment = deployment(database.url, amqpUrl(), namespace);
  const { token, consumers } = await prepare(environment);
  const programs: Program[] = [];
  try {
    for (const role of ROLES) programs.push(await startProgram(environment, role));
    const url = programs[0]?.url ?? '';
    const programId = await found(url, token);
    const pool = new Pool(url, { connections: 32, pipelining: 1 });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const findings = await measure({ pool, headers, programId, databaseUrl: database.url, programs });
    await pool.close();
    return { title: 'From an order to its commission', findings };
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    await takeAway(new Topology(namespace, LANES), consumers);
    await database.drop();
  }
};

await bench(withProgram);
