/**
 * `make mutation`: whether the tests of the domains would notice a fault. Every operator, literal, condition and step of
 * `src/modules/{commission,attribution}/domain` is changed, one at a time, and the module's unit tests are asked. The
 * score is how many of a hundred mutants they kill. Ends with 1 below `--least`.
 *
 *     tsx tools/mutate.ts --sample 200 --draw 2 --only commission/domain/engine --least 80
 *
 * `--sample`: so many of each module; another `--draw` draws others.
 *
 * What was judged is kept in `.data/mutation`: what a test killed until that test or the file changes, what survived until
 * any test of the module does.
 */
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
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { Judge, type Judgement } from './mutation/judge.ts';
import { FEW_RUNS } from './mutation/few-runs.ts';
import { instrument, type Mutant } from './mutation/mutants.ts';
import { type Judged, scoreOf, tell, tellSurvivors } from './mutation/score.ts';

const { values: given } = parseArgs({
  options: {
    sample: { type: 'string' },
    draw: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    least: { type: 'string', default: '80' },
    show: { type: 'boolean', default: false },
  },
});

const MODULES = ['commission', 'attribution'];
const PROCESSES = 2;
const COPIED = ['src', 'test', 'docs', 'tools', 'package.json', 'tsconfig.json'];

const root = projectRoot();
const kept = join(root, '.data/mutation');
const RESULTS = join(kept, 'judged.json');

const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))
    .toSorted();

/** As it was when it was first read: somebody may go on writing meanwhile. */
const read = (file: string): string => {
  const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
  texts.set(file, text);
  return text;
};
const texts = new Map<string, string>();

const hashOf = (...texts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex');
};

const testsOf = (module: string): readonly string[] => filesIn(`test/unit/modules/${module}`, '.test.ts');

/** How often a property is to be tried. Here it is less: a fault that hardly an example shows counts as not noticed. */
const RUNS = /numRuns: [\d_]+/g;

/** A copy of the checkout with all mutants of the module in it; the checkout itself is left alone. */
const planted = (folder: string, module: string): readonly Mutant[] => {
  for (const each of COPIED) cpSync(join(root, each), join(folder, each), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const test of testsOf(module))
    writeFileSync(join(folder, test), read(test).replace(RUNS, `numRuns: ${FEW_RUNS}`));
  const mutants: Mutant[] = [];
  for (const file of filesIn(`src/modules/${module}/domain`, '.ts')) {
    const { text, mutants: own } = instrument(file, read(file), mutants.length);
    writeFileSync(join(folder, file), text);
    mutants.push(...own);
  }
  return mutants;
};

/** Which file and what in it, wherever it stands now. */
const nameOf = ({ file, ordinal, was, is }: Mutant): string => hashOf(read(file), `${ordinal} ${was} ${is}`);

const sampled = (mutants: readonly Mutant[]): readonly Mutant[] => {
  if (given.sample === undefined) return mutants;
  const drawn = mutants.map((mutant) => ({ mutant, lot: hashOf(given.draw, nameOf(mutant)) }));
  return drawn
    .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, Number(given.sample))
    .map(({ mutant }) => mutant)
    .toSorted((a, b) => a.id - b.id);
};

/** What is known of a mutant, while the tests it is known by are what they were. */
interface Known extends Judgement {
  readonly testsHash: string;
}

const known: Record<string, Known> = existsSync(RESULTS)
  ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, Known>)
  : {};
const keep = (): void => {
  writeFileSync(RESULTS, JSON.stringify(known));
};

const judgeModule = async (module: string, folder: string, wanted: readonly Mutant[]): Promise<readonly Judged[]> => {
  const tests = testsOf(module);
  const ofAll = hashOf(...tests.map(read));
  const hashBy = ({ by }: Judgement): string => (by === undefined || !tests.includes(by) ? ofAll : hashOf(read(by)));
  const standing = (mutant: Mutant): Known | undefined => {
    const found = known[nameOf(mutant)];
    return found?.testsHash === (found && hashBy(found)) ? found : undefined;
  };
  const left = wanted.filter((mutant) => standing(mutant) === undefined);
  const work = async (): Promise<void> => {
    const judge = new Judge(folder, tests);
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const judgement = await judge.judge(mutant.id);
      known[nameOf(mutant)] = { ...judgement, testsHash: hashBy(judgement) };
      keep();
    }
    judge.dismiss();
  };
  await Promise.all(Array.from({ length: Math.min(PROCESSES, left.length) }, work));
  return wanted.map((mutant) => ({ mutant, result: standing(mutant)?.result ?? 'uncovered' }));
};

const folderOf = ({ file }: Mutant): string => file.split('/').slice(2, 5).join('/');

/** Judges and tells what was sampled of one module: of how many. */
const judgeAndTell = async (module: string, folder: string): Promise<readonly [readonly Judged[], number]> => {
  const mutants = planted(folder, module).filter(({ file }) => file.includes(given.only));
  const judged = await judgeModule(module, folder, sampled(mutants));
  for (const name of new Set(mutants.map(folderOf))) {
    const ofFolder = judged.filter(({ mutant }) => folderOf(mutant) === name);
    tell(name, ofFolder, mutants.filter((mutant) => folderOf(mutant) === name).length);
    if (given.show) tellSurvivors(ofFolder);
  }
  tell(module, judged, mutants.length);
  return [judged, mutants.length];
};

mkdirSync(kept, { recursive: true });
const all: Judged[] = [];
let inAll = 0;
for (const module of MODULES) {
  const folder = mkdtempSync(join(kept, `${module}-`));
  try {
    const [judged, count] = await judgeAndTell(module, folder);
    all.push(...judged);
    inAll += count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
tell('in all', all, inAll);
if (scoreOf(all) < Number(given.least)) process.exitCode = 1;
