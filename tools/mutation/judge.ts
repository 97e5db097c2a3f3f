/** One who is asked one thing after another, and replaced when he will never answer. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Question, Verdict } from './judge-in-a-process.ts';

export interface Judgement {
  readonly result: Exclude<Verdict['result'], 'unclear'> | 'endless';
  /** The file of the test that noticed. */
  readonly by?: string | undefined;
}

/**
 * After which a judge is given up: processor time, and seconds asleep without any. Never by the clock: on a busy machine
 * a judge waits for his turn, and his mutant would seem to be noticed.
 */
interface Patience {
  readonly processorS: number;
  readonly asleepS: number;
}

const LOADING: Patience = { processorS: Infinity, asleepS: 600 };
const ASLEEP_S = 20;
/** As often as a judge needs for reading all files and running all tests once. */
const FROM_THE_BEGINNING = 3;
const LOOK_MS = 1_000;

const PROGRAM = fileURLToPath(new URL('./judge-in-a-process.ts', import.meta.url));

/** Who ended without a word: not the mutant need be the reason, so another is asked. */
const GONE = Symbol('gone');
const ENDLESS = Symbol('endless');

export class Judge {
  private child: ChildProcess | undefined;
  private leftOut: readonly string[] = [];
  /** What reading all files and running all tests once took. */
  private onceS = 0;
  private readonly tests: readonly string[];

  constructor(
    private readonly folder: string,
    tests: readonly string[],
  ) {
    this.tests = tests.map((test) => join(folder, test));
  }

  async judge(mutant: number): Promise<Judgement> {
    const said = (await this.ask(mutant)) ?? (await this.ask(mutant));
    if (said === undefined) return { result: 'survived' };
    if (said === 'endless') return { result: 'endless' };
    const verdict = said.result !== 'killed' && said.tooLate ? await this.askAfresh(mutant) : said;
    const { result, by } = verdict ?? { result: 'endless' };
    return { result, by: by && relative(this.folder, by) };
  }

  dismiss(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  /** Undefined: he is of no use any more, for reasons that another judge may not have. */
  private async ask(mutant: number): Promise<Sure | 'endless' | undefined> {
    const child = this.child ?? (await this.call());
    const said = await answerOf(child, { mutant }, { processorS: this.onceS, asleepS: ASLEEP_S });
    if (isSure(said)) return said;
    this.dismiss();
    return said === ENDLESS ? 'endless' : undefined;
  }

  private async askAfresh(mutant: number): Promise<Sure | undefined> {
    const child = this.start();
    const question = { tests: this.tests, from: { mutant, leftOut: this.leftOut } };
    const patience = { processorS: FROM_THE_BEGINNING * this.onceS, asleepS: LOADING.asleepS };
    const said = await answerOf(child, question, patience);
    child.kill('SIGKILL');
    return isSure(said) ? said : undefined;
  }

  private async call(): Promise<ChildProcess> {
    const child = this.start();
    this.child = child;
    const said = await answerOf(child, { tests: this.tests }, LOADING);
    if (said === GONE || said === ENDLESS || !('ready' in said)) throw new Error('the tests could not be loaded');
    for (const title of said.failed) console.log(`left out, for it fails without any mutant: ${title}`);
    this.leftOut = said.failed;
    this.onceS = lookAt(child.pid)?.processorS ?? Infinity;
    return child;
  }

  private start(): ChildProcess {
    return fork(PROGRAM, { cwd: this.folder, execArgv: ['--import', 'tsx'], stdio: 'inherit' });
  }
}

type Said = Answer | typeof GONE | typeof ENDLESS;
type Sure = Verdict & { readonly result: Exclude<Verdict['result'], 'unclear'> };

const isSure = (said: Said): said is Sure =>
  said !== GONE && said !== ENDLESS && 'result' in said && said.result !== 'unclear';

const answerOf = (child: ChildProcess, question: Question, patience: Patience): Promise<Said> =>
  new Promise((resolve) => {
    const done = (said: Said): void => {
      clearInterval(timer);
      child.removeAllListeners();
      resolve(said);
    };
    const isGivenUp = watching(child, patience);
    const timer = setInterval(() => {
      if (isGivenUp()) done(ENDLESS);
    }, LOOK_MS);
    child.once('message', (answer: Answer) => {
      done(answer);
    });
    child.once('exit', () => {
      done(GONE);
    });
    child.send(question);
  });

/** Asked every `LOOK_MS`. */
const watching = ({ pid }: ChildProcess, { processorS, asleepS }: Patience): (() => boolean) => {
  let first: number | undefined;
  let asleep = 0;
  return () => {
    const look = lookAt(pid);
    if (look === undefined) return false;
    first ??= look.processorS;
    asleep = look.isAsleep ? asleep + LOOK_MS / 1_000 : 0;
    return look.processorS - first > processorS || asleep > asleepS;
  };
};

const lookAt = (pid = 0): { readonly isAsleep: boolean; readonly processorS: number } | undefined => {
  try {
    const [state = '', time = ''] = execFileSync('ps', ['-o', 'stat=', '-o', 'time=', '-p', String(pid)], {
      encoding: 'utf8',
    })
      .trim()
      .split(/\s+/);
    const processorS = time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    return { isAsleep: /^[SI]/.test(state), processorS };
  } catch {
    // It has just ended; that is heard of elsewhere.
    return undefined;
  }
};
