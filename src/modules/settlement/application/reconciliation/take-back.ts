import { AppError } from '../../../../shared/errors.ts';
import { isId } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyFact } from '../../domain/books/booking.ts';
import { takenBackTrade, tradeFact, type TradeId } from '../../domain/fx/trade.ts';
import type { ExpectedId } from '../../domain/reconciliation/expected.ts';
import { remittanceFact, type RemittanceId, takenBackRemittance } from '../../domain/tax/remittance.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { heldBooks } from '../statements/close-period.ts';
import { closeBreaks } from './keep-matches.ts';

/**
 * The bank never made that trade or remittance: what was booked for it is mirrored, and nobody expects it any more. Throws
 * `settlement.fix_does_not_fit`.
 */
export const takeBack = async (
  stores: SettlementStores,
  programId: MoneyFact['programId'],
  id: ExpectedId,
  at: Instant,
): Promise<void> => {
  const sides = await stores.reconciliations.sides(programId, id);
  const shown = sides.find(({ isConfirmed }) => isConfirmed);
  if (sides.length === 0) throw misfit(`${id} is taken back already`);
  if (shown) throw misfit(`the bank has shown the ${shown.direction} of ${id}: undo that match first, or accept it`);
  const fact = isId('fxt', id) ? await tradeBack(stores, id) : await remittanceBack(stores, id);
  await book(stores, [{ ...fact, occurredAt: at, mirrored: true }]);
  const explained = sides.map((confirms) => ({ lineIds: [], payoutIds: [], confirms }));
  await closeBreaks(stores, explained, at);
};

const misfit = (detail: string): AppError => new AppError('refused', 'settlement.fix_does_not_fit', detail);

const tradeBack = async (stores: SettlementStores, id: TradeId): Promise<MoneyFact> => {
  const trade = await stores.fx.trade(id);
  await stores.fx.saveTrade(takenBackTrade(trade));
  return tradeFact(trade, await heldBooks(stores, trade.programId));
};

const remittanceBack = async (stores: SettlementStores, id: RemittanceId): Promise<MoneyFact> => {
  const remittance = await stores.remittances.get(id);
  await stores.remittances.save(takenBackRemittance(remittance));
  await heldBooks(stores, remittance.programId); // what is withheld stays as it is meanwhile
  return remittanceFact(remittance, remittance.askedAt);
};
