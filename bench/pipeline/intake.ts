/**
 * `POST /v1/events`, 500 events of a registered type a request, validated and durable: beside COPY by psql of the same
 * rows into the same tables, and beside express with class-validator and unnest; without duplicates and with fifty in
 * every batch. All take turns, each on empty tables.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asOwner, ask } from '../support/database.ts';
import { type Finding, median, type Report } from '../support/finding.ts';
import type { LoadGenerator } from '../support/load.ts';
import { NODE_OPTIONS } from '../support/program.ts';
import { cpuUsOf } from '../support/usage.ts';
import { pageViews } from './events.ts';
import { findPsql, RawCopy } from './raw-copy.ts';
import { type Counts, PER_REQUEST, Poster, type World } from './world.ts';

const WARMING_MS = 1_500;
const DUPLICATES = PER_REQUEST / 10;
const title = 'Batches of events, validated and durable';

export interface Lengths {
  readonly rounds: number;
  readonly roundMs: number;
}

interface Figures {
  readonly ours: number[];
  readonly raw: number[];
  readonly repeating: number[];
  readonly peers: number[];
  /** Processor time of the process that answers, an event. */
  readonly oursUs: number[];
  readonly peersUs: number[];
  accepted: number;
  stored: number;
}

class Turns {
  readonly figures: Figures = {
    ours: [],
    raw: [],
    repeating: [],
    peers: [],
    oursUs: [],
    peersUs: [],
    accepted: 0,
    stored: 0,
  };

  constructor(
    private readonly world: World,
    private readonly peer: Peer,
    private readonly rows: RawCopy,
    private readonly ms: number,
  ) {}

  async take(): Promise<void> {
    const { figures } = this;
    await this.rows.clear();
    const before = cpuUsOf(this.world.pid);
    const { perSecond, accepted } = await this.ours();
    figures.oursUs.push((cpuUsOf(this.world.pid) - before) / accepted);
    figures.ours.push(perSecond);
    figures.raw.push(accepted / (await this.rows.again()));
    await this.rows.clear();
    figures.repeating.push((await this.ours({ duplicates: DUPLICATES })).perSecond);
    figures.peers.push((await this.peers()).perSecond);
  }

  /** Held against what is in the outbox afterwards: each accepted event once. */
  private async ours(more: { readonly duplicates?: number } = {}): Promise<Counts> {
    const { poster, programId, database } = this.world;
    const counts = await poster.post(pageViews(programId, PER_REQUEST), PER_REQUEST, {
      shape: { kind: 'closed', ms: this.ms },
      ...more,
    });
    this.figures.accepted += counts.accepted;
    this.figures.stored += Number(await ask(database.url, 'select count(*) from pipeline.outbox'));
    return counts;
  }

  private async peers(): Promise<Counts> {
    await asOwner(this.world.database.url, ['truncate peer.events', 'checkpoint']);
    const body = pageViews(this.world.programId, PER_REQUEST);
    const before = cpuUsOf(this.peer.pid);
    const counts = await this.peer.poster.post(body, PER_REQUEST, { shape: { kind: 'closed', ms: this.ms } });
    const { accepted, outcome } = counts;
    this.figures.peersUs.push((cpuUsOf(this.peer.pid) - before) / accepted);
    if (accepted !== outcome.answered * PER_REQUEST) throw new Error('the peer did not accept what it was sent');
    return counts;
  }
}

interface Peer {
  readonly poster: Poster;
  readonly pid: number;
}

const withPeer = async <Result>(
  databaseUrl: string,
  generator: LoadGenerator,
  work: (peer: Peer) => Promise<Result>,
): Promise<Result> => {
  const child = fork(fileURLToPath(new URL('../support/batch-peer-in-a-process.ts', import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production' },
    // The nursery that ours has: batches in flight outlive a small one here as there.
    execArgv: [...process.execArgv, ...NODE_OPTIONS],
  });
  try {
    child.send(databaseUrl);
    const [port] = (await once(child, 'message')) as [number];
    return await work({ poster: new Poster(generator, `http://127.0.0.1:${port}`), pid: child.pid ?? 0 });
  } finally {
    child.kill();
  }
};

export const intake = async (
  world: World,
  generator: LoadGenerator,
  folder: string,
  { rounds, roundMs }: Lengths,
): Promise<Report> => {
  const psql = findPsql();
  if (psql === undefined) return { title, skipped: 'there is no psql here to copy with', findings: [] };
  const { url } = world.database;
  return withPeer(url, generator, async (peer) => {
    const rows = await RawCopy.from(psql, url, join(folder, 'rows'));
    for (const each of [world.poster, peer.poster])
      await each.post(pageViews(world.programId, PER_REQUEST), PER_REQUEST, {
        shape: { kind: 'closed', ms: WARMING_MS },
      });
    const turns = new Turns(world, peer, rows, roundMs);
    for (let round = 0; round < rounds; round += 1) await turns.take();
    await rows.clear();
    return { title, findings: findingsOf(turns.figures) };
  });
};

const findingsOf = (figures: Figures): readonly Finding[] => {
  const { ours, raw, repeating, peers, accepted, stored } = figures;
  const unit = 'events/s';
  const copied = { what: 'the same rows into the same tables, psql and COPY', value: median(raw) };
  const of = accepted.toLocaleString('en-US');
  const none = { unit: '', bar: { most: 0 }, isPromise: true } as const;
  return [
    {
      what: `accepted and durable, ${PER_REQUEST} a request, one process (role api)`,
      value: median(ours),
      unit,
      beside: copied,
      bar: { ratio: 0.5 },
    },
    {
      what: `new ones accepted, with ${DUPLICATES} duplicates in every batch`,
      value: median(repeating),
      unit,
      beside: copied,
      bar: { ratio: 0.4 },
    },
    {
      what: 'accepted and durable',
      value: median(ours),
      unit,
      beside: { what: 'express, class-validator, one insert with unnest a batch', value: median(peers) },
      bar: { ratio: 3.5 },
    },
    {
      what: 'processor time of the process that answers, an event',
      value: median(figures.oursUs),
      unit: 'µs',
      beside: { what: 'express, class-validator, one insert with unnest a batch', value: median(figures.peersUs) },
    },
    { ...none, what: `accepted and not in the database, of ${of}`, value: Math.max(0, accepted - stored) },
    { ...none, what: `in the database, and never accepted or twice, of ${of}`, value: Math.max(0, stored - accepted) },
  ];
};
