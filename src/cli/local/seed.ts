/**
 * Aurora, founded today with half a year behind it. Every step can be done again and changes nothing then: things are
 * looked for before they are made, or carry permanent ids. Whoever is cut off goes on at the next start.
 */
import type { Month } from '../../shared/calendar.ts';
import type { Id } from '../../shared/ids.ts';
import { type Instant, plusDays } from '../../shared/instant.ts';
import { BANK_ACCOUNT, BROWSER, lineOf, PARTNERS, PRODUCTS, PROGRAM, TERMS } from '../demo/aurora.ts';
import { FinanceDesk } from '../demo/desk.ts';
import { type House, World } from '../demo/world.ts';
import { eventsAfter, eventsBefore, monthBefore } from './seed-orders.ts';

export interface Program {
  readonly id: Id<'prg'>;
  readonly createdAt: Instant;
}

/** Who is to look at it: the creator. */
export const SHOWN = 'lena-drives';
const HISTORY_DAYS = 400;
/** An order that follows a click of this very moment: too fast for fraud's taste, so it waits for a person. */
const HASTY = { ref: 'AUR-3015', code: 'smart-carla' };
const VISITORS = 12;

/** The program, and the partner whose eyes one may look through. */
export const seed = async (house: House): Promise<{ readonly programId: Id<'prg'>; readonly partnerId: Id<'par'> }> => {
  const program = await founded(house);
  const partnerIds = await signedUp(house, program.id);
  const world = new World(house, program.id, partnerIds);
  await world.post(eventsBefore(program.createdAt), () => undefined);
  await clickNow(world);
  await world.settle();
  await closeBooks(world, program.createdAt);
  await world.post(eventsAfter(program.createdAt), () => undefined);
  await world.settle();
  const partnerId = partnerIds.get(SHOWN);
  if (partnerId === undefined) throw new Error(`${SHOWN} is not among the partners`);
  return { programId: program.id, partnerId };
};

const founded = async ({ staff }: House): Promise<Program> => {
  const { data } = await staff.get<{ data: readonly (Program & { readonly name: string })[] }>(
    '/v1/programs?limit=1000',
  );
  const program =
    data.find(({ name }) => name === PROGRAM.name) ??
    (await staff.post<Program>('/v1/programs', PROGRAM, 'seed:program'));
  await staff.put(`/v1/programs/${program.id}/bank-account`, BANK_ACCOUNT);
  const { data: versions } = await staff.get<{ data: readonly unknown[] }>(`/v1/programs/${program.id}/terms`);
  if (versions.length === 0) {
    const effectiveFrom = plusDays(program.createdAt, -HISTORY_DAYS);
    await staff.post(`/v1/programs/${program.id}/terms`, { terms: TERMS, effectiveFrom }, 'seed:terms');
  }
  return program;
};

/** Partners and links are known again by the names the importer gives them. */
const signedUp = async ({ staff }: House, programId: Id<'prg'>): Promise<ReadonlyMap<string, Id<'par'>>> => {
  const partners = PARTNERS.map(({ ref, ...partner }) => ({ ...partner, externalRef: ref, approve: true }));
  const { results } = await staff.post<{
    results: readonly { readonly externalRef: string; readonly partnerId: Id<'par'> }[];
  }>('/v1/partners/import', { programId, partners });
  const ids = new Map(results.map(({ externalRef, partnerId }) => [externalRef, partnerId]));
  await staff.post('/v1/links/import', {
    links: [...ids].map(([code, partnerId]) => ({ code, programId, partnerId })),
  });
  return ids;
};

/** Through the real redirect: some who only look, and one who orders at once. */
const clickNow = async (world: World<House>): Promise<void> => {
  const { staff } = world.stage;
  await world.settle();
  const { data: known } = await staff.get<{ data: readonly { readonly orderRef: string }[] }>('/v1/orders?limit=1000');
  if (known.some(({ orderRef }) => orderRef === HASTY.ref)) return;
  const clickOn = (code: string) => staff.visit(`/r/${code}`, { 'user-agent': BROWSER });
  for (let visitor = 0; visitor < VISITORS; visitor += 1) await clickOn(PARTNERS[visitor % PARTNERS.length]?.ref ?? '');
  const { headers } = await clickOn(HASTY.code);
  const clickId = new URL(String(headers['location'])).searchParams.get('click_id');
  const { now } = await staff.get<{ now: Instant }>('/v1/sandbox/clock');
  const data = { currency: PROGRAM.currency, lines: [lineOf('1', PRODUCTS[3])], clickId };
  const event = { subject: HASTY.ref, type: 'order.placed', time: now, data };
  await world.post([{ id: `${HASTY.ref}:${event.type}`, ...event }], () => undefined);
};

interface Period {
  readonly period: Month;
  readonly state: string;
}

/** Up to last month, whose payouts wait for somebody to approve them; those before are paid. */
const closeBooks = async (world: World<House>, now: Instant): Promise<void> => {
  const { staff } = world.stage;
  const last = monthBefore(now, 1);
  const { data } = await staff.get<{ data: readonly Period[] }>(`/v1/programs/${world.programId}/periods`);
  const past = data.filter(({ period }) => period <= last);
  for (const { period, state } of past)
    if (state !== 'closed') await staff.post(`/v1/programs/${world.programId}/periods/${period}/close`);
  await world.settle();
  await new FinanceDesk(world).payOut(monthBefore(now, 2));
};
