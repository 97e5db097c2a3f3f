import { Money } from '../../../../shared/money.ts';
import type { XmlNode } from './xml-reader.ts';

/** Stands where an amount could not be read; the fault is noted, and nothing of the document is used. */
export const NOTHING = Money.zero('EUR');

/** An amount and its currency; never negative, the direction is said beside it. */
export const readMoney = (amount: XmlNode): Money => {
  const currency = amount.attribute('Ccy');
  if (currency === '') return NOTHING;
  const money = amount.read((text) => Money.parse(text, currency), NOTHING);
  if (money.isNegative) amount.fault('must not be negative');
  return money;
};
