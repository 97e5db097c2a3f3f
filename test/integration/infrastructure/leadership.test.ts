/** One leader for a name, whoever dies and however. */
import { expect } from 'chai';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { Leadership } from '../../../src/infrastructure/postgres/leadership.ts';
import { ChaosProxy } from '../../support/chaos-proxy.ts';
import { withDatabase } from '../../support/database.ts';
import { eventually, pauseMs } from '../../support/signals.ts';

interface Candidate {
  readonly leadership: Leadership;
  readonly ended: Promise<unknown>;
  stop(): void;
}

describe('leadership', function () {
  this.timeout(40_000);
  const database = withDatabase();
  let stopping: AbortController;
  let candidates: Candidate[];
  /** Who leads, in the order they began; whoever stopped is taken out. */
  let leading: string[];
  let proxies: ChaosProxy[];

  beforeEach(() => {
    stopping = new AbortController();
    candidates = [];
    leading = [];
    proxies = [];
  });
  afterEach(async () => {
    stopping.abort();
    for (const proxy of proxies) proxy.reset();
    await Promise.all(candidates.map(({ ended }) => ended));
    await Promise.all(candidates.map(({ leadership }) => leadership.close()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  const lead = (who: string, name = 'work', url = database().url, leadership = new Leadership(url)): Candidate => {
    const own = new AbortController();
    const stop = AbortSignal.any([own.signal, stopping.signal]);
    const ended = leadership.whileLeading(name, stop, async (signal) => {
      leading.push(who);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      leading.splice(leading.indexOf(who), 1);
    });
    const candidate = { leadership, ended, stop: () => own.abort() };
    candidates.push(candidate);
    return candidate;
  };

  const behindProxy = async (): Promise<ChaosProxy> => {
    const proxy = await ChaosProxy.before(database().url);
    proxies.push(proxy);
    return proxy;
  };

  it('is one candidate’s alone, for each name; one process may lead several', async () => {
    const one = lead('one');
    await eventually('one leads', () => leading.length === 1);
    lead('two');
    lead('one of others', 'other work', database().url, one.leadership);
    lead('two of others', 'other work');

    await eventually('somebody leads the other work', () => leading.length === 2);
    await pauseMs(1_200); // twice the time after which candidates try again
    expect(leading).to.have.length(2);
    expect(leading).to.include('one');
  });

  it('passes on when the leader ends', async () => {
    const one = lead('one');
    await eventually('one leads', () => leading.includes('one'));
    lead('two');

    one.stop();
    await one.ended;

    await eventually('two leads', () => leading.includes('two'));
    expect(leading).to.deep.equal(['two']);
  });

  it('is lost with its connection, and won by another: the server ends the session', async () => {
    lead('one');
    await eventually('one leads', () => leading.includes('one'));

    await rowsOf(
      database().owner.knex,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like '%leadership' and datname = current_database()`,
    );
    await eventually('it has heard of it', () => leading.length === 0);
    await eventually('it leads again', () => leading.length === 1);
  });

  it('passes on when the leader’s network dies silently, and never is two candidates’ at once', async () => {
    const proxy = await behindProxy();
    lead('cut off', 'work', proxy.url);
    await eventually('it leads', () => leading.length === 1);
    lead('heir');
    let together = 0;

    proxy.blackhole('both');
    await eventually(
      'the heir leads',
      () => {
        together = Math.max(together, leading.length);
        return leading.includes('heir');
      },
      30_000,
    );

    expect(together).to.equal(1);
    expect(leading).to.deep.equal(['heir']);
  });

  it('waits while the database is away', async () => {
    const proxy = await behindProxy();
    proxy.refuse();
    lead('one', 'work', proxy.url);
    await pauseMs(600);
    expect(leading).to.be.empty;

    proxy.heal();

    await eventually('it leads', () => leading.length === 1);
  });
});
