/**
 * PostgreSQL is stopped under load: visitors are sent on as before, and when it is back, every click of theirs is
 * stored, once. Then the same with many clicks, and with the edge killed (SIGKILL) twice: once while the database is
 * away, and once while it brings in what it has kept.
 */
import { join } from 'node:path';
import { compareAnswered, type Comparison, untilStored } from '../support/answered-clicks.ts';
import type { Finding, Report } from '../support/finding.ts';
import type { LoadGenerator, Outcome, Shape } from '../support/load.ts';
import type { OwnPostgres } from '../support/own-postgres.ts';
import type { Program } from '../support/program.ts';
import { startPeer } from '../support/redirect-peer.ts';
import { pauseMs } from '../../test/support/signals.ts';
import { Contender, failedFinding, type Lengths } from './redirects.ts';
import { startEdge, type World } from './world.ts';

const none = { unit: '', bar: { most: 0 }, isPromise: true } as const;

const storedOnce = ({ answered, lost, doubled }: Comparison): readonly Finding[] => {
  const of = answered.toLocaleString('en-US');
  return [
    { ...none, what: `answered and lost, of ${of}`, value: lost },
    { ...none, what: `stored more than once, of ${of}`, value: doubled },
  ];
};

export const databaseAway = async (
  world: World,
  postgres: OwnPostgres,
  generator: LoadGenerator,
  { rounds, roundMs }: Lengths,
): Promise<Report> => {
  const edge = await startEdge(world);
  const peer = await startPeer({ which: 'bare', codes: world.codes, page: world.page, databaseUrl: '' });
  const kept = join(postgres.folder, 'answered-away');
  try {
    const [ours, bare] = [new Contender(generator, edge, world.clicks), new Contender(generator, peer, world.clicks)];
    await bare.warmUp();
    await ours.turn(roundMs, kept);
    ours.perSecond.pop();
    await postgres.stop();
    for (let round = 0; round < rounds; round += 1) {
      await ours.turn(roundMs, kept);
      await bare.turn(roundMs);
    }
    // It comes back in the middle of a turn: nobody notices that either.
    const [, last] = await Promise.all([
      pauseMs(roundMs / 2).then(() => postgres.start()),
      ours.ask({ kind: 'closed', ms: roundMs }, kept),
    ]);
    await untilStored(world.database.url, ours.answered);
    const comparison = await compareAnswered(world.database.url, kept);
    return {
      title: 'Redirects while PostgreSQL is away',
      findings: [
        {
          what: 'redirects with PostgreSQL stopped, one process, 256 connections',
          value: ours.figure,
          unit: 'requests/s',
          beside: { what: 'bare node:http, no database', value: bare.figure },
          bar: { ratio: 0.4 },
        },
        { what: 'p99 while it comes back, closed loop', value: last.latency.p99Ms, unit: 'ms' },
        failedFinding('redirects, from before it stopped until after it was back', ours),
        ...storedOnce(comparison),
      ],
    };
  } finally {
    await postgres.start();
    await edge.stop();
    peer.stop();
  }
};

// ── with the edge killed ──────────────────────────────────────────────────────────────────────────────────────────

const KILLS = 2;
const BEFORE_KILL_MS = 1_000;
const QUIET_MS = 10_000;
/** Of which it brings some in before the database goes away again. */
const REPLAYING_MS = 400;

class Trial {
  answered = 0;
  cut = 0;
  failed = 0;
  fault: string | undefined;

  constructor(
    private readonly world: World,
    private readonly postgres: OwnPostgres,
    private readonly generator: LoadGenerator,
    private edge: Program,
    readonly file: string,
  ) {}

  async takeClicks(answers: number): Promise<void> {
    this.count(await this.load({ kind: 'closed', answers }));
  }

  /** Kills it under load; the database comes, so that it can start, and is taken away while it still brings in clicks. */
  async killAndStartAnew(): Promise<void> {
    const running = this.load({ kind: 'closed', ms: 60_000 });
    await pauseMs(BEFORE_KILL_MS);
    await this.edge.kill();
    this.generator.cutShort();
    this.count(await running);
    await this.postgres.start();
    this.edge = await startEdge(this.world, Number(new URL(this.edge.url).port));
    await pauseMs(REPLAYING_MS);
    await this.postgres.stop();
  }

  stop(): Promise<void> {
    return this.edge.stop();
  }

  private load(shape: Shape): Promise<Outcome> {
    const keep = { mark: this.world.clicks.mustHold ?? '', file: this.file };
    return this.generator.run({ ...this.world.clicks, url: this.edge.url, shape, keep, survives: true });
  }

  private count({ answered, cut, failed, fault }: Outcome): void {
    this.answered += answered;
    this.cut += cut;
    this.failed += failed;
    this.fault ??= fault;
  }
}

export const killedWhileAway = async (
  world: World,
  postgres: OwnPostgres,
  generator: LoadGenerator,
  clicks: number,
): Promise<Report> => {
  const edge = await startEdge(world);
  const trial = new Trial(world, postgres, generator, edge, join(postgres.folder, 'answered-killed'));
  const share = Math.floor(clicks / (KILLS + 1));
  try {
    await trial.takeClicks(1_000); // it knows its links now
    await postgres.stop();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await trial.takeClicks(share);
      await trial.killAndStartAnew();
    }
    await trial.takeClicks(Math.max(1_000, clicks - trial.answered));
    await postgres.start();
    const started = performance.now();
    // Those that were cut off may be stored as well, or not: the last one has come when nothing moves any more.
    const quietMs = await untilStored(world.database.url, trial.answered + trial.cut, QUIET_MS);
    const replaySeconds = (performance.now() - started - quietMs) / 1_000;
    const comparison = await compareAnswered(world.database.url, trial.file);
    if (trial.fault !== undefined) console.log(`the first of ${trial.failed} failures: ${trial.fault}`);
    return {
      title: 'Killed twice while PostgreSQL is away',
      findings: [
        { what: 'clicks taken while PostgreSQL was away', value: trial.answered, unit: '', bar: { least: clicks } },
        { ...none, what: 'failed, other than those under way when it was killed', value: trial.failed },
        ...storedOnce(comparison),
        {
          what: 'stored, and cut off before the visitor was told',
          value: comparison.untold,
          unit: '',
          bar: { most: trial.cut },
          isPromise: true,
        },
        { what: 'from the return of PostgreSQL until all is stored', value: replaySeconds, unit: 's' },
      ],
    };
  } finally {
    await postgres.start();
    await trial.stop();
  }
};
