import { Money } from '../../../../shared/money.ts';
import type { ReceivedOrder } from '../../ports/payment-files.ts';
import { PAIN_001 } from './pain-001.ts';
import { NOTHING, readMoney } from './read-parts.ts';
import { readXml, type XmlNode } from './xml-reader.ts';

const CODE = 'settlement.malformed_payment_file';

/** A payment order as a bank reads it. Throws `settlement.malformed_payment_file`. */
export const readPain001 = (text: string): ReceivedOrder => {
  const root = readXml(text, PAIN_001, ['PmtInf', 'CdtTrfTxInf'], CODE);
  const initiation = root.at('Document', 'CstmrCdtTrfInitn');
  const [group] = initiation.all('PmtInf');
  if (group === undefined) initiation.at('PmtInf').fault('is missing');
  const payments = (group?.all('CdtTrfTxInf') ?? []).map(toPayment);
  const order = {
    messageId: initiation.at('GrpHdr', 'MsgId').text,
    account: readAccount(group?.at('DbtrAcct', 'Id') ?? initiation),
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

const toPayment = (transfer: XmlNode): ReceivedOrder['payments'][number] => {
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
