import { booked, type Books, type MoneyFact } from '../../domain/books/booking.ts';
import { afterFlow, flowOf, resultFacts } from '../../domain/fx/position.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';

/**
 * What is held of other currencies follows what was just booked, and what came of it is booked too. In the same
 * transaction, so that the position accounts always hold what the positions cost.
 */
export const keepPositions = async (
  { bookings, fx }: Pick<SettlementStores, 'bookings' | 'fx'>,
  books: Books,
  facts: readonly MoneyFact[],
): Promise<void> => {
  const flows = facts.flatMap((fact) => {
    const flow = flowOf(fact);
    return flow === undefined ? [] : [{ fact, ...flow }];
  });
  if (flows.length === 0) return;
  const currencies = [...new Set(flows.map(({ currency }) => currency))].toSorted();
  const held = new Map((await fx.hold(books.programId, currencies)).map((each) => [each.currency, each]));
  const results = flows.flatMap(({ fact, currency, by }) => {
    const before = held.get(currency);
    if (before === undefined) throw new Error(`nobody holds ${currency}`);
    const { holding, realised } = afterFlow(before, by);
    held.set(currency, { ...before, ...holding, realised: before.realised + realised });
    return resultFacts(fact, currency, realised);
  });
  await bookings.add(results.map((fact) => booked(fact, books)));
  await fx.savePositions([...held.values()]);
};
