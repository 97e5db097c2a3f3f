import { instant, instantAt, type Instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { BankLine } from '../../domain/reconciliation/reconciliation.ts';
import { readMoney } from './read-parts.ts';
import type { XmlNode } from './xml-reader.ts';

const NEVER = instantAt(0);
const SIGNS: Readonly<Record<string, BankLine['direction']>> = { CRDT: 'credit', DBIT: 'debit' };
/** What is pending is not booked yet; it comes again when it is. */
const STATUSES: Readonly<Record<string, BankLine['status']>> = { BOOK: 'booked', PDNG: 'pending' };
const MAX_REMITTANCE = 500;

/** An entry, each payment of one that covers several, or each batch that it was booked for. */
export const linesOf = (entry: XmlNode, nth: number, currency: string | undefined): BankLine[] => {
  const ref = entry.at('AcctSvcrRef').textIfAny ?? entry.at('NtryRef').textIfAny ?? `#${nth}`;
  const whole = { ...commonOf(entry), ref, amount: readMoney(entry.at('Amt')) };
  if (currency !== undefined && whole.amount.currency !== currency) {
    entry.at('Amt').fault(`the account is in ${currency}`);
  }
  const parts = entry.all('NtryDtls').flatMap((details) => partsOf(details));
  const [only, ...others] = parts;
  if (only === undefined) return [whole];
  if (others.length === 0) return [{ ...whole, ...only.said }];
  const lines = parts.map(({ said, amount }, index) => ({
    ...whole,
    ...said,
    ref: `${ref}/${index + 1}`,
    amount: readMoney(amount),
  }));
  mustSum(entry, whole.amount, lines);
  return lines;
};

interface Part {
  readonly said: Partial<BankLine>;
  /** Where it says how much, should it not be all of the entry. */
  readonly amount: XmlNode;
}

/** A batch that is not taken apart is one line: all of it was booked as one. */
const partsOf = (details: XmlNode): Part[] => {
  const batch = details.at('Btch');
  const batchRef = batch.at('PmtInfId').textIfAny ?? batch.at('MsgId').textIfAny;
  const payments = details.all('TxDtls');
  if (payments.length > 0) {
    return payments.map((payment) => ({
      said: { ...(batchRef !== undefined && { batchRef }), ...detailsOf(payment) },
      amount: payment.at('Amt'),
    }));
  }
  return batchRef === undefined ? [] : [{ said: { batchRef }, amount: batch.at('TtlAmt') }];
};

const mustSum = (entry: XmlNode, whole: Money, parts: readonly Pick<BankLine, 'amount'>[]): void => {
  if (!parts.every(({ amount }) => amount.currency === whole.currency)) {
    entry.at('Amt').fault('two currencies');
    return;
  }
  const sum = Money.sum(
    whole.currency,
    parts.map(({ amount }) => amount),
  );
  if (!sum.equals(whole)) entry.at('Amt').fault(`its payments make ${sum.toString()}`);
};

const commonOf = (
  entry: XmlNode,
): Pick<BankLine, 'direction' | 'status' | 'bookedAt' | 'valueOn' | 'charges' | 'isCharge'> => {
  const valueOn = entry.at('ValDt', 'Dt').textIfAny ?? entry.at('ValDt', 'DtTm').textIfAny?.slice(0, 10);
  const charges = chargesOf(entry);
  const kinds = [
    entry.at('BkTxCd', 'Domn', 'Fmly', 'SubFmlyCd').textIfAny,
    entry.at('BkTxCd', 'Prtry', 'Cd').textIfAny,
  ];
  const isCharge = kinds.some((kind) => kind === 'CHRG' || kind === 'FEES' || kind === 'COMM');
  return {
    direction: directionOf(entry),
    status: STATUSES[entry.at('Sts', 'Cd').text] ?? 'info',
    bookedAt: bookedAt(entry),
    ...(valueOn !== undefined && { valueOn }),
    ...(charges !== undefined && { charges }),
    ...(isCharge && { isCharge }),
  };
};

/** All that the bank took for it, as far as it says. */
const chargesOf = (node: XmlNode): Money | undefined => {
  const charges = node.at('Chrgs');
  if (charges.at('TtlChrgsAndTaxAmt').isThere) return readMoney(charges.at('TtlChrgsAndTaxAmt'));
  const [first, ...others] = charges.all('Rcrd').map((record) => readMoney(record.at('Amt')));
  if (first === undefined) return undefined;
  if (others.some(({ currency }) => currency !== first.currency)) return first;
  return Money.sum(first.currency, [first, ...others]);
};

const detailsOf = (payment: XmlNode): Partial<BankLine> => {
  const refs = payment.at('Refs');
  const said = {
    endToEndId: known(refs.at('EndToEndId').textIfAny),
    uetr: refs.at('UETR').textIfAny?.toLowerCase(),
    batchRef: refs.at('PmtInfId').textIfAny ?? refs.at('MsgId').textIfAny,
    remittance: remittanceOf(payment),
    counterparty: accountOf(payment),
    charges: chargesOf(payment),
    instructed: payment.at('AmtDtls', 'InstdAmt').isThere
      ? readMoney(payment.at('AmtDtls', 'InstdAmt', 'Amt'))
      : undefined,
    returnReason: reasonOf(payment),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
};

/** What banks write where nobody gave a reference. */
const known = (endToEndId: string | undefined): string | undefined =>
  endToEndId === 'NOTPROVIDED' ? undefined : endToEndId;

const remittanceOf = (payment: XmlNode): string | undefined => {
  const info = payment.at('RmtInf');
  const texts = [
    ...info.all('Ustrd').map((text) => text.textIfAny),
    ...info.all('Strd').map((structured) => structured.at('CdtrRefInf', 'Ref').textIfAny),
  ];
  return (
    texts
      .filter((text) => text !== undefined)
      .join(' ')
      .slice(0, MAX_REMITTANCE) || undefined
  );
};

/** Of whoever was paid; of money that came, of whoever sent it. */
const accountOf = (payment: XmlNode): string | undefined => {
  const side = payment.at('CdtDbtInd').textIfAny === 'CRDT' ? 'DbtrAcct' : 'CdtrAcct';
  const id = payment.at('RltdPties', side, 'Id');
  return id.at('IBAN').textIfAny ?? id.at('Othr', 'Id').textIfAny;
};

const reasonOf = (payment: XmlNode): string | undefined => {
  const reason = payment.at('RtrInf', 'Rsn');
  return (
    reason.at('Cd').textIfAny ??
    reason.at('Prtry').textIfAny ??
    (payment.at('RtrInf').isThere ? 'no reason given' : undefined)
  );
};

export const directionOf = (node: XmlNode): BankLine['direction'] => {
  const indicator = node.at('CdtDbtInd');
  const direction = SIGNS[indicator.text];
  if (direction === undefined) indicator.fault('must be CRDT or DBIT');
  return direction ?? 'debit';
};

/** A bank that gives a day means the whole of it; its first moment will do. What is pending may have no day yet. */
const bookedAt = (entry: XmlNode): Instant => {
  const date = entry.at('BookgDt').isThere ? entry.at('BookgDt') : entry.at('ValDt');
  const day = date.at('Dt').textIfAny;
  if (day !== undefined) return date.at('Dt').read(() => instant(`${day}T00:00:00.000Z`), NEVER);
  return date.at('DtTm').read((text) => instant(zoned(text)), NEVER);
};

/** ISO 20022 times may come without a zone; UTC then. */
const zoned = (text: string): string => (/T\d{2}:\d{2}:\d{2}(\.\d+)?$/.test(text) ? `${text}Z` : text);
