/** Afterwards: is all that was answered for really there, and did everybody hear of it? */
import type { Id } from '../../shared/ids.ts';
import { type ApiClient, chunked } from '../demo/client.ts';
import type { ExpectedOrder } from './customers.ts';
import type { Sender } from './sender.ts';

const PATIENCE_MS = 60_000;
const LOOK_MS = 500;
const MOST = 10;

interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

interface Conversion {
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly outcome: 'attributed' | 'unattributed';
  readonly reason: string | null;
}

const everything = async <Item>(client: ApiClient, path: string): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let after = ''; ;) {
    const page: Page<Item> = await client.get<Page<Item>>(`${path}limit=1000${after && `&after=${after}`}`);
    items.push(...page.data);
    if (page.nextCursor === null) return items;
    after = encodeURIComponent(page.nextCursor);
  }
};

export interface Asked {
  readonly client: ApiClient;
  readonly programId: Id<'prg'>;
  readonly orders: readonly ExpectedOrder[];
  readonly sender: Sender;
  readonly clicksBefore: number;
  /** For those who only need time. */
  readonly patienceMs?: number;
}

/** What is missing, a line each. */
export const missing = async (asked: Asked): Promise<readonly string[]> => {
  const lost = await forgottenEvents(asked.sender);
  for (const until = performance.now() + (asked.patienceMs ?? PATIENCE_MS); ;) {
    const late = [...(await forgottenClicks(asked)), ...(await wrongOrders(asked)), ...(await unheard(asked))];
    if (late.length === 0 || performance.now() > until) return [...lost, ...late.slice(0, MOST), ...more(late)];
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

const more = ({ length }: readonly string[]): readonly string[] =>
  length > MOST ? [`… and ${length - MOST} more`] : [];

/** What was accepted once is known for ever: told again, it must be a duplicate. */
const forgottenEvents = async (sender: Sender): Promise<readonly string[]> => {
  const distinct = [...new Map(sender.told.map((event) => [event.id, event])).values()];
  const found: string[] = [];
  for (const some of chunked(distinct, 500)) {
    const verdicts = new Map((await sender.verdictsOn(some)).map(({ id, verdict }) => [id, verdict]));
    const forgotten = some.filter(({ id }) => verdicts.get(id) !== 'duplicate');
    found.push(
      ...forgotten.map(({ id }) => `event ${id} was accepted, and is now ${verdicts.get(id) ?? 'not answered'}`),
    );
  }
  return found;
};

export const clicksOf = async (client: ApiClient, programId: Id<'prg'>): Promise<number> =>
  (await client.get<{ clicks: number }>(`/v1/conversions/totals?programId=${programId}`)).clicks;

const forgottenClicks = async ({ client, programId, sender, clicksBefore }: Asked): Promise<readonly string[]> => {
  const found = (await clicksOf(client, programId)) - clicksBefore;
  const told = new Set(sender.told.flatMap(({ id, type }) => (type === 'click.recorded' ? [id] : [])));
  const expected = sender.clicks.length + told.size;
  return found < expected ? [`${expected} clicks were answered for, and only ${found} are there`] : [];
};

const wrongOrders = async ({ client, orders }: Asked): Promise<readonly string[]> => {
  const found = await everything<{ orderRef: string; state: string }>(client, '/v1/orders?');
  const stateOf = new Map(found.map(({ orderRef, state }) => [orderRef, state]));
  return orders.flatMap(({ ref, state }) =>
    stateOf.get(ref) === state ? [] : [`order ${ref} should be ${state}, and is ${stateOf.get(ref) ?? 'nowhere'}`],
  );
};

/** Every order is decided by the click it names, and every credit has come to a commission. */
const unheard = async ({ client, programId, orders }: Asked): Promise<readonly string[]> => {
  const query = `?programId=${programId}&`;
  const [conversions, commissions] = await Promise.all([
    everything<Conversion>(client, `/v1/conversions${query}`),
    everything<{ orderId: Id<'ord'> }>(client, `/v1/commissions${query}`),
  ]);
  const ofOrder = new Map(conversions.map((conversion) => [conversion.orderRef, conversion]));
  const rewarded = new Set(commissions.map(({ orderId }) => orderId));
  return orders.flatMap(({ ref }) => {
    const decided = ofOrder.get(ref);
    if (decided === undefined) return [`order ${ref} is not decided`];
    if (decided.outcome === 'unattributed') return [`order ${ref} is nobody's: ${decided.reason ?? ''}`];
    return rewarded.has(decided.orderId) ? [] : [`order ${ref} is credited, and has no commission`];
  });
};
