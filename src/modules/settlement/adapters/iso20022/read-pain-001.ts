import { Money } from '../../../../shared/money.ts';
import type { ReceivedOrder } from '../../ports/payment-files.ts';
import { PAIN_001 } from './pain-001.ts';
import { NOTHING, readMoney } from './read-parts.ts';
import { readXml, type XmlNode } from './xml-reader.ts';

const CODE = 'settlement.malformed_payment_file';

/** A payment order as a bank reads it. Throws `settlement.malformed_payment_file`. */
export const readPain001 = (text: string): ReceivedOrder => {
  const root = readXml(text, PAIN_001, ['PmtInf', 'CdtTrfTxInf', 'AdrLine'], CODE);
  const initiation = root.at('Document', 'CstmrCdtTrfInitn');
  const [group = initiation.at('PmtInf')] = initiation.all('PmtInf');
  if (!group.isThere) group.fault('is missing');
  mustBeStructured(group.at('Dbtr'));
  const payments = group.all('CdtTrfTxInf').map(toPayment);
  const order = {
    messageId: initiation.at('GrpHdr', 'MsgId').text,
    account: readAccount(group.at('DbtrAcct', 'Id')),
    currency: payments[0]?.amount.currency ?? NOTHING.currency,
    payments,
  };
  const count = initiation.at('GrpHdr', 'NbOfTxs');
  if (count.text !== String(payments.length)) count.fault(`there are ${payments.length}`);
  root.mustBeWhole();
  const total = Money.parse(initiation.at('GrpHdr', 'CtrlSum').text, order.currency);
  const sum = Money.sum(
    order.currency,
    payments.map(({ amount }) => amount),
  );
  if (!total.equals(sum)) initiation.at('GrpHdr', 'CtrlSum').fault(`the payments make ${sum.toString()}`);
  root.mustBeWhole();
  return order;
};

/**
 * Since November 2026 banks reject an address in lines alone; the schema would let it pass. With a town and a country of
 * their own, up to two lines may follow.
 */
const mustBeStructured = (party: XmlNode): void => {
  const address = party.at('PstlAdr');
  if (!address.isThere) return;
  if (address.at('TwnNm').textIfAny === undefined) address.at('TwnNm').fault('is missing; lines alone are no address');
  if (address.at('Ctry').textIfAny === undefined) address.at('Ctry').fault('is missing; lines alone are no address');
  if (address.all('AdrLine').length > MOST_LINES) address.at('AdrLine').fault(`may come ${MOST_LINES} times`);
};

const MOST_LINES = 2;

const toPayment = (transfer: XmlNode): ReceivedOrder['payments'][number] => {
  mustBeStructured(transfer.at('Cdtr'));
  const uetr = transfer.at('PmtId', 'UETR').textIfAny;
  return {
    endToEndId: transfer.at('PmtId', 'EndToEndId').text,
    ...(uetr !== undefined && { uetr }),
    amount: readMoney(transfer.at('Amt', 'InstdAmt')),
  };
};

const readAccount = (id: XmlNode): ReceivedOrder['account'] => {
  const iban = id.at('IBAN').textIfAny;
  return iban === undefined
    ? { scheme: 'domestic', number: id.at('Othr', 'Id').text }
    : { scheme: 'iban', number: iban };
};
