/**
 * Plays a story against the program as its neighbours would: partners are signed up, months go by, events are posted,
 * periods closed, payouts approved by somebody else, the bank answers, webhooks arrive. A script says what is special.
 */
import { boundsOf, type Month, monthOf, nextMonth } from '../../shared/calendar.ts';
import { AppError } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import { chunked } from './client.ts';
import { FinanceDesk } from './desk.ts';
import type { Stage } from './stage.ts';
import { World } from './world.ts';

export interface ScriptedPartner {
  /** What the script calls it; also its link's code. */
  readonly ref: string;
  readonly name: string;
  readonly email: string;
  readonly kind: 'creator' | 'dealer' | 'agency' | 'affiliate';
  readonly payoutProfile: object;
}

export interface Script {
  readonly title: string;
  readonly program: object;
  readonly timeZone: string;
  readonly bankAccount: object;
  readonly terms: object;
  readonly termsFrom: Instant;
  readonly partners: readonly ScriptedPartner[];
  readonly from: Instant;
  readonly until: Instant;
  /** About how many things happen, for the progress bar. */
  readonly size: number;
  /** What happens in a month; the clock may be moved up to `bounds.until`. */
  readonly playMonth: (
    world: World,
    bounds: { readonly month: Month; readonly from: Instant; readonly until: Instant },
  ) => Promise<void>;
}

export const play = async (stage: Stage, script: Script, onProgress: (by: number) => void): Promise<World> => {
  const { staff } = stage;
  await staff.post('/v1/sandbox/clock', { now: script.from });
  const program = await staff.post<{ id: Id<'prg'> }>('/v1/programs', script.program);
  await staff.put(`/v1/programs/${program.id}/bank-account`, script.bankAccount);
  await staff.post(`/v1/programs/${program.id}/terms`, { terms: script.terms, effectiveFrom: script.termsFrom });
  const partnerIds = await signUp(stage, program.id, script.partners);
  const world = new World(stage, program.id, partnerIds, onProgress);
  await world.settle();
  const desk = new FinanceDesk(world);
  for (let month = monthOf(script.from, script.timeZone); ; month = nextMonth(month)) {
    const { from, until } = boundsOf(month, script.timeZone);
    const over = until <= script.until;
    await script.playMonth(world, { month, from, until: over ? until : script.until });
    await world.moveTo(over ? until : script.until);
    await world.settle();
    if (!over) break;
    await desk.close(month);
    await desk.payOut(month);
  }
  return world;
};

const IMPORT = { partners: 200, links: 500, endpoints: 500 };
/** What the webhooks of the story are about. */
const TOLD = ['*'];

const signUp = async (
  { staff, receiver }: Stage,
  programId: Id<'prg'>,
  partners: readonly ScriptedPartner[],
): Promise<ReadonlyMap<string, Id<'par'>>> => {
  const ids = new Map<string, Id<'par'>>();
  for (const part of chunked(partners, IMPORT.partners)) {
    const request = part.map(({ ref, ...partner }) => ({ ...partner, externalRef: ref, approve: true }));
    const { results } = await staff.post<Results<{ partnerId: Id<'par'> }>>('/v1/partners/import', {
      programId,
      partners: request,
    });
    for (const { index, partnerId } of taken(results)) ids.set(at(part, index).ref, partnerId);
  }
  for (const part of chunked([...ids], IMPORT.links)) {
    await staff.post('/v1/links/import', { links: part.map(([code, partnerId]) => ({ code, programId, partnerId })) });
  }
  for (const part of chunked([...ids], IMPORT.endpoints)) {
    const request = part.map(([ref, partnerId]) => ({
      url: `http://127.0.0.1:${receiver.port}${pathOf(ref)}`,
      partnerId,
      eventTypes: TOLD,
    }));
    const { results } = await staff.post<Results<{ secret: string }>>('/v1/webhook-endpoints/import', {
      endpoints: request,
    });
    for (const { index, secret } of taken(results)) receiver.register(pathOf(at(part, index)[0]), secret);
  }
  return ids;
};

const pathOf = (ref: string): string => `/hooks/${ref}`;

const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index}`);
  return item;
};

/** What an import answers: a result for each item, in which a refused one has faults. */
interface Results<Result> {
  readonly results: readonly (Result & { readonly index: number; readonly faults: readonly unknown[] })[];
}

const taken = <Result extends { readonly faults: readonly unknown[] }>(
  results: readonly Result[],
): readonly Result[] => {
  const refused = results.find(({ faults }) => faults.length > 0);
  if (refused !== undefined)
    throw new AppError('refused', 'demo.refused', `an import was refused: ${JSON.stringify(refused).slice(0, 600)}`);
  return results;
};
