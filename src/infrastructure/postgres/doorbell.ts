import pg from 'pg';
import { LocalDoorbell } from '../messaging/doorbell.ts';

const CHANNEL = 'tributary';
/** Rings within so many ms become one: NOTIFY takes a lock on the whole cluster when it commits. */
const COALESCE_MS = 10;
const RECONNECT_MS = 1_000;
/** Somebody who only listens would not notice that the network has died. */
const HEARTBEAT_MS = 5_000;

/**
 * Rings in every process that shares the database. Never inside a business transaction, where NOTIFY costs most of
 * the throughput: it is sent afterwards, on a connection of its own, and may be lost.
 */
export class PostgresDoorbell extends LocalDoorbell {
  private client: pg.Client | undefined;
  /** As the server numbers it. */
  private session: number | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private sending: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly unsent = new Set<string>();
  private closed = false;

  constructor(private readonly url: string) {
    super();
  }

  override ring(schema: string): void {
    super.ring(schema);
    this.unsent.add(schema);
    this.sendSoon();
  }

  async start(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'tributary:doorbell',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    client.on('notification', ({ payload = '', processId }) => {
      if (processId === this.session) return; // it rang here when it was rung
      for (const schema of payload.split(',')) super.ring(schema);
    });
    client.on('error', () => {
      this.lose(client);
    });
    client.on('end', () => {
      this.lose(client);
    });
    try {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      this.session = rows[0]?.pid;
      await client.query(`listen ${CHANNEL}`);
      this.client = client;
      this.heartbeat = setInterval(() => void this.ask('select 1'), HEARTBEAT_MS);
    } catch {
      leave(client);
      this.reconnectLater();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnecting);
    clearTimeout(this.sending);
    clearInterval(this.heartbeat);
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined); // gone is what we wanted
  }

  private sendSoon(): void {
    this.sending ??= setTimeout(() => void this.send(), COALESCE_MS);
  }

  /** One at a time: what rings while one is under way goes with the next. */
  private async send(): Promise<void> {
    const payload = [...this.unsent].join(',');
    this.unsent.clear();
    await this.ask('select pg_notify($1, $2)', CHANNEL, payload); // if it is lost, others look by themselves
    this.sending = undefined;
    if (this.unsent.size > 0 && !this.closed) this.sendSoon();
  }

  private async ask(sql: string, ...values: readonly string[]): Promise<void> {
    const { client } = this;
    if (client === undefined) return;
    try {
      await client.query(sql, [...values]);
    } catch {
      this.lose(client); // whatever it was, a new connection helps
    }
  }

  private lose(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    clearInterval(this.heartbeat);
    leave(client);
    this.reconnectLater();
  }

  private reconnectLater(): void {
    if (this.closed) return;
    this.reconnecting = setTimeout(() => void this.start(), RECONNECT_MS);
  }
}

/** Nobody waits for it: the other side may be gone without a word. */
const leave = (client: pg.Client): void => {
  client.end().catch(() => undefined); // gone is what we wanted
};
