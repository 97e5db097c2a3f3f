/** What has become of imported orders here, once it no longer changes. */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import { Money, type MoneyJson } from '../../shared/money.ts';
import type { ApiClient } from '../demo/client.ts';
import type { OurCommission } from './parity.ts';

const PATIENCE = { tries: 240, pauseMs: 500 };

interface CommissionJson {
  readonly orderRef: string;
  readonly partnerId: string;
  readonly state: string;
  readonly amount: MoneyJson;
  readonly clawedBack: MoneyJson;
}

interface ConversionJson {
  readonly orderRef: string;
  readonly outcome: string;
  readonly reason: string | null;
}

export interface OurResult {
  readonly commissions: readonly OurCommission[];
  /** Why an order earned nobody anything. */
  readonly whyNot: ReadonlyMap<string, string>;
}

/** Waits until each order has been decided and nothing moves any more. Throws `import.not_settled`. */
export const ourResult = async (
  client: ApiClient,
  programId: Id<'prg'>,
  orderRefs: ReadonlySet<string>,
): Promise<OurResult> => {
  let before = '';
  for (let attempt = 0; attempt < PATIENCE.tries; attempt += 1) {
    const conversions = (await all<ConversionJson>(client, `/v1/conversions?programId=${programId}`)).filter(
      ({ orderRef }) => orderRefs.has(orderRef),
    );
    const commissions = (await all<CommissionJson>(client, `/v1/commissions?programId=${programId}`)).filter(
      ({ orderRef }) => orderRefs.has(orderRef),
    );
    const now = JSON.stringify([conversions, commissions]);
    if (isDecided(conversions, commissions, orderRefs) && now === before)
      return { commissions: await named(client, programId, commissions), whyNot: reasonsOf(conversions) };
    before = now;
    await pause(PATIENCE.pauseMs);
  }
  throw new AppError('unavailable', 'import.not_settled', 'orders are still being judged; run the same import again');
};

const isDecided = (
  conversions: readonly ConversionJson[],
  commissions: readonly CommissionJson[],
  orderRefs: ReadonlySet<string>,
): boolean => {
  const judged = new Set(commissions.map(({ orderRef }) => orderRef));
  const decided = new Map(conversions.map((conversion) => [conversion.orderRef, conversion]));
  return [...orderRefs].every((orderRef) => {
    const conversion = decided.get(orderRef);
    return conversion !== undefined && (conversion.outcome === 'unattributed' || judged.has(orderRef));
  });
};

const named = async (
  client: ApiClient,
  programId: Id<'prg'>,
  commissions: readonly CommissionJson[],
): Promise<readonly OurCommission[]> => {
  const refs = await refsOf(client, programId);
  return commissions.map(({ orderRef, partnerId, state, amount, clawedBack }) => ({
    orderRef,
    partnerRef: refs.get(partnerId) ?? partnerId,
    amount: Money.fromJson(amount).minus(Money.fromJson(clawedBack)),
    isVoid: state === 'reversed',
  }));
};

interface PartnerJson {
  readonly id: string;
  readonly enrolments: readonly { readonly programId: string; readonly externalRef?: string }[];
}

const refsOf = async (client: ApiClient, programId: Id<'prg'>): Promise<ReadonlyMap<string, string>> => {
  const partners = await all<PartnerJson>(client, `/v1/partners?programId=${programId}`);
  return new Map(
    partners.map(({ id, enrolments }) => [
      id,
      enrolments.find((each) => each.programId === programId)?.externalRef ?? id,
    ]),
  );
};

const reasonsOf = (conversions: readonly ConversionJson[]): ReadonlyMap<string, string> =>
  new Map(conversions.flatMap(({ orderRef, reason }) => (reason === null ? [] : [[orderRef, reason]])));

const all = async <Item>(client: ApiClient, path: string): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let after = ''; ;) {
    const page = await client.get<{ data: Item[]; nextCursor: string | null }>(`${path}&limit=1000${after}`);
    items.push(...page.data);
    if (page.nextCursor === null) return items;
    after = `&after=${encodeURIComponent(page.nextCursor)}`;
  }
};
