/**
 * How many redirects one process answers after the click is committed: ours beside bare node:http, and beside express
 * with an insert a click, taking turns at 256 connections; then how long visitors wait when a fixed number of them comes
 * every second, whatever the edge does.
 */
import { storedClicks, untilStored } from '../support/answered-clicks.ts';
import { type Finding, median, type Report } from '../support/finding.ts';
import type { LoadGenerator, Outcome, Shape } from '../support/load.ts';
import { startPeer } from '../support/redirect-peer.ts';
import { cpuUsOf } from '../support/usage.ts';
import { startEdge, type World } from './world.ts';

const WARMING_MS = 1_500;
const BARS_OF_OPEN_LOOP = [
  { perSecond: 5_000, p99Ms: 8 },
  { perSecond: 10_000, p99Ms: 10 },
];

interface Server {
  readonly url: string;
  readonly pid: number;
}

/** A server's turns, added up. */
export class Contender {
  readonly perSecond: number[] = [];
  readonly serverUs: number[] = [];
  readonly generatorUs: number[] = [];
  answered = 0;
  failed = 0;
  fault: string | undefined;

  constructor(
    private readonly generator: LoadGenerator,
    private readonly server: Server,
    private readonly clicks: World['clicks'],
  ) {}

  /** Not counted among the turns, but among the answers. */
  async warmUp(ms = WARMING_MS): Promise<void> {
    await this.ask({ kind: 'closed', ms });
  }

  async turn(ms: number, keepIn?: string): Promise<void> {
    const before = cpuUsOf(this.server.pid);
    const outcome = await this.ask({ kind: 'closed', ms }, keepIn);
    this.perSecond.push(outcome.perSecond);
    this.serverUs.push((cpuUsOf(this.server.pid) - before) / Math.max(1, outcome.answered));
    this.generatorUs.push(outcome.cpuUs);
  }

  async ask(shape: Shape, keepIn?: string): Promise<Outcome> {
    const outcome = await this.generator.run({
      ...this.clicks,
      url: this.server.url,
      shape,
      ...(keepIn !== undefined && { keep: { mark: this.clicks.mustHold ?? '', file: keepIn } }),
    });
    this.answered += outcome.answered;
    this.failed += outcome.failed;
    this.fault ??= outcome.fault;
    return outcome;
  }

  get figure(): number {
    return median(this.perSecond);
  }
}

export interface Lengths {
  readonly rounds: number;
  readonly roundMs: number;
}

export const failedFinding = (what: string, { failed, answered, fault }: Contender): Finding => {
  if (fault !== undefined) console.log(`the first of ${failed} failures: ${fault}`);
  return {
    what: `failed ${what}, of ${(answered + failed).toLocaleString('en-US')}`,
    value: failed,
    unit: '',
    bar: { most: 0 },
    isPromise: true,
  };
};

export const redirects = async (world: World, generator: LoadGenerator, lengths: Lengths): Promise<Report> => {
  const order = { codes: world.codes, page: world.page, databaseUrl: world.database.url };
  const edge = await startEdge(world);
  const [first, second] = [
    await startPeer({ ...order, which: 'bare' }),
    await startPeer({ ...order, which: 'express' }),
  ];
  try {
    const ours = new Contender(generator, edge, world.clicks);
    const bare = new Contender(generator, first, world.clicks);
    const express = new Contender(generator, second, world.clicks);
    await takeTurns([ours, bare, express], lengths);
    mustBeRight(bare);
    mustBeRight(express);
    return {
      title: 'Redirects, durable when they are answered',
      findings: [
        ...throughput(ours, bare, express),
        ...(await openLoop(ours, lengths)),
        failedFinding('redirects', ours),
        await missing(world, ours),
      ],
    };
  } finally {
    await edge.stop();
    first.stop();
    second.stop();
  }
};

const takeTurns = async (contenders: readonly Contender[], { rounds, roundMs }: Lengths): Promise<void> => {
  for (const each of contenders) await each.warmUp();
  for (let round = 0; round < rounds; round += 1) for (const each of contenders) await each.turn(roundMs);
};

/** What we are held against must do its work. */
const mustBeRight = ({ failed, fault }: Contender): void => {
  if (failed > 0) throw new Error(`a peer failed ${failed} times; the first: ${fault}`);
};

const missing = async ({ database }: World, { answered }: Contender): Promise<Finding> => {
  await untilStored(database.url, answered);
  return {
    what: `answered and not in the database, of ${answered.toLocaleString('en-US')}`,
    value: Math.max(0, answered - (await storedClicks(database.url))),
    unit: '',
    bar: { most: 0 },
    isPromise: true,
  };
};

const throughput = (ours: Contender, bare: Contender, express: Contender): readonly Finding[] => {
  const onBare = { what: 'bare node:http, no database', value: bare.figure };
  return [
    {
      what: 'redirects after the commit, one process (role tracking), 256 connections',
      value: ours.figure,
      unit: 'requests/s',
      beside: onBare,
      bar: { ratio: 0.4 },
    },
    {
      what: 'the same',
      value: ours.figure,
      unit: 'requests/s',
      beside: { what: 'express, one knex insert a click', value: express.figure },
      bar: { ratio: 7 },
    },
    {
      what: 'processor time of the edge, a redirect',
      value: median(ours.serverUs),
      unit: 'µs',
      beside: { what: onBare.what, value: median(bare.serverUs) },
    },
    {
      what: 'processor time of the load generator, a redirect of ours',
      value: median(ours.generatorUs),
      unit: 'µs',
      beside: { what: 'of the bare one', value: median(bare.generatorUs) },
    },
  ];
};

/** The middle one of the rounds' p99s. */
const openLoop = async (ours: Contender, { rounds, roundMs }: Lengths): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const { perSecond, p99Ms } of BARS_OF_OPEN_LOOP) {
    const outcomes: Outcome[] = [];
    for (let round = 0; round < rounds; round += 1)
      outcomes.push(await ours.ask({ kind: 'open', perSecond, ms: roundMs }));
    const at = `at ${perSecond.toLocaleString('en-US')} visitors/s, open loop`;
    const middle = (pick: (outcome: Outcome) => number): number => median(outcomes.map(pick));
    findings.push(
      { what: `p99 ${at}`, value: middle(({ latency }) => latency.p99Ms), unit: 'ms', bar: { most: p99Ms } },
      { what: `p50 ${at}`, value: middle(({ latency }) => latency.p50Ms), unit: 'ms' },
      { what: `answered ${at}`, value: middle((outcome) => outcome.perSecond), unit: 'requests/s' },
    );
  }
  return findings;
};
