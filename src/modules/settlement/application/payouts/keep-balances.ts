import type { Id } from '../../../../shared/ids.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { booked, type Books, type MoneyFact } from '../../domain/books/booking.ts';
import { effectOnAvailable } from '../../domain/books/chart-of-accounts.ts';
import { type PolicyBook, policyOf } from '../../domain/payouts/payout-policy.ts';
import { mayUnbalance, NO_SECURITIES, secured, type Secured } from '../../domain/payouts/securities.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';

type Stores = Pick<SettlementStores, 'bookings' | 'control'>;

/**
 * Books what follows for partners' balances from what was just booked: reserves, recoveries, what the reserve makes up
 * for. In the same transaction, so that nobody ever sees a balance that is not put right.
 */
export const keepBalances = async (stores: Stores, books: Books, facts: readonly MoneyFact[]): Promise<void> => {
  const moved = grouped(facts.filter(mayUnbalance), ({ partnerId }) => partnerId);
  moved.delete(undefined);
  const byPartner = moved as Map<Id<'par'>, MoneyFact[]>;
  if (byPartner.size === 0) return;
  const policies = await stores.control.policies.book(books.programId, [...byPartner.keys()]);
  const partnerIds = await concerned(stores, books, byPartner, policies);
  if (partnerIds.length === 0) return;
  await keep(stores, books, policies, new Map(partnerIds.map((id) => [id, byPartner.get(id) ?? []])));
};

/** Most partners have no reserve and owe nothing: for them it ends here. */
const concerned = async (
  { control }: Stores,
  { programId }: Books,
  byPartner: ReadonlyMap<Id<'par'>, readonly MoneyFact[]>,
  policies: PolicyBook,
): Promise<readonly Id<'par'>[]> => {
  const open = await control.securities.open(programId, [...byPartner.keys()]);
  return [...byPartner].flatMap(([partnerId, facts]) => {
    const isConcerned =
      open.has(partnerId) ||
      policyOf(policies, partnerId, 0n).reserve.kind !== 'none' ||
      facts.some((fact) => effectOnAvailable(fact) < 0n);
    return isConcerned ? [partnerId] : [];
  });
};

const keep = async (
  { bookings, control: { securities } }: Stores,
  books: Books,
  policies: PolicyBook,
  byPartner: ReadonlyMap<Id<'par'>, readonly MoneyFact[]>,
): Promise<void> => {
  const { programId, currency } = books;
  const partnerIds = [...byPartner.keys()];
  await securities.lock(programId, partnerIds);
  const open = await securities.open(programId, partnerIds);
  const available = await securities.available(programId, partnerIds);
  const all = [...byPartner].map(([partnerId, facts]): readonly [Id<'par'>, Secured] => {
    const policy = policyOf(policies, partnerId, 0n);
    const found = { available: available.get(partnerId) ?? 0n, securities: open.get(partnerId) ?? NO_SECURITIES };
    return [partnerId, secured({ programId, partnerId, currency, policy, ...found }, facts)];
  });
  await bookings.add(all.flatMap(([, { facts }]) => facts.map((fact) => booked(fact, books))));
  await securities.saveSlices(all.flatMap(([, { slices }]) => slices));
  await securities.saveReceivables(all.flatMap(([, { receivables }]) => receivables));
  await securities.noteNegative(all.flatMap(([, { negative }]) => negative ?? []));
  const fine = all.filter(([id, { negative }]) => negative === undefined && open.get(id)?.negative !== undefined);
  await securities.clearNegative(
    programId,
    fine.map(([id]) => id),
  );
};
