import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { freePort } from '../../../src/cli/local/postgres.ts';
import { end, has, inDocker, installDebian, launch, notOurs, type Service, until } from './ready.ts';

const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export interface OwnRabbit extends Service {
  /** SIGKILL, as a power cut. */
  kill(): void;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** `rabbitmqctl …` */
  control(...words: readonly string[]): void;
}

const speaks = async (url: string): Promise<boolean> => {
  try {
    const connection = await connect(url, { timeout: 2_000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
};

/** A node with its own folder and ports, no system service. A second one on the same folder finds its data. */
export const startRabbit = async (folder: string): Promise<OwnRabbit> => {
  if (!has('rabbitmq-server')) installDebian(['rabbitmq-server']);
  mkdirSync(join(folder, 'log'), { recursive: true });
  const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()];
  const pidFile = join(folder, 'pid');
  writeFileSync(join(folder, 'enabled_plugins'), '[].');
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    'loopback_users = none\nlog.console = false\ndisk_free_limit.absolute = 50MB\nvm_memory_high_watermark.absolute = 1GB\n',
  );
  const environment = {
    ...process.env,
    HOME: folder,
    RABBITMQ_NODENAME: `t${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: pidFile,
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  /** Again where it ended at once: while it was down, somebody else may have had its port for a moment. */
  const start = async (): Promise<void> => {
    rmSync(pidFile, { force: true });
    let server = launch(SERVER, [], environment);
    const isReady = (): Promise<boolean> => {
      if (server.exitCode !== null || server.signalCode !== null) server = launch(SERVER, [], environment);
      return speaks(url);
    };
    await until('rabbitmq', isReady, 60_000);
  };
  const pid = (): number => Number(readFileSync(pidFile, 'utf8').trim());
  await start();
  return {
    url,
    from: 'started',
    kill: () => process.kill(pid(), 'SIGKILL'),
    restart: start,
    control: (...words) => {
      execFileSync('/usr/lib/rabbitmq/bin/rabbitmqctl', words, { env: environment, stdio: 'pipe' });
    },
    stop: async () => {
      await end(pid(), 'SIGTERM', 15_000);
      spawnSync('epmd', ['-port', String(mapper), '-kill'], { env: environment });
    },
  };
};

export const findOrStartRabbit = async (folder: string): Promise<Service> => {
  const given = process.env['AMQP_URL'];
  if (given) return notOurs(given, 'given');
  if (await speaks('amqp://guest:guest@127.0.0.1:5672')) return notOurs('amqp://guest:guest@127.0.0.1:5672', 'found');
  const contained = await inDocker('rabbitmq:3', 5672, [], (port) => `amqp://guest:guest@127.0.0.1:${port}`);
  if (contained) {
    await until('rabbitmq', () => speaks(contained.url), 60_000);
    return contained;
  }
  return startRabbit(join(folder, 'rabbit'));
};
