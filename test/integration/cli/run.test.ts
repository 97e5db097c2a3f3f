import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../src/cli/local/postgres.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type OwnProcess, withProgram } from '../../support/process.ts';
import { isAlive } from '../../../src/infrastructure/system/process.ts';
import { eventually } from '../../support/signals.ts';

const ONE_LINE = /^tributary: .+ \([a-z_]+\.[a-z_]+\)\n$/;

describe('tributary run', function () {
  this.timeout(120_000);
  let folder = '';
  let remove = (): void => undefined;
  const start = withProgram();
  const data = (name: string): string => join(folder, 'data', name);
  const tell = (command: string, environment: Readonly<Record<string, string>> = {}): OwnProcess =>
    start('cli/tributary', {
      args: [command],
      environment: { DATA_DIR: join(folder, 'data'), PORT: '0', ...environment },
    });
  const run = (environment: Readonly<Record<string, string>> = {}): OwnProcess => tell('run', environment);

  const postgresPid = (): number => Number(readFileSync(data('postgres/postmaster.pid'), 'utf8').split('\n')[0]);

  beforeEach(() => {
    const made = temporaryFolder();
    folder = made.path;
    remove = () => {
      made.remove();
    };
  });
  afterEach(() => {
    // What a killed program left behind, and no later one took over.
    if (existsSync(data('postgres/postmaster.pid'))) process.kill(postgresPid(), 'SIGQUIT');
    remove();
  });

  /** What it says when it has nothing more to say; and its answers to whoever holds its tokens. */
  const ready = async (process: OwnProcess) => {
    await process.says(/Ready after/, 60_000);
    const [, url = ''] = await process.says(/API +(http:\S+)\/v1/);
    const [, admin = ''] = await process.says(/admin +(\S+)/);
    const [, partner = ''] = await process.says(/partner +(\S+)/);
    const [curl = ''] = await process.says(/curl .*/);
    const ask = async <Body>(path: string, token = admin): Promise<Body> =>
      (await (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json()) as Body;
    return { url, admin, partner, curl, ask };
  };
  type Ready = Awaited<ReturnType<typeof ready>>;

  /** All that seeding makes, counted. */
  const world = async ({ ask }: Ready): Promise<unknown> => {
    const { data: programs } = await ask<{ data: readonly { readonly id: string }[] }>('/v1/programs');
    const of = (path: string) => ask(`${path}?programId=${programs[0]?.id}`);
    const totals = ['orders', 'commissions', 'statements', 'payouts'].map((each) => of(`/v1/${each}/totals`));
    return [programs.length, ...(await Promise.all(totals))];
  };

  it('needs nothing, prints a line that works as it stands, and leaves nothing running', async () => {
    const port = await freePort();
    const program = run({ PORT: String(port) });

    const { url, curl, partner, ask } = await ready(program);
    const answer = JSON.parse(execFileSync('bash', ['-c', curl], { encoding: 'utf8' })) as Record<string, unknown>;
    const { states } = await ask<{ states: readonly { readonly state: string }[] }>(
      `/v1/commissions/totals?programId=${String(answer['programId'])}`,
    );
    const { data: seen } = await ask<{ data: readonly { readonly name: string }[] }>('/v1/partners', partner);
    const pid = postgresPid();
    program.signal('SIGINT');

    expect(url).to.equal(`http://localhost:${port}`);
    expect(decodeJwt(partner).iss).to.equal(url);
    expect(answer).to.include({ orderRef: 'AUR-3007', state: 'vested' }).and.to.have.property('blockers');
    expect(states.map(({ state }) => state)).to.have.members([
      'estimated',
      'vesting',
      'vested',
      'held',
      'locked',
      'settled',
      'paid',
      'reversed',
    ]);
    expect(seen.map(({ name }) => name)).to.deep.equal(['Lena drives']);
    expect(await program.ends(60_000)).to.equal(0);
    expect(program.said).to.match(/\nstopped\.\n$/);
    expect(isAlive(pid)).to.equal(false);
  });

  it('seeds once, whatever cuts it off', async () => {
    const first = run();
    await first.says(/is up after/, 60_000);
    first.signal('SIGKILL');
    await first.ends(60_000);

    const second = run();
    const after = await ready(second);
    const found = await world(after);
    second.signal('SIGTERM');
    await second.ends(60_000);
    const third = run();
    const again = await world(await ready(third));
    const verified = tell('verify');

    expect(found).to.have.property('0', 1);
    expect(found).to.have.deep.nested.property('1.states', [
      { state: 'cancelled', count: 1 },
      { state: 'delivered', count: 6 },
      { state: 'in_production', count: 3 },
      { state: 'in_transit', count: 1 },
      { state: 'placed', count: 2 },
      { state: 'returned', count: 2 },
    ]);
    expect(again).to.deep.equal(found);
    expect(await verified.ends(60_000), verified.said).to.equal(0);
    third.signal('SIGINT');
    await third.ends(60_000);
    // A look inside is given while nothing runs, too, and then nothing runs still.
    expect(await tell('verify').ends(60_000)).to.equal(0);
    expect(() => postgresPid()).to.throw('ENOENT');
  });

  it('leaves nothing running at the second Ctrl-C either, which ends it at once', async () => {
    const program = run();
    const { url } = await ready(program);
    const pid = postgresPid();
    // A request that never comes to its end holds up a stop for as long as we are patient.
    const slow = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    slow.write('POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{');

    program.signal('SIGINT');
    await eventually('it ends', () => {
      program.signal('SIGINT');
      return !program.isRunning;
    });

    expect(await program.ends()).to.equal(1);
    await eventually('PostgreSQL has ended', () => !isAlive(pid));
    slow.destroy();
  });

  it('leaves nothing running when it is stopped while it starts', async () => {
    const program = run();
    await eventually(
      'PostgreSQL is started',
      () => {
        try {
          return postgresPid() > 0;
        } catch {
          return false; // not yet
        }
      },
      60_000,
    );
    const pid = postgresPid();

    program.signal('SIGINT');

    expect(await program.ends(60_000)).to.equal(0);
    expect(isAlive(pid)).to.equal(false);
  });

  it('leaves alone what another program runs on', async () => {
    const first = run();
    const { url } = await ready(first);

    const second = run();

    expect(await second.ends(60_000)).to.equal(1);
    expect(second.said).to.match(ONE_LINE).and.to.include('local.already_running');
    expect((await fetch(`${url}/readyz`)).status).to.equal(200);
  });

  describe('says in one line what to do', () => {
    const refusal = async (environment: Readonly<Record<string, string>>): Promise<string> => {
      const program = run(environment);
      expect(await program.ends(60_000), program.said).to.equal(1);
      expect(program.said).to.match(ONE_LINE);
      return program.said;
    };

    it('when the port is in use, and ends its PostgreSQL', async () => {
      const other: Server = createServer();
      const port = await new Promise<number>((resolve) => {
        other.listen(0, '0.0.0.0', () => {
          const address = other.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });

      const said = await refusal({ PORT: String(port) }).finally(() => other.close());

      expect(said).to.include(`port ${port} is in use`).and.to.include('PORT=<another>');
      expect(() => postgresPid()).to.throw('ENOENT');
    });

    it('when the port is none', async () => {
      expect(await refusal({ PORT: 'three' })).to.include('PORT must be a whole number');
      expect(() => postgresPid()).to.throw('ENOENT');
    });

    it('when the data folder is broken', async () => {
      const postgres = data('postgres');
      mkdirSync(postgres, { recursive: true });
      writeFileSync(data('environment.json'), '{"MASTER_KEY":"a"}');
      writeFileSync(join(postgres, 'PG_VERSION'), '9.6\n');

      expect(await refusal({}))
        .to.include(postgres)
        .and.to.include('move the folder away');
    });

    it('when the key to the data is lost', async () => {
      mkdirSync(data('postgres'), { recursive: true });

      expect(await refusal({}))
        .to.include('environment.json')
        .and.to.include('local.key_lost');
    });

    it('when what it has kept cannot be read', async () => {
      mkdirSync(join(folder, 'data'), { recursive: true });
      writeFileSync(data('environment.json'), '{');

      expect(await refusal({})).to.include('environment.json cannot be read');
    });

    it('when the data folder is no folder', async () => {
      rmSync(join(folder, 'data'), { recursive: true, force: true });
      writeFileSync(join(folder, 'data'), '');

      expect(await refusal({}))
        .to.include(join(folder, 'data'))
        .and.to.include('local.broken_data');
    });

    it('when there is no PostgreSQL to start', async () => {
      expect(await refusal({ PG_BIN_DIR: folder }))
        .to.include(folder)
        .and.to.include('PG_BIN_DIR');
    });

    it('when the given database does not answer', async () => {
      const url = `postgres://app:secret@127.0.0.1:${await freePort()}/shop`;

      expect(await refusal({ DATABASE_URL: url }))
        .to.include('/shop: connect ECONNREFUSED')
        .and.to.include('DATABASE_URL')
        .and.not.to.include('secret');
    });
  });
});
