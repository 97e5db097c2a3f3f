import pg from 'pg';
import { LocalDoorbell } from '../messaging/doorbell.ts';

const CHANNEL = 'tributary';
/** Rings within so many ms become one: NOTIFY takes a lock on the whole cluster when it commits. */
const COALESCE_MS = 10;
const RECONNECT_MS = 1_000;

/**
 * Rings in every process that shares the database. Never inside a business transaction, where NOTIFY costs most of
 * the throughput: it is sent afterwards, on a connection of its own, and may be lost.
 */
export class PostgresDoorbell extends LocalDoorbell {
  private client: pg.Client | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private sending: NodeJS.Timeout | undefined;
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
    client.on('notification', ({ payload = '' }) => {
      for (const schema of payload.split(',')) super.ring(schema);
    });
    const lost = (): void => {
      if (this.client !== client) return;
      this.client = undefined;
      this.reconnectLater();
    };
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.client = client;
    } catch {
      await client.end().catch(() => undefined); // it never began
      this.reconnectLater();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnecting);
    clearTimeout(this.sending);
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
    await this.client?.query('select pg_notify($1, $2)', [CHANNEL, payload]).catch(() => undefined); // others look by themselves
    this.sending = undefined;
    if (this.unsent.size > 0 && !this.closed) this.sendSoon();
  }

  private reconnectLater(): void {
    if (this.closed) return;
    this.reconnecting = setTimeout(() => void this.start(), RECONNECT_MS);
  }
}
