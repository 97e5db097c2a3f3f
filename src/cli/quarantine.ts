/** `tributary quarantine`: events that were refused at the front door, why, and what becomes of them. */
import type { App } from '../infrastructure/compose.ts';
import { isId } from '../shared/ids.ts';
import { AppError } from '../shared/errors.ts';
import {
  QUARANTINE_STATES,
  type QuarantineChoice,
  type QuarantineFilter,
  type QuarantineId,
  QuarantinePort,
} from '../modules/pipeline/index.ts';

/** As commander gives them. */
export interface QuarantineOptions {
  readonly type?: string;
  readonly source?: string;
  readonly reason?: string;
  readonly state?: string;
  readonly limit?: string;
}

const filterOf = ({ type, source, reason, state }: QuarantineOptions): QuarantineFilter => ({
  type,
  source,
  reason,
  state: QUARANTINE_STATES.find((known) => known === state),
});

const MOST_LISTED = 1_000;

export const listRefused = async (app: App, options: QuarantineOptions): Promise<void> => {
  const limit = Math.min(Math.max(Number(options.limit ?? 100), 1), MOST_LISTED);
  const { data, nextCursor } = await app.ask(QuarantinePort).list({ limit }, filterOf(options));
  for (const { id, state, type, source, eventId, pointer, faults, reason } of data)
    console.log(
      `${id}  ${state.padEnd(9)} ${(type ?? '?').padEnd(30)} ${source}/${eventId ?? '?'}  ${reason} at ${pointer || '/'}: ${faults[0]?.detail ?? ''}`,
    );
  if (data.length === 0) console.log('nothing is in quarantine');
  if (nextCursor !== null) console.log(`… and more; --limit shows up to ${MOST_LISTED}`);
};

export const showRefused = async (app: App, id: string): Promise<void> => {
  console.log(JSON.stringify(await app.ask(QuarantinePort).show(idIn(id)), null, 2));
};

export const countRefused = async (app: App): Promise<void> => {
  const { refused, counts } = await app.ask(QuarantinePort).summary();
  for (const { type, reason, open, redriven, discarded } of counts)
    console.log(
      `${(type ?? '?').padEnd(30)} ${reason.padEnd(30)} ${open} open, ${redriven} re-driven, ${discarded} discarded`,
    );
  console.log(`${refused} were refused in all, also those that were too many or too large to keep`);
};

/** `all`, narrowed by the options, or ids one by one. Goes on until nothing changes; answers how many still fail. */
export const redriveRefused = async (app: App, ids: readonly string[], options: QuarantineOptions): Promise<number> => {
  const quarantine = app.ask(QuarantinePort);
  const choice = choiceOf(ids, options);
  let [redriven, stillRefused] = [0, 0];
  for (let more = true; more;) {
    const piece = await quarantine.redrive(choice);
    redriven += piece.redriven;
    ({ stillRefused } = piece);
    more = 'filter' in choice && piece.redriven > 0;
  }
  console.log(
    `${redriven} re-driven, ${stillRefused} still refused${stillRefused > 0 ? '; see: quarantine list' : ''}`,
  );
  return stillRefused;
};

export const discardRefused = async (app: App, ids: readonly string[], options: QuarantineOptions): Promise<void> => {
  const quarantine = app.ask(QuarantinePort);
  const choice = choiceOf(ids, options);
  let discarded = 0;
  for (let more = true; more;) {
    const piece = await quarantine.discard(choice);
    discarded += piece;
    more = 'filter' in choice && piece > 0;
  }
  console.log(`${discarded} discarded`);
};

const choiceOf = (ids: readonly string[], options: QuarantineOptions): QuarantineChoice =>
  ids.length === 1 && ids[0] === 'all' ? { filter: filterOf(options) } : { ids: ids.map(idIn) };

const idIn = (text: string): QuarantineId => {
  if (isId('qua', text)) return text;
  throw new AppError('invalid', 'id.malformed', `"${text}" is not an id like qua_…; see: tributary quarantine list`);
};
