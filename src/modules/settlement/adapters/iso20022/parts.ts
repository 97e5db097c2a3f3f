/** Parts that payment orders and account statements have in common. */
import type { Money } from '../../../../shared/money.ts';
import type { BankAccount } from '../../ports/bank-stores.ts';
import { el, elWith, leaf, type Xml } from './xml.ts';

/** `249.90`: with as many decimals as the currency has. */
export const decimalOf = (money: Money): string => money.toString().slice(0, -(money.currency.length + 1));

export const amountOf = (name: string, money: Money): Xml => elWith(name, { Ccy: money.currency }, decimalOf(money));

export const accountId = ({ scheme, number }: BankAccount['account']): Xml =>
  el('Id', scheme === 'iban' ? leaf('IBAN', number) : el('Othr', leaf('Id', number, 34)));

export const agentOf = (name: string, { scheme, code }: BankAccount['bank']): Xml =>
  el(name, el('FinInstnId', scheme === 'bic' ? leaf('BICFI', code) : el('ClrSysMmbId', leaf('MmbId', code, 35))));

/** Structured, for banks no longer take addresses in lines: a town and a country at the least. */
export const partyOf = (
  name: string,
  { holder, town, country }: Pick<BankAccount, 'holder' | 'town' | 'country'>,
): Xml => el(name, leaf('Nm', holder, 140), el('PstlAdr', leaf('TwnNm', town, 35), leaf('Ctry', country)));
