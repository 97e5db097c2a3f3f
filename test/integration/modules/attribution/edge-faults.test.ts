/**
 * The tracking edge in a process of its own, with its database killed and itself killed: visitors are sent on, and of
 * every click that was answered there is one touchpoint, once everything is back.
 */
import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modules } from '../../../../src/app.ts';
import { migrate } from '../../../../src/cli/migrate.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { bareClickId } from '../../../../src/shared/click-id.ts';
import { type Id, toUuid } from '../../../../src/shared/ids.ts';
import { databaseAt, type TestDatabase } from '../../../support/database.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { withProgram } from '../../../support/process.ts';
import { startApp } from '../../../support/running-app.ts';
import { type OwnPostgres, startOwnPostgres } from '../../../support/services/postgres.ts';
import { answers } from '../../../support/services/ready.ts';
import { type Environment, settled, Shop, startProgram } from '../../../support/shop.ts';
import { eventually, pauseMs } from '../../../support/signals.ts';

const VISITORS = 8;
/** While nobody answers, visitors leave the processor to what is starting. */
const BETWEEN_CLICKS_MS = 20;

describe('the tracking edge', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const start = withProgram();
  let postgres: OwnPostgres;
  let database: TestDatabase;
  let shop: Shop;
  let journals: string;

  before(async () => {
    postgres = await startOwnPostgres(folder.path);
    await migrate(postgres.url, undefined, () => undefined);
    database = databaseAt(postgres.url);
    shop = await Shop.open(database);
  });
  after(async () => {
    await database.drop();
    await postgres.stop();
    folder.remove();
  });
  beforeEach(() => {
    journals = mkdtempSync(join(tmpdir(), 'tributary-edge-'));
  });
  afterEach(() => {
    rmSync(journals, { recursive: true, force: true });
  });

  const isUp = (): Promise<boolean> => answers(Number(new URL(postgres.url).port));
  const edge = (more: Environment = {}) =>
    startProgram(start, shop.environment(database, { ROLE: 'tracking', JOURNAL_DIR: journals, ...more }));

  /** Clicks until it is told to stop; what was answered, and what was answered badly. */
  const visit = (url: () => string) => {
    const clicks: Id<'clk'>[] = [];
    const refusals: number[] = [];
    let going = true;
    const visitors = Array.from({ length: VISITORS }, async () => {
      while (going) {
        await pauseMs(BETWEEN_CLICKS_MS);
        const answer = await fetch(`${url()}/r/lena?sub1=a`, { redirect: 'manual' }).catch(() => undefined);
        if (answer === undefined) continue; // nobody was told anything
        const clickId = bareClickId(new URL(answer.headers.get('location') ?? 'x:').searchParams.get('click_id') ?? '');
        if (clickId === undefined) refusals.push(answer.status);
        else clicks.push(clickId);
      }
    });
    const stop = async (): Promise<void> => {
      going = false;
      await Promise.all(visitors);
    };
    const more = (count: number): Promise<void> => {
      const wanted = clicks.length + count;
      return eventually(`${count} more clicks`, () => clicks.length >= wanted);
    };
    return { clicks, refusals, stop, more };
  };

  /** Whoever comes next finds what the journal holds, and counts each click that was answered, once. */
  const expectKept = async (clicks: readonly Id<'clk'>[]): Promise<void> => {
    const next = await startApp(database, modules, shop.environment(database, { JOURNAL_DIR: journals }));
    const count = async (): Promise<readonly [number, number]> => {
      await settled(next.app);
      const [row] = await rowsOf<{ kept: bigint; told: bigint }>(
        database.owner.knex,
        `select (select count(*) from attribution.touchpoints where click_id = any(:uuids::uuid[])) as kept,
                (select count(*) from attribution.outbox
                 where type = 'attribution.click_recorded' and aggregate = any(:ids::text[])) as told`,
        { uuids: clicks.map(toUuid), ids: [...clicks] },
      );
      return [Number(row?.kept), Number(row?.told)];
    };
    try {
      await eventually('the journal is empty', () => readdirSync(journals, { recursive: true }).every(isNoSegment));
      expect(await count()).to.deep.equal([clicks.length, clicks.length]);
    } finally {
      await next.stop();
    }
  };

  it('goes on while PostgreSQL is killed and comes back: each click once', async () => {
    const { url } = await edge();
    const load = visit(() => url);
    await load.more(200);
    await postgres.kill();
    await load.more(200);
    await postgres.restart();
    await load.more(200);
    await load.stop();

    expect(load.refusals).to.deep.equal([]);
    await expectKept(load.clicks);
  });

  it('goes on while PostgreSQL hangs: visitors do not, and each click is kept once', async () => {
    const { url } = await edge();
    const load = visit(() => url);
    await load.more(100);
    postgres.hang();
    const since = performance.now();
    await load.more(100);
    const waited = performance.now() - since;
    const ready = await fetch(`${url}/readyz`);
    postgres.resume();
    await load.more(100);
    await load.stop();

    expect(load.refusals).to.deep.equal([]);
    expect(waited).to.be.below(10_000);
    expect(ready.status).to.equal(200);
    await expectKept(load.clicks);
  });

  it('is killed and started again while PostgreSQL is away, and knows its links and its clicks', async () => {
    let program = await edge();
    const load = visit(() => program.url);
    await load.more(100);
    program.signal('SIGTERM'); // an orderly end leaves a copy of the links
    await program.ends();
    program = await edge();
    await load.more(50);
    await postgres.kill();
    const ready: number[] = [];
    for (let time = 0; time < 2; time += 1) {
      await load.more(100);
      ready.push((await fetch(`${program.url}/readyz`)).status);
      program.signal('SIGKILL');
      await program.ends();
      program = await edge();
    }
    await load.more(100);
    await load.stop();
    program.signal('SIGKILL');
    await program.ends();
    await postgres.restart();

    expect(load.refusals).to.deep.equal([]);
    // Whoever spreads visitors over processes must not take it for one that cannot serve.
    expect(ready).to.deep.equal([200, 200]);
    await expectKept(load.clicks);
  });

  for (const point of ['journal.written', 'journal.synced', 'journal.handled', 'journal.removed'])
    it(`dies at ${point}: what was answered is kept once`, async () => {
      let program = await edge({ FAULT: `${point}:2` });
      const load = visit(() => program.url);
      await load.more(50);
      await postgres.kill();
      if (point.startsWith('journal.h') || point === 'journal.removed') {
        await load.more(50);
        await postgres.restart();
      }
      await program.ends();
      if (!(await isUp())) await postgres.restart();
      program = await edge();
      await load.more(50);
      await load.stop();

      expect(load.refusals).to.deep.equal([]);
      await expectKept(load.clicks);
    });
});

const isNoSegment = (name: string | Buffer): boolean => !String(name).endsWith('.journal');
