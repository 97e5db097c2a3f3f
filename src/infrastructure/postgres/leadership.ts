/**
 * One leader for a name, across all processes: a session advisory lock on a connection that does nothing else. When
 * the process dies the server frees the lock; when the connection dies the work is told to stop.
 *
 * When the network between them dies silently, neither hears of it. The leader asks now and then, and stops when no
 * answer comes; the server ends a session that asks nothing, a little later, so that the next one never leads too early:
 *
 *     last answer ─ 2 s ─▶ asks ─ 5 s ─▶ stops ─ 3 s ─▶ the server frees the lock
 */
import pg from 'pg';
import { pause } from '../pause.ts';

const LOCK_SPACE = 727_401;
const HEARTBEAT_MS = 2_000;
const TIMEOUT_MS = 5_000;
const SILENCE_MS = HEARTBEAT_MS + TIMEOUT_MS + 3_000;
const RETRY_MS = 500;

/** A connection that asks one question at a time, and says when it is lost. */
class Session {
  readonly lost = new AbortController();
  private readonly client: pg.Client;
  private readonly heartbeat: NodeJS.Timeout;
  private last: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.client = new pg.Client({
      connectionString: url,
      application_name: 'tributary:leadership',
      options: `-c idle_session_timeout=${SILENCE_MS}`,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
    });
    this.client.on('error', () => void this.end());
    this.client.on('end', () => void this.end());
    this.heartbeat = setInterval(() => {
      this.ask('select true as taken', []).catch(() => this.end());
    }, HEARTBEAT_MS);
  }

  async open(): Promise<this> {
    try {
      await this.client.connect();
      return this;
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  ask(sql: string, values: readonly unknown[]): Promise<boolean> {
    const answer = this.last.then(async () => {
      const { rows } = await this.client.query<{ taken: boolean }>(sql, [...values]);
      return rows[0]?.taken === true;
    });
    this.last = answer.catch(() => undefined); // whoever asked hears of it
    return answer;
  }

  async end(): Promise<void> {
    if (this.lost.signal.aborted) return;
    clearInterval(this.heartbeat);
    this.lost.abort();
    await this.client.end().catch(() => undefined); // gone is what we wanted
  }
}

export class Leadership {
  private session: Promise<Session> | undefined;

  constructor(private readonly url: string) {}

  /**
   * Leads whenever nobody else does, until `stop`: `work` runs with a signal that aborts at `stop` or when the lead is
   * lost, and must then return. It is started again when the lead is won back.
   */
  async whileLeading(name: string, stop: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    while (!stop.aborted) {
      const session = await this.open().catch(() => undefined); // the database is away; try again below
      if (session !== undefined && (await take(session, name))) {
        try {
          await work(AbortSignal.any([stop, session.lost.signal]));
        } finally {
          await give(session, name);
        }
      }
      await pause(RETRY_MS, stop);
    }
  }

  async close(): Promise<void> {
    const session = await this.session?.catch(() => undefined); // an open that failed needs no closing
    this.session = undefined;
    await session?.end();
  }

  private open(): Promise<Session> {
    if (this.session !== undefined) return this.session;
    const opening = new Session(this.url).open();
    const forget = (): void => {
      if (this.session === opening) this.session = undefined;
    };
    opening.then(({ lost }) => {
      lost.signal.addEventListener('abort', forget);
    }, forget);
    this.session = opening;
    return opening;
  }
}

const take = (session: Session, name: string): Promise<boolean> =>
  session.ask('select pg_try_advisory_lock($1, hashtext($2)) as taken', [LOCK_SPACE, name]).catch(() => false); // a lost session leads nobody; the loop opens a new one

const give = async (session: Session, name: string): Promise<void> => {
  if (session.lost.signal.aborted) return;
  await session.ask('select pg_advisory_unlock($1, hashtext($2)) as taken', [LOCK_SPACE, name]).catch(() => false); // lost with the session
};
