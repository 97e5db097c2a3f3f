/** Processes of a test's own: the whole program, its command line, or a script that is to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { eventually } from './signals.ts';

export class OwnProcess {
  /** The signal or the exit code it ends with. */
  readonly ended: Promise<NodeJS.Signals | number>;
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

  /** Waits for words of its; says what it said instead when it ends without them. */
  async says(words: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    await eventually(`it says ${String(words)}`, () => words.test(this.said) || !this.isRunning, timeoutMs);
    const found = words.exec(this.said);
    if (found === null) throw new Error(`it ended without saying ${String(words)}:\n${this.said}`);
    return found;
  }
}

/** For a `describe`: what a test starts is gone after it. */
export const withProcesses = (): ((script: string, options?: StartOptions) => OwnProcess) => {
  const started: OwnProcess[] = [];
  afterEach(async () => {
    for (const each of started) if (each.isRunning) each.signal('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
  });
  return (script, { args = [], environment = {} } = {}) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(projectRoot(), script), ...args], {
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
