import { instant, instantAt, type Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { BankLine, BankStatement } from '../../domain/reconciliation/reconciliation.ts';
import { CAMT_053 } from './camt-053.ts';
import { NOTHING, readMoney } from './read-parts.ts';
import { readXml, type XmlNode } from './xml-reader.ts';

const CODE = 'settlement.malformed_bank_statement';
const NEVER = instantAt(0);
const SIGNS: Readonly<Record<string, BankLine['direction']>> = { CRDT: 'credit', DBIT: 'debit' };

/**
 * One account statement, camt.053.001.08. All faults at once, each with its place; nothing of a statement with a fault
 * is used. Throws `settlement.malformed_bank_statement`.
 */
export const readCamt053 = (text: string): BankStatement => {
  const root = readXml(text, CAMT_053, ['Stmt', 'Bal', 'Ntry', 'NtryDtls', 'TxDtls'], CODE);
  const message = root.at('Document', 'BkToCstmrStmt');
  const statements = message.all('Stmt');
  const [statement] = statements;
  if (statement === undefined || statements.length > 1) message.at('Stmt').fault('must be there once');
  root.mustBeWhole();
  const read = toStatement(statement ?? message);
  root.mustBeWhole();
  return read;
};

const toStatement = (statement: XmlNode): BankStatement => {
  const sequence = statement.at('ElctrncSeqNb').textIfAny;
  const id = statement.at('Acct', 'Id');
  const { opening, closing, currency } = balancesOf(statement);
  const lines = statement.all('Ntry').flatMap((entry, index) => linesOf(entry, index, currency));
  mustBeDistinct(statement, lines);
  return {
    id: statement.at('Id').text,
    account: id.at('IBAN').textIfAny ?? id.at('Othr', 'Id').text,
    ...(sequence !== undefined && /^\d{1,15}$/.test(sequence) && { sequence: Number(sequence) }),
    opening,
    closing,
    lines,
  };
};

const balancesOf = (statement: XmlNode): { opening: Money; closing: Money; currency: string | undefined } => {
  const [opening, closing] = [balanceOf(statement, 'OPBD'), balanceOf(statement, 'CLBD')];
  const currency = (opening ?? closing)?.currency;
  if (closing !== undefined && closing.currency !== currency) statement.at('Bal').fault('two currencies');
  return { opening: opening ?? NOTHING, closing: closing ?? NOTHING, currency };
};

const mustBeDistinct = (statement: XmlNode, lines: readonly BankLine[]): void => {
  const seen = new Set<string>();
  for (const { ref } of lines) {
    if (seen.has(ref)) statement.at('Ntry').fault(`two entries have the reference ${ref}`);
    seen.add(ref);
  }
};

const balanceOf = (statement: XmlNode, code: 'OPBD' | 'CLBD'): Money | undefined => {
  const found = statement.all('Bal').find((balance) => balance.at('Tp', 'CdOrPrtry', 'Cd').textIfAny === code);
  if (found === undefined) {
    statement.at('Bal').fault(`of type ${code} is missing`);
    return undefined;
  }
  const amount = readMoney(found.at('Amt'));
  return directionOf(found) === 'debit' ? amount.negated() : amount;
};

/** An entry, or each payment of an entry that covers several. */
const linesOf = (entry: XmlNode, index: number, currency: string | undefined): BankLine[] => {
  const ref = entry.at('AcctSvcrRef').textIfAny ?? entry.at('NtryRef').textIfAny ?? `#${index + 1}`;
  const payments = entry.all('NtryDtls').flatMap((details) => details.all('TxDtls'));
  const whole = { ...commonOf(entry), amount: readMoney(entry.at('Amt')) };
  if (currency !== undefined && whole.amount.currency !== currency) {
    entry.at('Amt').fault(`the account is in ${currency}`);
  }
  const [only, ...others] = payments;
  if (only === undefined) return [{ ...whole, ref }];
  if (others.length === 0) return [{ ...whole, ...detailsOf(only), ref }];
  const parts = payments.map((payment, nth) => ({
    ...whole,
    ...detailsOf(payment),
    ref: `${ref}/${nth + 1}`,
    amount: readMoney(payment.at('Amt')),
  }));
  if (parts.every(({ amount }) => amount.currency === whole.amount.currency)) mustSum(entry, whole.amount, parts);
  else entry.at('Amt').fault('two currencies');
  return parts;
};

const mustSum = (entry: XmlNode, whole: Money, parts: readonly { readonly amount: Money }[]): void => {
  const sum = Money.sum(
    whole.currency,
    parts.map(({ amount }) => amount),
  );
  if (!sum.equals(whole)) entry.at('Amt').fault(`its payments make ${sum.toString()}`);
};

const commonOf = (entry: XmlNode): Pick<BankLine, 'direction' | 'status' | 'bookedAt'> => {
  const status = entry.at('Sts', 'Cd').text;
  return {
    direction: directionOf(entry),
    // What is pending is not booked yet; it comes again when it is.
    status: status === 'BOOK' ? 'booked' : 'info',
    bookedAt: bookedAt(entry),
  };
};

const detailsOf = (payment: XmlNode): Pick<BankLine, 'endToEndId' | 'returnReason'> => {
  const endToEndId = payment.at('Refs', 'EndToEndId').textIfAny;
  const reason = payment.at('RtrInf', 'Rsn');
  const returnReason =
    reason.at('Cd').textIfAny ??
    reason.at('Prtry').textIfAny ??
    (payment.at('RtrInf').isThere ? 'no reason given' : undefined);
  return { ...(endToEndId !== undefined && { endToEndId }), ...(returnReason !== undefined && { returnReason }) };
};

const directionOf = (node: XmlNode): BankLine['direction'] => {
  const indicator = node.at('CdtDbtInd');
  const direction = SIGNS[indicator.text];
  if (direction === undefined) indicator.fault('must be CRDT or DBIT');
  return direction ?? 'debit';
};

/** A bank that gives a day means the whole of it; its first moment will do. */
const bookedAt = (entry: XmlNode): Instant => {
  const date = entry.at('BookgDt');
  const day = date.at('Dt').textIfAny;
  if (day !== undefined) return date.at('Dt').read(() => instant(`${day}T00:00:00Z`), NEVER);
  return date.at('DtTm').read((text) => instant(zoned(text)), NEVER);
};

/** ISO 20022 times may come without a zone; UTC then. */
const zoned = (text: string): string => (/T\d{2}:\d{2}:\d{2}(\.\d+)?$/.test(text) ? `${text}Z` : text);
