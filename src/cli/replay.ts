/** `tributary replay`: another policy over a period, beside the live decisions; see docs/attribution.md. */
import { readFile } from 'node:fs/promises';
import type { App } from '../infrastructure/compose.ts';
import { type ReplayFacts, ReplayPort } from '../modules/attribution/index.ts';
import { AppError } from '../shared/errors.ts';
import { type Id, parseId } from '../shared/ids.ts';
import { instant } from '../shared/instant.ts';

/** As commander gives them. */
export interface ReplayStart {
  readonly program: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly rules?: string;
  readonly policyVersion?: string;
}

export interface ReplayOf {
  readonly program: string;
}

const MOST_LISTED = 1_000;

export const startReplay = async (app: App, options: ReplayStart): Promise<void> => {
  const replay = await app.ask(ReplayPort).start({
    programId: programIn(options),
    name: options.name,
    from: instant(options.from),
    to: instant(options.to),
    rules: options.rules === undefined ? undefined : await rulesIn(options.rules),
    policyVersion: options.policyVersion === undefined ? undefined : Number(options.policyVersion),
  });
  const show = `tributary replay show ${replay.id} --program ${options.program}`;
  console.log(`${replay.id} is to decide ${replay.total} orders again; a worker does. See: ${show}`);
};

export const listReplays = async (app: App, options: ReplayOf): Promise<void> => {
  const { data } = await app.ask(ReplayPort).list({ limit: MOST_LISTED }, programIn(options));
  for (const replay of data) console.log(lineOf(replay));
  if (data.length === 0) console.log('nothing was replayed');
};

export const showReplay = async (app: App, id: string, options: ReplayOf): Promise<void> => {
  console.log(JSON.stringify(await app.ask(ReplayPort).replay(programIn(options), parseId('rpl', id)), null, 2));
};

export const compareReplay = async (
  app: App,
  id: string,
  options: ReplayOf & { readonly samples: string },
): Promise<void> => {
  const comparison = await app
    .ask(ReplayPort)
    .comparison(programIn(options), parseId('rpl', id), Number(options.samples));
  console.log(lineOf(comparison.replay));
  for (const { partnerId, conversions, values } of comparison.standings) {
    const money = values.map(({ live, replayed }) => `${live.currency} ${live.minor} -> ${replayed.minor}`).join(', ');
    console.log(
      `${(partnerId ?? 'nobody').padEnd(30)} ${conversions.live} -> ${conversions.replayed} (${conversions.gain})  ${money}`,
    );
  }
  for (const sample of comparison.samples) console.log(JSON.stringify(sample));
};

export const promoteReplay = async (
  app: App,
  id: string,
  options: ReplayOf & { readonly effectiveFrom: string },
): Promise<void> => {
  const replay = await app
    .ask(ReplayPort)
    .promote(programIn(options), parseId('rpl', id), instant(options.effectiveFrom), 'tributary replay promote');
  console.log(`version ${replay.promotedVersion} decides orders placed from ${replay.effectiveFrom}`);
};

const lineOf = ({ id, state, decided, total, different, name }: ReplayFacts): string =>
  `${id}  ${state.padEnd(8)} ${decided} of ${total} decided, ${different} different  ${name}`;

const programIn = ({ program }: ReplayOf): Id<'prg'> => parseId('prg', program);

const rulesIn = async (path: string): Promise<object> => {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new AppError('invalid', 'attribution.policy_unreadable', `${path} is not JSON`, { cause: String(cause) });
  }
};
