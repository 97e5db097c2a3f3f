/**
 * Order events over HTTP, durable when they are answered: the compiled program, a PostgreSQL that syncs, and a few
 * connections that each post one batch after the other. First the api role alone, in batches of a hundred and of one,
 * taking turns; then with everything else at work behind it. What was accepted is then looked up in the database.
 */
import { Pool } from 'undici';
import { Topology } from '../src/infrastructure/rabbit/topology.ts';
import type { Id } from '../src/shared/ids.ts';

import { cloneDatabase } from '../test/support/database.ts';
import { amqpUrl, newNamespace } from '../test/support/rabbit.ts';
import { bench } from './support/bench.ts';
import { takeAway } from './support/broker.ts';
import { ask } from './support/database.ts';
import { type Finding, median } from './support/finding.ts';
import { asStaff, deployment, LANES, prepare, type Program, SHOP, startProgram } from './support/program.ts';

const CONNECTIONS = 6;
const ROUNDS = 3;
const ROUND_MS = 2_500;
const WARMING_MS = 1_000;

/** Each order goes this way, one kind of event a batch. */
const KINDS = ['placed', 'confirmed', 'in_transit', 'delivered'] as const;

const line = (lineRef: string, category: string, minor: string) => ({
  lineRef,
  sku: `sku-${lineRef}`,
  name: `a ${category} thing`,
  category,
  quantity: 1,
  unitPrice: { minor, currency: 'EUR' },
});
const content = (order: string) => ({
  currency: 'EUR',
  customerRef: `customer of ${order}`,
  customerEmail: `${order}@example.com`,
  lines: [line('1', 'robots', '1299000'), line('2', 'care', '49900')],
});

/** Bodies without end; each order of a batch comes back with its next kind of event. */
function* bodies(programId: Id<'prg'>, poster: string, size: number): Generator<string> {
  for (let batch = 0; ; batch += 1) {
    const kind = KINDS[batch % KINDS.length] ?? 'placed';
    const first = Math.floor(batch / KINDS.length) * size;
    const events = Array.from({ length: size }, (_, n) => {
      const subject = `${poster}-${first + n}`;
      const data = kind === 'placed' ? content(subject) : {};
      return {
        id: `${subject}-${kind}`,
        type: `order.${kind}`,
        programId,
        subject,
        time: '2026-01-01T00:00:00Z',
        data,
      };
    });
    yield JSON.stringify({ events });
  }
}

class Posters {
  accepted = 0;
  private runs = 0;
  private readonly pool: Pool;

  constructor(
    url: string,
    private readonly token: string,
    private readonly programId: Id<'prg'>,
  ) {
    this.pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  }

  /** Events accepted in a second. */
  async post(size: number, ms: number): Promise<number> {
    this.runs += 1;
    const started = performance.now();
    const before = this.accepted;
    const poster = async (_: unknown, index: number): Promise<void> => {
      for (const body of bodies(this.programId, `order-${this.runs}-${index}`, size)) {
        if (performance.now() - started > ms) return;
        await this.send(body);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, poster));
    return ((this.accepted - before) / (performance.now() - started)) * 1_000;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async send(body: string): Promise<void> {
    const response = await this.pool.request({
      method: 'POST',
      path: '/v1/events',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body,
    });
    const text = await response.body.text();
    if (response.statusCode !== 202) throw new Error(`POST /v1/events answered ${response.statusCode}: ${text}`);
    this.accepted += (JSON.parse(text) as { accepted: number }).accepted;
  }
}

interface Scene {
  readonly posters: Posters;
  /** Accepted, and yet not on disk. */
  missing(): Promise<number>;
}

/** The processes of those roles on a fresh database; the first one is posted to. */
const withProgram = async <Result>(
  roles: readonly string[],
  work: (scene: Scene) => Promise<Result>,
): Promise<Result> => {
  const database = await cloneDatabase();
  const namespace = newNamespace();
  const environment = deployment(database.url, amqpUrl(), namespace);
  const { token, consumers } = await prepare(environment);
  const programs: Program[] = [];
  try {
    for (const role of roles) programs.push(await startProgram(environment, role));
    const url = programs[0]?.url ?? '';
    const { id } = await asStaff(url, token)<{ id: Id<'prg'> }>('/v1/programs', SHOP);
    const posters = new Posters(url, token, id);
    const result = await work({ posters, missing: () => missing(database.url, posters.accepted) });
    await posters.close();
    return result;
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    await takeAway(new Topology(namespace, LANES), consumers);
    await database.drop();
  }
};

/** Both the memory of ids and the outbox must hold each of them. */
const missing = async (url: string, accepted: number): Promise<number> => {
  const [known, told] = await Promise.all(
    ['accepted_events', 'outbox'].map(async (table) =>
      Number(await ask(url, `select count(*) from pipeline.${table}`)),
    ),
  );
  return accepted - Math.min(known ?? 0, told ?? 0);
};

const SIZE = 100;

const apiAlone = (): Promise<readonly Finding[]> =>
  withProgram(['api'], async (scene) => {
    const { posters } = scene;
    for (const size of [SIZE, 1]) await posters.post(size, WARMING_MS);
    const batches: number[] = [];
    const singles: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      batches.push(await posters.post(SIZE, ROUND_MS));
      singles.push(await posters.post(1, ROUND_MS / 2));
    }
    return [
      {
        what: `accepted and durable, ${SIZE} a request, ${CONNECTIONS} connections, one process (role api)`,
        value: median(batches),
        unit: 'events/s',
        beside: { what: 'one a request', value: median(singles) },
        bar: { least: 5_000 },
      },
      {
        what: `accepted and not in the database, of ${posters.accepted.toLocaleString('en-US')}`,
        value: await scene.missing(),
        unit: '',
        bar: { most: 0 },
        isPromise: true,
      },
    ];
  });

const withTheRest = (what: string, roles: readonly string[]): Promise<Finding> =>
  withProgram(roles, async ({ posters }) => {
    await posters.post(SIZE, WARMING_MS);
    return { what, value: await posters.post(SIZE, ROUND_MS), unit: 'events/s' };
  });

await bench(async () => ({
  title: 'Accepting order events over HTTP',
  findings: [
    ...(await apiAlone()),
    await withTheRest('the same, while a second process works on what was accepted', ['api', 'worker,relay,scheduler']),
    await withTheRest('the same, one process that does everything', ['all']),
  ],
}));
