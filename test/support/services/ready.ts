import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';

/** A server a test run uses: where it is, and how to stop it if we started it. */
export interface Service {
  readonly url: string;
  readonly from: 'given' | 'found' | 'docker' | 'started';
  stop(): Promise<void>;
}

export const notOurs = (url: string, from: 'given' | 'found'): Service => ({
  url,
  from,
  stop: () => Promise.resolve(),
});

export const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

export const answers = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 500 })
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .once('error', () => resolve(false))
      .once('timeout', () => {
        socket.destroy();
        resolve(false);
      });
  });

export const until = async (what: string, test: () => Promise<boolean>, timeoutMs: number): Promise<void> => {
  for (const end = Date.now() + timeoutMs; ;) {
    if (await test()) return;
    if (Date.now() > end) throw new Error(`${what} was not ready within ${timeoutMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Debian packages, at most once a machine. Needs root; says so when it has not. */
export const installDebian = (packages: readonly string[]): void => {
  if (!has('apt-get') || process.getuid?.() !== 0) {
    throw new Error(`cannot install ${packages.join(' ')}: give DATABASE_URL, AMQP_URL and REDIS_URL, or start Docker`);
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages];
  console.log(`installing ${packages.join(' ')} …`);
  const first = spawnSync('apt-get', install, { env: environment, stdio: 'pipe' });
  if (first.status === 0) return;
  execFileSync('apt-get', ['update', '-o', 'DPkg::Lock::Timeout=300'], { env: environment, stdio: 'pipe' });
  execFileSync('apt-get', install, { env: environment, stdio: 'pipe' });
};

let dockerAnswers: boolean | undefined;
const hasDocker = (): boolean =>
  (dockerAnswers ??= has('docker') && spawnSync('docker', ['info'], { timeout: 5_000 }).status === 0);

/** A container on a free loopback port, removed when it stops; undefined where no Docker engine runs. */
export const inDocker = async (
  image: string,
  port: number,
  environment: readonly string[],
  url: (port: number) => string,
): Promise<Service | undefined> => {
  if (!hasDocker()) return undefined;
  const flags = environment.flatMap((pair) => ['-e', pair]);
  const id = execFileSync('docker', ['run', '-d', '--rm', '-p', `127.0.0.1::${port}`, ...flags, image])
    .toString()
    .trim();
  const mapped = Number(
    execFileSync('docker', ['port', id, String(port)])
      .toString()
      .trim()
      .split(':')
      .at(-1),
  );
  await until(image, () => answers(mapped), 60_000);
  return {
    url: url(mapped),
    from: 'docker',
    stop: () => {
      spawnSync('docker', ['kill', id]);
      return Promise.resolve();
    },
  };
};

export const launch = (
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): ChildProcess => {
  const child = spawn(command, args, { env: environment, stdio: 'ignore', detached: true });
  child.unref();
  return child;
};

/** Ends a process we started, by its pid: asked first, then made to. */
export const end = async (pid: number, signal: NodeJS.Signals = 'SIGTERM', patienceMs = 10_000): Promise<void> => {
  const alive = (): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  if (!alive()) return;
  process.kill(pid, signal);
  for (const until = Date.now() + patienceMs; alive() && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 25));
  if (alive()) process.kill(pid, 'SIGKILL');
};
