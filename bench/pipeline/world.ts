/** A deployment that takes events: its processes, and whoever posts to them. */
import { join } from 'node:path';
import { Topology } from '../../src/infrastructure/rabbit/topology.ts';
import type { Id } from '../../src/shared/ids.ts';
import { cloneDatabase, type TestDatabase } from '../../test/support/database.ts';
import { amqpUrl, newNamespace } from '../../test/support/rabbit.ts';
import { takeAway } from '../support/broker.ts';
import { type LoadGenerator, type Outcome, type Plan, requestText } from '../support/load.ts';
import { asStaff, deployment, LANES, prepare, type Program, SHOP, startProgram } from '../support/program.ts';
import { LOG_LINE, PAGE_VIEW } from './events.ts';

export const PER_REQUEST = 500;
const CONNECTIONS = 8;
/** How long the archive waits for events that come in the wrong order; ours are at most five seconds late. */
export const LATENESS_SECONDS = 6;
const VERDICTS = ['"accepted":', '"duplicate":', '"refused":'] as const;

export interface Counts {
  readonly accepted: number;
  readonly duplicate: number;
  readonly perSecond: number;
  readonly outcome: Outcome;
}

/** Posts batches to one address; serials are used once, whoever posts. */
export class Poster {
  private static serial = 0;

  constructor(
    private readonly generator: LoadGenerator,
    readonly url: string,
    private readonly token = '',
  ) {}

  /** `perSecond`: events accepted, which is more than requests answered. */
  async post(body: string, items: number, plan: Partial<Plan> & Pick<Plan, 'shape'>): Promise<Counts> {
    const headers = { Authorization: `Bearer ${this.token}` };
    const outcome = await this.generator.run({
      url: this.url,
      connections: CONNECTIONS,
      requests: [requestText({ method: 'POST', path: '/v1/events', headers, body })],
      items,
      serial: Poster.serial,
      expected: [202],
      tally: VERDICTS,
      ...plan,
    });
    Poster.serial = Math.max(Poster.serial, outcome.nextSerial);
    if (outcome.failed > 0) throw new Error(`${outcome.failed} batches failed; the first: ${outcome.fault}`);
    const [accepted = 0, duplicate = 0] = VERDICTS.map((verdict) => outcome.tally[verdict]);
    return {
      accepted,
      duplicate,
      perSecond: (outcome.perSecond * accepted) / Math.max(1, outcome.answered),
      outcome,
    };
  }
}

export interface World {
  readonly database: TestDatabase;
  readonly programId: Id<'prg'>;
  readonly poster: Poster;
  readonly token: string;
  /** Of the process with the api role. */
  readonly pid: number;
  /** One process with those roles more. */
  start(roles: string): Promise<Program>;
}

/** The api role alone, at first; `folder` is for the archive. */
export const withWorld = async <Result>(
  folder: string,
  generator: LoadGenerator,
  work: (world: World) => Promise<Result>,
): Promise<Result> => {
  const database = await cloneDatabase();
  const namespace = newNamespace();
  const environment = {
    ...deployment(database.url, amqpUrl(), namespace),
    ARCHIVE_TO: join(folder, `archive-${database.name}`),
    ARCHIVE_LATENESS_SECONDS: String(LATENESS_SECONDS),
    ARCHIVE_FLUSH_SECONDS: '1',
  };
  const { token, consumers } = await prepare(environment);
  const programs: Program[] = [];
  const start = async (roles: string): Promise<Program> => {
    const program = await startProgram(environment, roles);
    programs.push(program);
    return program;
  };
  try {
    const { url, pid } = await start('api');
    const say = asStaff(url, token);
    const { id: programId } = await say<{ id: Id<'prg'> }>('/v1/programs', SHOP);
    for (const type of [PAGE_VIEW, LOG_LINE]) await say('/v1/event-types', type);
    return await work({ database, programId, poster: new Poster(generator, url, token), token, pid, start });
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    await takeAway(new Topology(namespace, LANES), consumers);
    await database.drop();
  }
};
