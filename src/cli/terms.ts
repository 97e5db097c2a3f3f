/**
 * `tributary terms`: terms kept as files beside the code, checked and published by whoever builds it. Exit codes are for
 * gates: 0 nothing to do, 1 it cannot go on, 2 somebody should look.
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { BacktestResult } from '../modules/commission/domain/backtest/backtest.ts';
import {
  type Acknowledged,
  checkTerms,
  inDocument,
  notAcknowledged,
  withinTerms,
} from '../modules/commission/domain/terms/check-terms.ts';
import { termsSchema } from '../modules/commission/domain/terms/reading/terms-form.ts';
import { diffTerms } from '../modules/commission/domain/terms/terms-diff.ts';
import type { Terms, TermsVersion } from '../modules/commission/domain/terms/terms.ts';
import { AppError, type Fault } from '../shared/errors.ts';
import { Money, type MoneyJson } from '../shared/money.ts';
import { Rate } from '../shared/rate.ts';
import type { ApiClient } from './demo/client.ts';
import { withProgram } from './reach-program.ts';

export type ExitCode = 0 | 1 | 2;

/** Terms alone, or with what a publication says beside them. */
interface TermsFile {
  readonly terms: unknown;
  /** Whether something may stand beside them: then they are its member `terms`. */
  readonly isDocument: boolean;
  readonly effectiveFrom?: string | undefined;
  readonly acknowledged?: readonly Acknowledged[] | undefined;
}

export interface TermsOptions {
  readonly program: string;
  readonly url?: string;
  readonly effectiveFrom?: string;
  /** As a draft that somebody else reviews. */
  readonly review?: true;
}

/** Throws `terms.no_file`, `terms.no_json`. */
const readTermsFile = (path: string): TermsFile => {
  const content = parsed(path, textOf(path));
  const isWhole = typeof content === 'object' && content !== null && 'terms' in content;
  return isWhole ? { ...content, isDocument: true } : { terms: content, isDocument: false };
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('not_found', 'terms.no_file', `${path} cannot be read; name a file of terms`, { cause });
  }
};

const parsed = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('invalid', 'terms.no_json', `${path} is not JSON: ${String(cause)}`, { cause });
  }
};

const say = (path: string, kind: string, faults: readonly Fault[]): void => {
  for (const { pointer, code, detail } of faults)
    console.log(`${path}:${pointer || '/'}: ${kind}: ${detail} (${code})`);
};

/** Faults of a document, with pointers into the file as it is. */
const inFile = ({ isDocument }: TermsFile, faults: readonly Fault[]): readonly Fault[] =>
  isDocument ? faults : faults.map((fault) => ({ ...fault, pointer: withinTerms(fault.pointer) }));

export const lintTermsFile = (path: string): ExitCode => {
  const file = readTermsFile(path);
  const { errors, warnings } = checkTerms(file.terms);
  const open = notAcknowledged(warnings, file.acknowledged ?? []);
  say(path, 'error', inFile(file, inDocument(errors)));
  say(path, 'warning', inFile(file, inDocument(open)));
  console.log(
    `${path}: ${errors.length} errors, ${open.length} warnings, ${warnings.length - open.length} acknowledged`,
  );
  if (errors.length > 0) return 1;
  return open.length > 0 ? 2 : 0;
};

export const printTermsSchema = (): void => {
  console.log(JSON.stringify(termsSchema, null, 2));
};

/** Beside the version that would be in force where the file's terms begin; at present, where it does not say when. */
export const diffTermsFile = async (path: string, { program, url, effectiveFrom }: TermsOptions): Promise<ExitCode> => {
  const file = readTermsFile(path);
  const { terms, errors } = checkTerms(file.terms);
  say(path, 'error', inFile(file, inDocument(errors)));
  if (terms === undefined) return 1;
  return withProgram(url, async (client) => {
    const before = await inForce(client, program, effectiveFrom ?? file.effectiveFrom);
    return showDiff(before, terms);
  });
};

const inForce = async (client: ApiClient, program: string, at?: string): Promise<TermsVersion | undefined> => {
  const moment = at ?? (await nowThere(client));
  const path = `/v1/programs/${program}/terms?effectiveAt=${encodeURIComponent(moment)}`;
  const { data } = await client.get<{ data: readonly TermsVersion[] }>(path);
  return data[0];
};

/** As the program's clock has it; this machine's may be wrong. */
const nowThere = async (client: ApiClient): Promise<string> => {
  const { headers } = await client.visit('/healthz', {});
  return new Date(String(headers['date'])).toISOString();
};

const showDiff = (before: TermsVersion | undefined, after: Terms): ExitCode => {
  const differences = diffTerms(before?.terms, after);
  const against = before === undefined ? 'no terms' : `version ${before.version}`;
  for (const { kind, says } of differences) console.log(`${MARKS[kind]} ${says}`);
  console.log(
    differences.length === 0 ? `the same as ${against}` : `${differences.length} differences from ${against}`,
  );
  return differences.length === 0 ? 0 : 2;
};

const MARKS = { added: '+', removed: '-', changed: '~' } as const;

/** Throws `terms.no_beginning`. */
export const beginningOf = (path: string, told?: string): string => {
  const effectiveFrom = told ?? readTermsFile(path).effectiveFrom;
  if (effectiveFrom === undefined)
    throw new AppError('invalid', 'terms.no_beginning', 'say when they begin: in the file, or by --effective-from');
  return effectiveFrom;
};

/** What the file says, as the next version; or as a draft, for somebody else to review. */
export const publishTermsFile = async (path: string, options: TermsOptions): Promise<ExitCode> => {
  const lint = lintTermsFile(path);
  // Whoever reviews says whether what the linter warns of is meant.
  if (lint === 1 || (lint === 2 && options.review !== true)) return lint;
  const file = readTermsFile(path);
  const words = { terms: file.terms, effectiveFrom: beginningOf(path, options.effectiveFrom) };
  const { program, review } = options;
  return withProgram(options.url, (client) =>
    orSay(path, file, () =>
      review ? submit(client, program, words) : publish(client, program, { ...words, acknowledged: file.acknowledged }),
    ),
  );
};

const publish = async (client: ApiClient, program: string, body: object): Promise<void> => {
  const { version, termsId, hash } = await client.post<TermsVersion>(`/v1/programs/${program}/terms`, body);
  console.log(`version ${version} is published: ${termsId}, hash ${hash}`);
};

const submit = async (client: ApiClient, program: string, body: object): Promise<void> => {
  const drafts = `/v1/programs/${program}/terms/drafts`;
  const { id } = await client.post<{ id: string }>(drafts, body);
  await client.post(`${drafts}/${id}/submit`);
  console.log(`draft ${id} waits for a review`);
};

/** What the program points at is said line by line, as the linter says it. */
const orSay = async (path: string, file: TermsFile, work: () => Promise<void>): Promise<ExitCode> => {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof AppError) || (error.details.faults ?? []).length === 0) throw error;
    say(path, 'refused', inFile(file, error.details.faults ?? []));
    return 1;
  }
};

export interface BacktestOptions {
  readonly program: string;
  readonly url?: string;
  readonly from: string;
  readonly until: string;
  /** Minor units of the terms' currency: more than this in all, and the gate is closed. */
  readonly budget?: string;
  /** Percent: costs that much more than history, and the gate is closed. */
  readonly maxIncrease?: string;
}

interface Rehearsed {
  readonly id: string;
  readonly state: 'running' | 'finished' | 'failed';
  readonly judged: number;
  readonly failure: string | null;
  readonly result: BacktestResult | null;
}

/** What the file's terms would have made of past orders: 2 where a budget or an increase somebody set is exceeded. */
export const backtestTermsFile = (path: string, options: BacktestOptions): Promise<ExitCode> => {
  const { terms } = readTermsFile(path);
  const { program, url, from, until, budget } = options;
  const { currency } = terms as Partial<Terms>;
  return withProgram(url, async (client) => {
    const asked = { terms, from, until, ...(budget !== undefined && { budget: { minor: budget, currency } }) };
    const { id } = await client.post<Rehearsed>(`/v1/programs/${program}/backtests`, asked);
    const { result, failure } = await finished(client, id);
    if (result === null) {
      console.log(`the back-test failed: ${failure ?? 'nobody knows why'}`);
      return 1;
    }
    for (const line of backtestText(result)) console.log(line);
    if (result.orders === 0) return nothingToJudge(options);
    return isTooMuch(result, options) ? 2 : 0;
  });
};

const LOOK_EVERY_MS = 200;

const finished = async (client: ApiClient, id: string): Promise<Rehearsed> => {
  for (let shown = 0; ;) {
    const backtest = await client.get<Rehearsed>(`/v1/backtests/${id}`);
    if (backtest.state !== 'running') return backtest;
    if (backtest.judged > shown) console.log(`${backtest.judged} orders …`);
    shown = backtest.judged;
    await setTimeout(LOOK_EVERY_MS);
  }
};

const shown = (json: MoneyJson): string => Money.fromJson(json).toString();

const backtestText = (result: BacktestResult): readonly string[] => [
  `${result.orders} orders, ${result.changedOrders} of them changed`,
  `  ${shown(result.live)} as history has it, ${shown(result.rehearsed)} by these terms: ${shown(result.delta)}`,
  ...result.partners.slice(0, MOST_SHOWN).map((each) => `  ${each.partnerId}: ${shown(each.delta)}`),
  ...result.caps.map(
    ({ limit, orders, cut }) =>
      `  limit ${limit}: cuts ${shown(cut)} of ${orders} ${orders === 1 ? 'order' : 'orders'}`,
  ),
  ...result.changed.map((each) => `  ${each.orderRef}: ${shown(each.live)} → ${shown(each.rehearsed)}`),
  ...result.notCalculated.map(({ code, orders, example }) => `  ${orders} not calculated, ${code}: ${example.detail}`),
];

/** A gate that opens because there was nothing to look at is none. */
const nothingToJudge = ({ from, until }: BacktestOptions): ExitCode => {
  console.log(`no order of the program was placed from ${from} until ${until}: say another time`);
  return 1;
};

const MOST_SHOWN = 20;

const isTooMuch = ({ live, rehearsed, budget }: BacktestResult, { maxIncrease }: BacktestOptions): boolean => {
  const before = Money.fromJson(live);
  const allowed = maxIncrease === undefined ? undefined : before.plus(before.times(Rate.percent(maxIncrease), 'down'));
  const isOver = allowed !== undefined && Money.fromJson(rehearsed).compare(allowed) > 0;
  if (budget?.isBreached) console.log(`the budget of ${shown(budget.limit)} is breached`);
  if (isOver) console.log(`that is more than ${maxIncrease ?? ''} % above history`);
  return isOver || budget?.isBreached === true;
};
