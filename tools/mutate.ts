/**
 * `make mutation`: whether the tests of the domains would notice a fault. Every operator, literal, condition and step of
 * `src/modules/{commission,attribution}/domain` is changed, one at a time, and the module's unit tests are asked. The
 * score is how many of a hundred mutants they kill. Ends with 1 below `--least`.
 *
 *     tsx tools/mutate.ts --sample 200 --only commission/domain/size --least 80
 *
 * What was judged is kept in `.data/mutation`, and judged again when the file or any test of the module has changed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import type { Answer, Question, Verdict } from './mutation/judge-in-a-process.ts';
import { instrument, type Mutant } from './mutation/mutants.ts';

const { values: given } = parseArgs({
  options: {
    sample: { type: 'string' },
    only: { type: 'string', default: '' },
    least: { type: 'string', default: '80' },
    show: { type: 'boolean', default: false },
  },
});

const MODULES = ['commission', 'attribution'];
const PROCESSES = 2;
const LOADING_MS = 600_000;
const PATIENCE_MS = 60_000;
const COPIED = ['src', 'test', 'docs', 'tools', 'package.json', 'tsconfig.json'];

const root = projectRoot();
const kept = join(root, '.data/mutation');
const RESULTS = join(kept, 'results.json');

type Result = Verdict | 'endless';

interface Judged {
  readonly mutant: Mutant;
  readonly result: Result;
}

const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .toSorted();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const hashOf = (...texts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex');
};

/** A copy of the checkout with all mutants of the module in it; the checkout itself is left alone. */
const planted = (folder: string, module: string): readonly Mutant[] => {
  for (const each of COPIED) cpSync(join(root, each), join(folder, each), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const mutants: Mutant[] = [];
  for (const file of filesIn(`src/modules/${module}/domain`, '.ts')) {
    const { text, mutants: own } = instrument(file, read(file), mutants.length);
    writeFileSync(join(folder, file), text);
    mutants.push(...own);
  }
  return mutants;
};

/** Every so-manieth, so that all files are in it. */
const sampled = (mutants: readonly Mutant[]): readonly Mutant[] => {
  const wanted = mutants.filter(({ file }) => file.includes(given.only));
  const count = Math.min(wanted.length, Number(given.sample ?? wanted.length));
  return Array.from({ length: count }, (_, index) => wanted[Math.floor((index * wanted.length) / count)]).flatMap(
    (mutant) => mutant ?? [],
  );
};

/** A judge who is asked one thing after another, and replaced when he does not answer. */
class Judge {
  private child: ChildProcess | undefined;

  constructor(
    private readonly folder: string,
    private readonly tests: readonly string[],
  ) {}

  async judge(mutant: Mutant): Promise<Result> {
    const child = this.child ?? (await this.call());
    const answer = await ask(child, { mutant: mutant.id }, PATIENCE_MS);
    if (answer === undefined) this.dismiss();
    return answer !== undefined && 'verdict' in answer ? answer.verdict : 'endless';
  }

  dismiss(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private async call(): Promise<ChildProcess> {
    const program = fileURLToPath(new URL('./mutation/judge-in-a-process.ts', import.meta.url));
    const child = fork(program, { cwd: this.folder, execArgv: ['--import', 'tsx'], stdio: 'inherit' });
    this.child = child;
    const answer = await ask(child, { tests: this.tests.map((test) => join(this.folder, test)) }, LOADING_MS);
    if (answer === undefined || !('ready' in answer)) throw new Error('the tests could not be loaded');
    for (const title of answer.failed) console.log(`left out, for it fails without any mutant: ${title}`);
    return child;
  }
}

/** Undefined: nothing was said in time, or nobody is left to say it. */
const ask = (child: ChildProcess, question: Question, patienceMs: number): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    const done = (answer?: Answer): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(answer);
    };
    const timer = setTimeout(done, patienceMs);
    child.once('message', (answer: Answer) => {
      done(answer);
    });
    child.once('exit', () => {
      done();
    });
    child.send(question);
  });

type Known = Record<string, Result>;

const known: Known = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Known) : {};

const judgeModule = async (module: string, folder: string): Promise<readonly Judged[]> => {
  const wanted = sampled(planted(folder, module));
  const tests = filesIn(`test/unit/modules/${module}`, '.test.ts');
  const ofTests = hashOf(...tests.map(read));
  const nameOf = ({ file, line, was, is, id }: Mutant): string =>
    hashOf(ofTests, read(file), `${line} ${id} ${was} ${is}`);
  const results = new Map<Mutant, Result>();
  const left = wanted.filter((mutant) => known[nameOf(mutant)] === undefined);
  const work = async (): Promise<void> => {
    const judge = new Judge(folder, tests);
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const result = await judge.judge(mutant);
      results.set(mutant, result);
      known[nameOf(mutant)] = result;
    }
    judge.dismiss();
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  return wanted.map((mutant) => ({ mutant, result: results.get(mutant) ?? known[nameOf(mutant)] ?? 'uncovered' }));
};

const isKilled = ({ result }: Judged): boolean => result === 'killed' || result === 'endless';

const scoreOf = (judged: readonly Judged[]): number =>
  judged.length === 0 ? 100 : (100 * judged.filter(isKilled).length) / judged.length;

const tell = (what: string, judged: readonly Judged[], isShown = given.show): void => {
  const count = (result: Result): number => judged.filter((each) => each.result === result).length;
  console.log(
    `${what}: ${scoreOf(judged).toFixed(1)} % of ${judged.length} mutants killed ` +
      `(${count('endless')} of them never ended), ${count('survived')} survived, ${count('uncovered')} no test came by`,
  );
  for (const each of judged) if (isShown && !isKilled(each)) tellSurvivor(each);
};

const tellSurvivor = ({ mutant: { file, line, was, is }, result }: Judged): void => {
  const short = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 70);
  console.log(`  ${file}:${line} ${result}: ${short(was)}  →  ${short(is)}`);
};

mkdirSync(kept, { recursive: true });
const all: Judged[] = [];
for (const module of MODULES) {
  const folder = mkdtempSync(join(kept, `${module}-`));
  try {
    const judged = await judgeModule(module, folder);
    tell(`${module} (${basename(folder)})`, judged);
    all.push(...judged);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(RESULTS, JSON.stringify(known));
  }
}
tell('in all', all, false);
if (scoreOf(all) < Number(given.least)) process.exitCode = 1;
