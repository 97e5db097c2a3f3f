/** Processes of a test's own: the whole program, its command line, or a script that is to be killed. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { eventually } from './signals.ts';

/** Several start at once, on machines that have other things to do. */
const PATIENCE_MS = 60_000;

export class OwnProcess {
  /** The signal or the exit code it ends with. */
  private readonly ended: Promise<NodeJS.Signals | number>;
  private text = '';

  constructor(private readonly child: ChildProcess) {
    const keep = (bytes: Buffer): void => void (this.text += bytes.toString());
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    // Not 'exit': its last words may still be on their way then.
    this.ended = new Promise((resolve) =>
      child.once('close', (code, signal) => {
        resolve(signal ?? code ?? 1);
      }),
    );
  }

  /** All it has said so far, on both streams. */
  get said(): string {
    return this.text;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits for its end; says what it said instead when it goes on. */
  async ends(timeoutMs = PATIENCE_MS): Promise<NodeJS.Signals | number> {
    await eventually('it ends', () => !this.isRunning, timeoutMs).catch((cause: unknown) => {
      throw new Error(`it did not end:\n${this.said}`, { cause });
    });
    return this.ended;
  }

  /** Waits for words of its; says what it said instead when it ends without them. */
  async says(words: RegExp, timeoutMs = PATIENCE_MS): Promise<RegExpExecArray> {
    await eventually(`it says ${String(words)}`, () => words.test(this.said) || !this.isRunning, timeoutMs);
    const found = words.exec(this.said);
    if (found === null) throw new Error(`it ended without saying ${String(words)}:\n${this.said}`);
    return found;
  }
}

/** For a `describe`: starts scripts of the tests; what a test starts is gone after it. */
export const withProcesses = (): ((script: string, options?: StartOptions) => OwnProcess) => {
  const start = withStarted();
  return (script, options) => start(commandFor(script), options);
};

/** What `make test` has compiled, once for all files. */
const compiled = process.env['COMPILED_PROGRAM'];

/** Compiled, where that was done: from its sources a script takes seconds to begin. */
const commandFor = (script: string): readonly string[] =>
  compiled === undefined
    ? ['--import', 'tsx', join(projectRoot(), script)]
    : [join(compiled, script.replace(/\.ts$/, '.js'))];

/** Runs a script of the tests; the signal or the exit code it ends with. What it says on standard error is heard. */
export const endOf = (script: string, ...args: readonly string[]): Promise<NodeJS.Signals | number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...commandFor(script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject).once('exit', (code, signal) => {
      resolve(signal ?? code ?? 1);
    });
  });

/**
 * For a `describe`: starts what production starts, compiled once; from its sources it would take three times as long
 * to begin. What a test starts is gone after it.
 */
export const withProgram = (): ((script: 'main' | 'cli/tributary', options?: StartOptions) => OwnProcess) => {
  const start = withStarted();
  const parent = join(projectRoot(), '.data/test');
  let folder = compiled ?? '';
  before(() => {
    if (compiled !== undefined) return;
    mkdirSync(parent, { recursive: true });
    folder = mkdtempSync(join(parent, 'compiled-'));
    compileProgram(folder);
  });
  after(() => {
    if (compiled === undefined) rmSync(folder, { recursive: true, force: true });
  });
  return (script, options) => start([join(folder, 'src', `${script}.js`)], options);
};

/** The program, and the scripts of the tests beside it. */
export const compileProgram = (folder: string): void => {
  const flags = ['--noCheck', '--noEmit', 'false', '--outDir', folder];
  execFileSync(join(projectRoot(), 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json', ...flags], {
    cwd: projectRoot(),
    stdio: 'pipe',
  });
};

const withStarted = (): ((command: readonly string[], options?: StartOptions) => OwnProcess) => {
  const started: OwnProcess[] = [];
  afterEach(async () => {
    for (const each of started) if (each.isRunning) each.signal('SIGKILL');
    await Promise.all(started.splice(0).map((each) => each.ends()));
  });
  return (command, { args = [], environment = {} } = {}) => {
    const child = spawn(process.execPath, [...command, ...args], {
      cwd: projectRoot(),
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const own = new OwnProcess(child);
    started.push(own);
    return own;
  };
};

export interface StartOptions {
  readonly args?: readonly string[];
  /** All it gets, besides the path to programs. */
  readonly environment?: Readonly<Record<string, string>>;
}
