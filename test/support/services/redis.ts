import { freePort } from '../../../src/cli/local/postgres.ts';
import { answers, end, has, inDocker, installDebian, launch, notOurs, type Service, until } from './ready.ts';

export interface OwnRedis extends Service {
  /** It keeps its connections and answers nobody, until `resume`. */
  hang(): void;
  resume(): void;
}

/** A Redis of one's own, for tests that flush, hang or kill it. */
export const startRedis = async (): Promise<OwnRedis> => {
  if (!has('redis-server')) installDebian(['redis-server']);
  const port = await freePort();
  const child = launch('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  const pid = child.pid ?? 0;
  await until('redis', () => answers(port), 10_000);
  const hears = (signal: NodeJS.Signals) => (): void => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  const resume = hears('SIGCONT');
  return {
    url: `redis://127.0.0.1:${port}`,
    from: 'started',
    hang: hears('SIGSTOP'),
    resume,
    stop: () => {
      resume();
      return end(pid);
    },
  };
};

export const findOrStartRedis = async (): Promise<Service> => {
  const given = process.env['REDIS_URL'];
  if (given) return notOurs(given, 'given');
  if (await answers(6379)) return notOurs('redis://127.0.0.1:6379', 'found');
  return (await inDocker('redis:7', 6379, [], (port) => `redis://127.0.0.1:${port}`)) ?? startRedis();
};
