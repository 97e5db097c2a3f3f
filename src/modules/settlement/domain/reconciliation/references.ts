import { isId } from '../../../../shared/ids.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { BankLine } from './reconciliation.ts';

/** Some banks write capitals, some put blanks or line ends into long words. */
const PAYOUT = /pay_[0-9a-hjkmnp-tv-z]{26}/g;
const BATCH = /bat_[0-9a-hjkmnp-tv-z]{26}/;

/** The payouts that a line names: by our reference, or within what was written for the partner to read. */
export const payoutsNamed = ({ endToEndId, remittance }: BankLine): readonly PayoutId[] => {
  const own = endToEndId?.toLowerCase();
  if (isId('pay', own)) return [own];
  const within = remittance?.toLowerCase().replace(/\s/g, '').match(PAYOUT) ?? [];
  return [...new Set(within)].filter((id) => isId('pay', id));
};

/** The batch that a line was booked for, as a whole. */
export const batchNamed = ({ batchRef }: BankLine): BatchId | undefined => {
  const [found] = BATCH.exec(batchRef?.toLowerCase() ?? '') ?? [];
  return isId('bat', found) ? found : undefined;
};
