/**
 * Whether stored clicks make new ones slower: two databases on one server, one with a million, one with many more, each
 * with an edge of its own, taking turns. The clicks are spread over 400 days, four to a visitor, and the look-ups ask
 * for visitors and clicks of any age.
 */
import { type Database, openDatabase, rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { PostgresTouchpoints } from '../../src/modules/attribution/adapters/postgres/postgres-touchpoints.ts';
import type { OrderTouches } from '../../src/modules/attribution/domain/deciding/journey.ts';
import { derivedId, fromUuid, type Id, toUuid } from '../../src/shared/ids.ts';
import { instantAt } from '../../src/shared/instant.ts';
import { asOwner } from '../support/database.ts';
import { type Finding, median, type Report } from '../support/finding.ts';
import { Histogram } from '../support/histogram.ts';
import type { LoadGenerator } from '../support/load.ts';
import { Contender, failedFinding, type Lengths } from './redirects.ts';
import { startEdge, type World } from './world.ts';

const FEW = 1_000_000;
const PER_VISITOR = 4;
const DAYS = 400;
const VISITORS_A_SECOND = 2_000;
const LOOK_UPS = 2_000;
/** Of the clicks, to look for. */
const SAMPLE = 20_000;

/** A UUIDv7 of the moment, and of the number: the same number is the same click in every database. */
const CLICK = `(lpad(to_hex((extract(epoch from occurred_at) * 1000)::bigint), 12, '0') || '7' ||
  substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid`;

const fill = (programUuid: string, partnerUuid: string, count: number): string => `
  insert into attribution.touchpoints
    (click_id, program_id, link_code, partner_id, occurred_at, recorded_at, live, visitor_id, user_agent, referrer)
  select ${CLICK}, '${programUuid}', 'link-' || n % 5000, '${partnerUuid}', occurred_at, occurred_at, true,
    'vis-' || n % ${Math.ceil(count / PER_VISITOR)},
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36',
    'https://blog-' || n % 100 || '.example/a-review'
  from (
    select n, date_trunc('milliseconds', now() - interval '${DAYS} days' + (n::float8 / ${count}) * interval '${DAYS} days')
      as occurred_at
    from generate_series(1, ${count}) as n
  ) as click`;

/** Indexes are made anew behind the filling; row by row they would take an hour. */
const store = async ({ database, programId, partnerIds }: World, count: number): Promise<void> => {
  const [partnerId] = partnerIds;
  if (partnerId === undefined) throw new Error('a world has partners');
  const statement = fill(toUuid(programId), toUuid(partnerId), count);
  await asOwner(database.url, [
    `create schema bench;
     create table bench.indexes as
       select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
       from pg_index where indrelid = 'attribution.touchpoints'::regclass and not indisprimary`,
    `do $$ declare each record; begin
       for each in select name from bench.indexes loop execute 'drop index ' || each.name; end loop;
     end $$`,
    statement,
    `set maintenance_work_mem = '1GB'`,
    `do $$ declare each record; begin
       for each in select definition from bench.indexes loop execute each.definition; end loop;
     end $$`,
    'vacuum analyze attribution.touchpoints',
    'checkpoint',
  ]);
};

interface Stored {
  readonly click_id: string;
  readonly visitor_id: string;
}

/** As a worker asks when an order comes in: by the click it names, and by its visitor. */
class LookUps {
  readonly p99Ms: number[] = [];
  private asked = 0;

  private constructor(
    private readonly database: Database,
    private readonly programId: Id<'prg'>,
    private readonly known: readonly Stored[],
  ) {}

  static async on({ database: { url }, programId }: World, count: number): Promise<LookUps> {
    const options = { schema: 'attribution', role: 'mod_attribution', poolSize: 1, timeoutMs: 60_000 };
    const database = openDatabase({ url, ...options });
    const percent = Math.min(100, (100 * SAMPLE) / count);
    const known = await rowsOf<Stored>(
      database.knex,
      `select click_id, visitor_id from attribution.touchpoints tablesample bernoulli (${percent})`,
    );
    return new LookUps(database, programId, known);
  }

  async turn(): Promise<void> {
    const touchpoints = new PostgresTouchpoints(this.database.knex);
    const histogram = new Histogram();
    for (let n = 0; n < LOOK_UPS; n += 1) {
      const order = this.order();
      const started = performance.now();
      const found = await touchpoints.candidates([order]);
      histogram.add((performance.now() - started) * 1_000);
      if ((found.get(order.orderId)?.length ?? 0) < 2) throw new Error('a look-up must find a click and a visitor');
    }
    this.p99Ms.push(histogram.percentile(99) / 1_000);
  }

  close(): Promise<void> {
    return this.database.knex.destroy();
  }

  /** It names a click, and another one's visitor; of any age. */
  private order(): OrderTouches {
    this.asked += 1;
    const [own, other] = [this.asked * 7, this.asked * 31 + 1].map((n) => this.known[n % this.known.length]);
    if (own === undefined || other === undefined) throw new Error('nothing is stored');
    return {
      orderId: derivedId('ord', 'growth', String(this.asked)),
      programId: this.programId,
      clickId: fromUuid('clk', own.click_id),
      visitorId: other.visitor_id,
      placedAt: instantAt(Date.now()),
    };
  }
}

interface Side {
  readonly redirects: Contender;
  readonly p99Ms: number[];
  readonly lookUps: LookUps;
  close(): Promise<void>;
}

const sideOf = async (world: World, count: number, generator: LoadGenerator): Promise<Side> => {
  const edge = await startEdge(world);
  const lookUps = await LookUps.on(world, count);
  return {
    redirects: new Contender(generator, edge, world.clicks),
    p99Ms: [],
    lookUps,
    close: async () => {
      await Promise.all([edge.stop(), lookUps.close()]);
    },
  };
};

export const growth = async (
  worlds: readonly [World, World],
  many: number,
  generator: LoadGenerator,
  { rounds, roundMs }: Lengths,
): Promise<Report> => {
  const few = Math.min(FEW, Math.floor(many / 2));
  const started = performance.now();
  for (const [world, count] of [[worlds[0], few] as const, [worlds[1], many] as const]) await store(world, count);
  console.log(
    `${many.toLocaleString('en-US')} clicks stored in ${Math.round((performance.now() - started) / 1_000)} s`,
  );
  const small = await sideOf(worlds[0], few, generator);
  const large = await sideOf(worlds[1], many, generator);
  try {
    for (const { redirects, lookUps } of [small, large]) {
      await redirects.warmUp();
      await lookUps.turn();
      lookUps.p99Ms.pop();
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { redirects, p99Ms, lookUps } of [small, large]) {
        const { latency } = await redirects.ask({ kind: 'open', perSecond: VISITORS_A_SECOND, ms: roundMs });
        p99Ms.push(latency.p99Ms);
        await lookUps.turn();
      }
    }
    return report(small, large, few, many);
  } finally {
    await Promise.all([small.close(), large.close()]);
  }
};

const report = (small: Side, large: Side, few: number, many: number): Report => {
  const [lessText, moreText] = [few, many].map((count) => `${count.toLocaleString('en-US')} clicks stored`);
  const beside = (what: string, pick: (side: Side) => readonly number[]): Finding => ({
    what: `p99 of ${what}, ${moreText}`,
    value: median(pick(large)),
    unit: 'ms',
    beside: { what: lessText ?? '', value: median(pick(small)) },
    bar: { mostRatio: 1.5 },
  });
  return {
    title: 'With many clicks stored',
    findings: [
      beside(`a redirect at ${VISITORS_A_SECOND.toLocaleString('en-US')} visitors/s`, ({ p99Ms }) => p99Ms),
      beside('an attribution look-up', ({ lookUps }) => lookUps.p99Ms),
      failedFinding('redirects', large.redirects),
    ],
  };
};
