/**
 * Judges mutants, one after the other, in a process of its own: tests that never end are ended with it. The tests are
 * loaded once, from a copy of the checkout with all mutants in it (`mutants.ts`), and once run to learn which test comes
 * by which mutant; a mutant is then judged by those alone, up to the first that fails.
 */
import fc from 'fast-check';
import Mocha from 'mocha';

export type Verdict = 'killed' | 'survived' | 'uncovered';

export type Question = { readonly tests: readonly string[] } | { readonly mutant: number };
export type Answer =
  { readonly ready: true; readonly failed: readonly string[] } | { readonly mutant: number; readonly verdict: Verdict };

let active: number | undefined;
let passed: ((mutant: number) => void) | undefined;
Object.assign(globalThis, {
  __mutant: (mutant: number): boolean => {
    passed?.(mutant);
    return mutant === active;
  },
});

const coveredBy = new Map<number, Set<string>>();
/** Enough to see a fault, and no search for the smallest example of it. */
fc.configureGlobal({ endOnFailure: true });

const mocha = new Mocha({ reporter: class {} as never, timeout: 60_000 });
mocha.cleanReferencesAfterRun(false);

const run = (observe?: (runner: Mocha.Runner) => void): Promise<number> =>
  new Promise((resolve) => {
    const runner = mocha.run(resolve);
    observe?.(runner);
  });

/** The titles of tests that fail without any mutant: they judge nothing. */
const load = async (tests: readonly string[]): Promise<readonly string[]> => {
  for (const test of tests) mocha.addFile(test);
  await mocha.loadFilesAsync();
  const failed: string[] = [];
  await run((runner) => {
    // What hooks come by counts for the test before them, too; a test more does no harm.
    let title: string | undefined;
    runner.on('test', (test) => (title = test.fullTitle()));
    runner.on('fail', (test) => failed.push(test.fullTitle()));
    passed = (mutant) => {
      if (title !== undefined) coveredBy.set(mutant, (coveredBy.get(mutant) ?? new Set()).add(title));
    };
  });
  passed = undefined;
  for (const titles of coveredBy.values()) for (const title of failed) titles.delete(title);
  return failed;
};

const judge = async (mutant: number): Promise<Verdict> => {
  const titles = [...(coveredBy.get(mutant) ?? [])];
  if (titles.length === 0) return 'uncovered';
  mocha.grep(new RegExp(`^(?:${titles.map(escaped).join('|')})$`));
  mocha.bail(true);
  active = mutant;
  const failures = await run();
  active = undefined;
  return failures > 0 ? 'killed' : 'survived';
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const answer = async (question: Question): Promise<Answer> =>
  'tests' in question
    ? { ready: true, failed: await load(question.tests) }
    : { mutant: question.mutant, verdict: await judge(question.mutant) };

process.on('message', (question: Question) => {
  void answer(question).then((said) => process.send?.(said));
});
