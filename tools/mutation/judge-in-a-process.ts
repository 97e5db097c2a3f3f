/**
 * Judges mutants, one after the other, in a process of its own: tests that never end are ended with it. The tests are
 * loaded once, from a copy of the checkout with all mutants in it (`mutants.ts`), and once run to learn which test comes
 * by which mutant; a mutant is then judged by those alone, the quick ones first, up to the first that fails. Nothing is
 * timed here: a test that is only slow has not failed.
 *
 * A table that is made while its file is loaded stands before any test could switch a mutant in it, and what is
 * remembered of a test before stands too. Who is told a mutant before the tests has it from the first line on, and judges
 * that one alone.
 */
import fc from 'fast-check';
import Mocha from 'mocha';
import { FEW_RUNS } from './few-runs.ts';

export interface Verdict {
  /** `unclear`: the test fails without the mutant too, now: something was remembered from another mutant. */
  readonly result: 'killed' | 'survived' | 'uncovered' | 'unclear';
  /** The file of the test that failed. */
  readonly by?: string | undefined;
  /** What it changes was worked out before it was active: who has it from the beginning may answer otherwise. */
  readonly tooLate: boolean;
}

export type Question =
  { readonly tests: readonly string[]; readonly from?: FromTheBeginning } | { readonly mutant: number };
export type Answer = { readonly ready: true; readonly failed: readonly string[] } | Verdict;

export interface FromTheBeginning {
  readonly mutant: number;
  /** The titles of tests that fail anyway. */
  readonly leftOut: readonly string[];
}

const QUICK_MS = 20;

let active: number | undefined;
let passed: ((mutant: number) => void) | undefined;
let hasActed = false;
Object.assign(globalThis, {
  __mutant: (mutant: number): boolean => {
    passed?.(mutant);
    if (mutant !== active) return false;
    hasActed = true;
    return true;
  },
});

const atLoading = new Set<number>();
const coveredBy = new Map<number, Set<string>>();
const slow = new Set<string>();
/** The same examples with a mutant and without; enough to see a fault, and no search for the smallest of it. */
fc.configureGlobal({ seed: 1, numRuns: FEW_RUNS, endOnFailure: true });

const mocha = new Mocha({ reporter: class {} as never, timeout: 0 });
mocha.cleanReferencesAfterRun(false);

/** Asked for each test many times: a look into a set is quicker than an expression of all titles. */
class Among extends RegExp {
  constructor(private readonly has: (title: string) => boolean) {
    super('');
  }

  override test(title: string): boolean {
    return this.has(title);
  }
}

const run = (observe: (runner: Mocha.Runner) => void): Promise<number> =>
  new Promise((resolve) => {
    observe(mocha.run(resolve));
  });

const readFiles = async (tests: readonly string[]): Promise<void> => {
  for (const test of tests) mocha.addFile(test);
  await mocha.loadFilesAsync();
};

/** The titles of tests that fail without any mutant: they judge nothing. */
const load = async (tests: readonly string[]): Promise<readonly string[]> => {
  passed = (mutant) => atLoading.add(mutant);
  await readFiles(tests);
  const failed: string[] = [];
  await run((runner) => {
    // What hooks come by counts for the test before them, too; a test more does no harm.
    let title: string | undefined;
    let count = 0;
    /** By mutant, the test that came by last: most come by a thousand times. */
    const last: number[] = [];
    runner.on('test', (test) => {
      title = test.fullTitle();
      count += 1;
    });
    runner.on('fail', (test) => failed.push(test.fullTitle()));
    runner.on('pass', (test) => {
      if ((test.duration ?? 0) > QUICK_MS) slow.add(test.fullTitle());
    });
    passed = (mutant) => {
      if (title === undefined || last[mutant] === count) return;
      last[mutant] = count;
      coveredBy.set(mutant, (coveredBy.get(mutant) ?? new Set()).add(title));
    };
  });
  passed = undefined;
  for (const titles of coveredBy.values()) for (const title of failed) titles.delete(title);
  return failed;
};

interface Failure {
  readonly file: string;
  readonly title: string;
}

/** The first of those tests that fails. */
const failing = async (isAsked: (title: string) => boolean): Promise<Failure | undefined> => {
  mocha.grep(new Among(isAsked));
  mocha.bail(true);
  let first: Failure | undefined;
  const failures = await run((runner) =>
    runner.on('fail', (test) => {
      // Hooks are told as if they were tests; one is known by the tests it is for.
      const kind: string | undefined = test.type;
      const title = kind === 'hook' ? test.parent?.fullTitle() : test.fullTitle();
      first ??= { file: test.file ?? '', title: title ?? '' };
    }),
  );
  return failures > 0 ? (first ?? { file: '', title: '' }) : undefined;
};

const judge = async (mutant: number): Promise<Verdict> => {
  const titles = coveredBy.get(mutant) ?? new Set();
  active = mutant;
  hasActed = false;
  const found =
    (await failing((title) => titles.has(title) && !slow.has(title))) ??
    (await failing((title) => titles.has(title) && slow.has(title)));
  active = undefined;
  const isUnclear = found && (await failing((title) => titles.has(title) && title.startsWith(found.title)));
  const result = isUnclear ? 'unclear' : found ? 'killed' : titles.size > 0 ? 'survived' : 'uncovered';
  return { result, by: found?.file, tooLate: atLoading.has(mutant) || (titles.size > 0 && !hasActed) };
};

const judgeFromTheBeginning = async (
  tests: readonly string[],
  { mutant, leftOut }: FromTheBeginning,
): Promise<Verdict> => {
  active = mutant;
  const ignored = new Set(leftOut);
  const isRefused = await readFiles(tests).then(
    () => false,
    () => true,
  );
  const found = isRefused ? undefined : await failing((title) => !ignored.has(title));
  return { result: isRefused || found ? 'killed' : 'survived', by: found?.file, tooLate: false };
};

const answer = async (question: Question): Promise<Answer> => {
  if ('mutant' in question) return judge(question.mutant);
  if (question.from !== undefined) return judgeFromTheBeginning(question.tests, question.from);
  return { ready: true, failed: await load(question.tests) };
};

process.on('message', (question: Question) => {
  void answer(question).then((said) => process.send?.(said));
});
process.on('disconnect', () => {
  process.exit();
});
