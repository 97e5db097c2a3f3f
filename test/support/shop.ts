/**
 * A shop that has opened: the whole program's database with a program, its terms, a partner and a click in it, to be
 * copied for each test; and the program itself in processes of its own, which a test may kill.
 */
import { randomBytes } from 'node:crypto';
import { modules } from '../../src/app.ts';
import type { App } from '../../src/infrastructure/compose.ts';
import { rowsOf } from '../../src/infrastructure/postgres/database.ts';
import { idOf } from './clock.ts';
import { cloneDatabase, copyOf, type TestDatabase } from './database.ts';
import type { OwnProcess, StartOptions } from './process.ts';
import { startApp } from './running-app.ts';
import { eventually } from './signals.ts';

export type Environment = Readonly<Record<string, string>>;

const BRL = (minor: string) => ({ minor, currency: 'BRL' });
const HOUR = 3_600_000;
const CLICK = idOf('clk', 1);

export class Shop {
  private constructor(
    private readonly origin: TestDatabase,
    private readonly masterKey: string,
    readonly token: string,
    readonly programId: string,
    private readonly openedMs: number,
  ) {}

  static async open(given?: TestDatabase): Promise<Shop> {
    const masterKey = randomBytes(32).toString('base64');
    const opened = Date.now() - 48 * HOUR;
    const origin = given ?? (await cloneDatabase());
    const running = await startApp(origin, modules, { MASTER_KEY: masterKey });
    try {
      const token = await running.tokenWith();
      const post = async (path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
        const reply = await running.call('POST', path, { token, body });
        if (reply.status >= 300) throw new Error(`${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
        return reply.body;
      };
      const { id } = await post('/v1/programs', PROGRAM);
      await post(`/v1/programs/${String(id)}/terms`, { terms: TERMS, effectiveFrom: new Date(opened).toISOString() });
      const { results } = await post('/v1/partners/import', { programId: id, partners: [PARTNER] });
      const [{ partnerId }] = results as [{ partnerId: string }];
      await post('/v1/links/import', { links: [{ code: 'lena', programId: id, partnerId }] });
      const click = { clickId: CLICK, linkCode: 'lena', userAgent: BROWSER };
      const time = new Date(opened + HOUR).toISOString();
      await post('/v1/events', {
        events: [{ id: 'click', type: 'click.recorded', programId: id, subject: CLICK, time, data: click }],
      });
      await settled(running.app);
      return new Shop(origin, masterKey, token, String(id), opened);
    } finally {
      await running.stop(); // or nothing that fails here would let this process end
    }
  }

  /** A copy of it as it opened. */
  copy(): Promise<TestDatabase> {
    return copyOf(this.origin);
  }

  close(): Promise<void> {
    return this.origin.drop();
  }

  environment({ url }: Pick<TestDatabase, 'url'>, more: Environment = {}): Environment {
    return {
      DATABASE_URL: url,
      MASTER_KEY: this.masterKey,
      HOST: '127.0.0.1',
      PORT: '0',
      SHUTDOWN_GRACE_MS: '5000',
      ...more,
    };
  }

  /** What happens to the n-th order, to be posted as one batch. */
  order(n: number): readonly object[] {
    const at = (step: number): string => new Date(this.openedMs + (1 + step) * HOUR).toISOString();
    const about = (type: string, step: number, data: object) => ({
      id: `${n}:${type}`,
      type: `order.${type}`,
      programId: this.programId,
      subject: `order ${n}`,
      time: at(step),
      data,
    });
    const lines = [{ lineRef: '1', quantity: 1 + (n % 3), unitPrice: BRL(String(10_000 + n)) }];
    return [
      about('placed', 1, { currency: 'BRL', lines, clickId: CLICK }),
      about('confirmed', 2, {}),
      about('delivered', 3, {}),
    ];
  }
}

const PROGRAM = {
  name: 'Aurora',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  destination: 'https://aurora.example/',
  allowedHosts: ['aurora.example'],
  minimumPayout: BRL('100'),
};
const TERMS = {
  currency: 'BRL',
  rounding: 'half_up',
  groups: [{ name: 'all', rank: 1, when: { all: [] }, amount: { percent: '5' } }],
  limits: [],
  vesting: [
    { milestone: 'confirmed', percent: '40' },
    { milestone: 'delivered', percent: '60' },
  ],
  returnWindowDays: 0,
};
const PARTNER = { externalRef: 'lena', name: 'Lena', kind: 'creator', email: 'lena@partners.example', approve: true };
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36';

/** Everything said has been heard, and nothing is due: at two looks, for work in hand may say something more. */
export const settled = async (app: App, timeoutMs = 30_000): Promise<void> => {
  let calm = 0;
  await eventually(
    'everything that is due is done',
    async () => {
      calm = (await app.isIdle().catch(() => false)) ? calm + 1 : 0;
      return calm === 2;
    },
    timeoutMs,
  );
};

/** Promises that do not hold, as `tributary verify` would list them. */
export const brokenPromises = async (app: App): Promise<readonly string[]> => {
  const findings = await Promise.all(
    app.audits.map(async (audit) => (await audit.run()).map((finding) => `${audit.promise}: ${finding}`)),
  );
  return findings.flat();
};

/** A process of the program that listens; where it does. */
export const startProgram = async (
  start: (script: 'main', options: StartOptions) => OwnProcess,
  environment: Environment,
): Promise<OwnProcess & { readonly url: string }> => {
  const program = start('main', { environment: { LOG_LEVEL: 'info', ...environment } });
  const [, port] = await program.says(/"message":"started".*"port":(\d+)|"port":(\d+).*"message":"started"/);
  return Object.assign(program, { url: `http://127.0.0.1:${port}` });
};

export type Outcome = Readonly<Record<string, readonly unknown[]>>;

/** What came of all orders, whatever the ids and the hours: the same when nobody was killed. */
export const outcomeOf = async ({ owner }: TestDatabase): Promise<Outcome> => {
  const query = (sql: string): Promise<unknown[]> => rowsOf(owner.knex, sql);
  return {
    accepted: await query('select event_id from pipeline.accepted_events order by 1'),
    orders: await query('select order_ref, state from orders.orders order by 1'),
    facts: await query('select event_id from orders.order_events order by 1'),
    conversions: await query('select count(*) from attribution.conversions'),
    commissions: await query(
      'select order_ref, generation, state, amount_minor, vested_minor from commission.commissions order by 1, 2',
    ),
    postings: await query(
      `select kind, count(*), sum(minor) from ledger.entries join ledger.account_numbers on number = account join ledger.accounts on id = account_id
       group by 1 order by 1`,
    ),
    told: await query(`select type, count(*) from (${TOLD}) as told group by 1 order by 1`),
  };
};

const TOLD = modules.map(({ name }) => `select type from ${name}.outbox`).join(' union all ');
