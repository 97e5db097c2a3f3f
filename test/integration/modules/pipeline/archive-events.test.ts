import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { instant } from '../../../../src/shared/instant.ts';
import type { ReplayedRow } from '../../../../src/modules/pipeline/application/replay-archive.ts';
import { isBefore } from '../../../../src/modules/pipeline/domain/event-time-sorter.ts';
import type { ManifestPart } from '../../../../src/modules/pipeline/ports/archive-catalogue.ts';
import { LOGS, OwnArchive, type Said, say } from '../../../support/archive.ts';
import { SeededRandom } from '../../../support/clock.ts';
import { withDatabase } from '../../../support/database.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { rejects } from '../../../support/rejects.ts';

const START = Date.parse('2026-11-21T09:30:00Z');
const at = (ms: number): string => new Date(START + ms).toISOString();
const TYPES = {
  orders: ['orders.order_placed', 'orders.milestone_reached'],
  attribution: ['attribution.click_recorded'],
};

/** `count` events over two hours, each up to `delayMs` late, some of a registered type. */
const traffic = (count: number, delayMs: number, seed = 1): readonly Said[] => {
  const random = new SeededRandom(seed);
  const arriving = Array.from({ length: count }, (_, n) => {
    const ms = Math.floor((n * 7_200_000) / count);
    const log = LOGS[Math.floor(random.fraction() * LOGS.length)] ?? 'orders';
    const types: readonly string[] = log === 'pipeline' ? ['pipeline.event_received'] : TYPES[log];
    const type = types[Math.floor(random.fraction() * types.length)] ?? '';
    const program = ['prg_a', 'prg_b', undefined][n % 3];
    const payload = {
      programId: program,
      n,
      ...(log === 'pipeline' && { eventType: 'robot.sold' }),
      visitorId: `v${n % 5}`,
    };
    return { due: ms + random.fraction() * delayMs, said: { log, type, at: at(ms), payload } };
  });
  return arriving.toSorted((a, b) => a.due - b.due).map(({ said }) => said);
};

describe('the archive', () => {
  const database = withDatabase();
  let folder: ReturnType<typeof temporaryFolder>;
  let own: OwnArchive;

  beforeEach(() => {
    folder = temporaryFolder();
    own = new OwnArchive(database(), folder.path);
  });
  afterEach(() => {
    folder.remove();
  });

  const archived = async (range = {}): Promise<readonly ReplayedRow[]> => {
    const rows: ReplayedRow[] = [];
    for await (const batch of own.replay.rows(range)) rows.push(...batch);
    return rows;
  };
  const told = async (): Promise<readonly string[]> => {
    const perLog = LOGS.map((log) =>
      rowsOf<{ n: string }>(database().owner.knex, `select payload ->> 'n' as n from ${log}.outbox`),
    );
    return (await Promise.all(perLog))
      .flat()
      .map(({ n }) => n)
      .toSorted();
  };
  const numbers = (rows: readonly ReplayedRow[]): readonly string[] =>
    rows.map(({ row }) => String((JSON.parse(row.payload) as { n: number }).n)).toSorted();
  const parts = async (): Promise<readonly ManifestPart[]> => own.catalogue.parts(0, 1_000);

  it('holds every event once, in files of its type and hour, sorted by time', async () => {
    await say(database(), traffic(600, 900));
    await own.finish(own.archiver());

    const rows = await archived();
    expect(numbers(rows)).to.deep.equal(await told());
    for (const [place, { row }] of rows.entries()) {
      const next = rows[place + 1];
      if (next !== undefined) expect(isBefore(row, next.row)).to.equal(true);
    }
    expect(rows.filter(({ row }) => row.late)).to.deep.equal([]);
    const files = await own.catalogue.files({});
    expect(new Set(files.map(({ type }) => type))).to.deep.equal(
      new Set(['orders.order_placed', 'orders.milestone_reached', 'attribution.click_recorded', 'robot.sold']),
    );
    expect(new Set(files.map(({ hour }) => hour))).to.deep.equal(new Set([9, 10, 11]));
    for (const { rows: count, firstAt, lastAt, hour } of files) {
      expect(count).to.be.at.most(65);
      expect([firstAt, lastAt].map((moment) => Number(moment.slice(11, 13)))).to.deep.equal([hour, hour]);
    }
    expect((await own.desk.verify()).findings).to.deep.equal([]);
    expect(await own.cursors(), 'nothing holds up the logs').to.not.include(0n);
    expect((await own.desk.status()).lag).to.deep.equal([]);
  });

  it('brings the envelope back as it was told', async () => {
    const payload = { n: 1, programId: 'prg_a', deep: { list: [1, { b: 'ç€😀' }] }, ip: '192.0.2.1' };
    await say(database(), [{ log: 'orders', type: 'orders.order_placed', at: at(0), payload }]);
    await own.finish(own.archiver());

    const [{ row }] = (await archived()) as [ReplayedRow];
    const [stored] = await rowsOf<Record<string, unknown>>(database().owner.knex, 'select * from orders.outbox');
    expect(row.payload).to.equal('{"n":1,"deep":{"list":[1,{"b":"ç€😀"}]},"programId":"prg_a"}');
    expect([row.eventType, row.version, row.source, row.aggregate, row.partitionKey, row.at, row.late]).to.deep.equal([
      'orders.order_placed',
      1,
      'orders',
      stored?.['aggregate'],
      stored?.['partition_key'],
      START,
      false,
    ]);
    expect(row.aggregateVersion).to.equal(1);
  });

  it('takes what comes too late into a further file of its hour, marked', async () => {
    const archiver = own.archiver();
    await say(database(), traffic(100, 0));
    await own.finish(archiver);
    const before = new Set((await own.catalogue.files({})).map(({ path }) => path));

    const payload = { n: 1_000_000 };
    await say(database(), [{ log: 'orders', type: 'orders.order_placed', at: at(60_000), payload }]);
    await own.finish(archiver);

    const [more, ...others] = (await own.catalogue.files({})).filter(({ path }) => !before.has(path));
    expect(others).to.deep.equal([]);
    expect([more?.type, more?.hour, more?.rows]).to.deep.equal(['orders.order_placed', 9, 1]);
    expect(more?.number).to.be.greaterThan(1);
    const late = (await archived()).filter(({ row }) => row.late);
    expect(numbers(late)).to.deep.equal(['1000000']);
  });

  it('goes on where it was when it starts again, at any moment', async () => {
    const all = traffic(900, 5_000, 3);
    for (let round = 0; round < 12; round += 1) {
      await say(database(), all.slice(round * 75, round * 75 + 75));
      const archiver = own.archiver({ rows: 10 + round });
      for (let steps = 0; steps < 1 + round; steps += 1) await archiver.step();
      own.nowMs += round % 3 === 0 ? 100_000 : 700;
      for (let steps = 0; steps < 1 + (round % 4); steps += 1) await archiver.step();
    }
    await own.finish(own.archiver());

    expect(numbers(await archived())).to.deep.equal(await told());
    expect((await own.desk.verify()).findings).to.deep.equal([]);
  });

  describe('that dies again and again, with events in hand that are long past', () => {
    const moment = (minute: number, n: number): string => at((minute - 30) * 60_000 + 3_600_000 + n);
    const said = (log: Said['log'], type: string, time: string, n: number): Said => ({
      ...{ log, type, at: time },
      payload: { n },
    });
    const sixty = Array.from({ length: 60 }, (_, n) => said('orders', 'orders.order_placed', moment(0, 1_000 + n), n));
    const once = async (): Promise<void> => {
      await own.finish(own.archiver());
      expect(numbers(await archived())).to.deep.equal(await told());
    };

    it('closes no file before all that its last one covers was read again', async () => {
      // Two of the sixty lie ahead of what the other log has come to: they keep the cursor where it was.
      const ahead = sixty.map((each, n) => (n === 1 ? { ...each, at: moment(20, 0) } : each));
      const far = ahead.map((each, n) => (n === 4 ? { ...each, at: moment(30, 0) } : each));
      await say(database(), [...far, said('attribution', 'attribution.click_recorded', moment(5, 0), 100)]);
      const first = own.archiver();
      for (let steps = 0; steps < 6; steps += 1) await first.step();
      expect(await own.catalogue.files({})).to.have.length(1);
      expect((await own.cursors())[0]).to.equal(1n);

      const second = own.archiver({ batch: 10, rows: 1 });
      await second.step();
      own.nowMs += 2_000;
      for (let steps = 0; steps < 2; steps += 1) await second.step();

      await once();
    });

    it('lets a key know for ever how far its files reach', async () => {
      const other = said('orders', 'orders.milestone_reached', moment(0, 500), 100);
      await say(database(), [sixty[0]!, other, ...sixty.slice(1)]);
      const first = own.archiver();
      await own.catchUp(first);
      own.nowMs += 5_000;
      await own.catchUp(first);
      expect((await own.catalogue.files({})).map(({ rows }) => rows)).to.deep.equal([60]);
      expect((await own.cursors())[0]).to.equal(1n);

      await say(database(), [said('orders', 'orders.order_placed', moment(0, 1_030), 200)]);
      const second = own.archiver({ rows: 1 });
      await own.catchUp(second);
      await own.catchUp(second);
      expect((await own.catalogue.files({})).map(({ rows }) => rows)).to.deep.equal([60, 1]);

      await once();
    });
  });

  it('is right when two archive at the same time: the slower one gives way', async () => {
    const [one, other] = [own.archiver({ rows: 10 }), own.archiver({ rows: 15 })];
    const all = traffic(600, 3_000, 4);
    for (let round = 0; round < 8; round += 1) {
      await say(database(), all.slice(round * 75, round * 75 + 75));
      await Promise.all([one.step(), other.step()]);
      own.nowMs += 30_000;
      await Promise.all([one.step(), other.step()]);
    }
    await own.finish(one);
    await own.finish(other);

    expect(numbers(await archived())).to.deep.equal(await told());
  });

  it('tells warehouses in numbered parts, each file once', async () => {
    await say(database(), traffic(300, 500));
    await own.finish(own.archiver());

    const told = await parts();
    expect(told.map(({ number }) => number)).to.deep.equal(told.map((_, place) => place + 1));
    const listed = [];
    for (const { number, content } of told) {
      const stored = await own.store.read(`_manifest/${String(number).padStart(8, '0')}.json`);
      expect(new TextDecoder().decode(stored)).to.equal(content);
      const part = JSON.parse(content) as { part: number; files: { path: string; rows: number; sha256: string }[] };
      expect(part.part).to.equal(number);
      listed.push(...part.files.map(({ path, rows, sha256 }) => ({ path, rows, sha256 })));
    }
    const files = (await own.catalogue.files({})).map(({ path, rows, sha256 }) => ({ path, rows, sha256 }));
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
    expect(listed.toSorted(byPath)).to.deep.equal(files.toSorted(byPath));
  });

  it('keeps counts of every hour, which come out the same, byte by byte, when they are built from its files', async () => {
    await say(database(), traffic(500, 90_000, 5));
    const archiver = own.archiver();
    await own.catchUp(archiver);
    await own.finish(own.archiver());

    const counts = (edition: string) =>
      rowsOf<{ text: string }>(
        database().owner.knex,
        `select (to_jsonb(row) - 'edition')::text as text from pipeline.hourly_counts as row
         where edition = :edition order by hour, type, program_id`,
        { edition },
      );
    const { live, rebuilt, events } = await own.replay.rebuild({});
    expect([events, rebuilt]).to.deep.equal([500, live]);
    expect(await counts('rebuilt')).to.deep.equal(await counts('live'));
    expect((await counts('live')).length).to.be.greaterThan(20);
    const [row] = await rowsOf<{ events: bigint; late: bigint }>(
      database().owner.knex,
      `select sum(events)::bigint as events, sum(late)::bigint as late from pipeline.hourly_counts where edition = 'live'`,
    );
    expect([row?.events, (row?.late ?? 0n) > 0n]).to.deep.equal([500n, true]);
  });

  it('forgets a visitor in what is archived and in what will be, and says so in a further part', async () => {
    const all = traffic(200, 0, 6);
    await say(database(), all.slice(0, 100));
    const archiver = own.archiver();
    await own.finish(archiver);
    const before = await parts();
    const counted = (await own.replay.rebuild({})).rebuilt;

    expect(await own.desk.erase('v2')).to.be.greaterThan(0);
    expect((await own.replay.rebuild({})).rebuilt).to.equal(counted);
    expect(await own.desk.erase('v2'), 'again').to.equal(0);
    await say(database(), all.slice(100));
    await own.finish(archiver);

    const rows = await archived();
    expect(numbers(rows)).to.deep.equal(await told());
    expect(rows.filter(({ row }) => row.payload.includes('"v2"'))).to.deep.equal([]);
    expect(rows.filter(({ row }) => row.payload.includes('"v3"')).length).to.equal(40);
    const replaced = (await parts())
      .slice(before.length)
      .flatMap(({ content }) => (JSON.parse(content) as { replaced: string[] }).replaced);
    expect(replaced.length).to.be.greaterThan(0);
    expect((await own.desk.verify()).findings, 'the old files are gone').to.deep.equal([]);
  });

  it('drops what is old enough, and says so in a further part', async () => {
    await say(database(), traffic(100, 0));
    await own.finish(own.archiver());
    const before = instant('2026-11-21T11:00:00Z');

    await rejects(own.desk.drop(before), 'pipeline.archive_too_recent');
    own.nowMs += 8 * 86_400_000;
    expect(await own.desk.drop(before)).to.be.greaterThan(5);

    expect(new Set((await own.catalogue.files({})).map(({ hour }) => hour))).to.deep.equal(new Set([11]));
    expect((await own.desk.verify()).findings).to.deep.equal([]);
    const last = JSON.parse((await parts()).at(-1)?.content ?? '') as { files: unknown[]; replaced: string[] };
    expect([last.files, last.replaced.every((path) => !path.includes('hour=11'))]).to.deep.equal([[], true]);
  });

  it('takes nothing more into memory while nothing can be written, and goes on when it can', async () => {
    await say(database(), traffic(300, 0));
    const archiver = own.archiver({ rows: 5 });
    const put = own.store.put.bind(own.store);
    own.store.put = () => Promise.reject(new AppError('unavailable', 'pipeline.archive_unreachable', 'away'));
    for (let steps = 0; steps < 40; steps += 1) await archiver.step().catch(() => undefined);
    const [cursor] = await own.cursors();
    expect(cursor).to.equal(0n);
    await rejects(archiver.step(), 'pipeline.archive_unreachable');

    own.store.put = put;
    await own.finish(archiver);

    expect(numbers(await archived())).to.deep.equal(await told());
    expect((await own.desk.verify()).findings).to.deep.equal([]);
  });

  it('finds every damage', async () => {
    await say(database(), traffic(60, 0));
    await own.finish(own.archiver());
    const [first, second, third] = (await own.catalogue.files({})).map(({ path }) => path) as [string, string, string];
    const content = Uint8Array.from(await own.store.read(first));
    content[100] = (content[100] ?? 0) ^ 1;

    await own.store.put(first, content);
    await own.store.put(second, content.subarray(1));
    await own.store.remove(third);
    await own.store.put('type=x/date=2026-01-01/hour=00/orders-00001-0.parquet', content);
    await own.store.remove('_manifest/00000001.json');

    const { findings } = await own.desk.verify();
    expect(findings).to.have.length(5);
    expect(findings.join('\n')).to.match(/another checksum[^]*bytes instead of[^]*is missing[^]*is in no manifest/);
    expect(await own.desk.verifyNewest(1_000)).to.have.length(3);
  });
});
