import { Money } from '../../../../shared/money.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import { accountId, agentOf, amountOf, decimalOf, partyOf } from './parts.ts';
import { documentOf, el, leaf, type Xml } from './xml.ts';

export const PAIN_001 = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

/**
 * A credit transfer order, pain.001.001.09: one group, each payment booked by itself, so that the bank's statement
 * names each. Sources: the message's schema; structured addresses as banks require them since November 2026; for
 * euros between IBANs the guidelines of the European Payments Council (EPC132-08, 2023), which know no UETR.
 */
export const writePain001 = (order: PaymentOrder): string => {
  const { messageId, createdAt, executeOn, debtor, payments } = order;
  const sepa = isSepa(order);
  const total = decimalOf(sumOf(payments));
  const count = String(payments.length);
  const sums = [leaf('NbOfTxs', count), leaf('CtrlSum', total)];
  return documentOf(
    PAIN_001,
    el(
      'CstmrCdtTrfInitn',
      el(
        'GrpHdr',
        leaf('MsgId', messageId, 35),
        leaf('CreDtTm', createdAt),
        ...sums,
        el('InitgPty', leaf('Nm', debtor.holder, 140)),
      ),
      el(
        'PmtInf',
        leaf('PmtInfId', messageId, 35),
        leaf('PmtMtd', 'TRF'),
        leaf('BtchBookg', 'false'),
        ...sums,
        sepa ? el('PmtTpInf', el('SvcLvl', leaf('Cd', 'SEPA'))) : undefined,
        el('ReqdExctnDt', leaf('Dt', executeOn)),
        partyOf('Dbtr', debtor),
        el('DbtrAcct', accountId(debtor.account)),
        agentOf('DbtrAgt', debtor.bank),
        leaf('ChrgBr', 'SLEV'),
        ...payments.map((payment) => transferOf(payment, sepa)),
      ),
    ),
  );
};

const isSepa = ({ debtor, payments }: PaymentOrder): boolean =>
  payments.every(({ amount, creditor }) => amount.currency === 'EUR' && creditor.account.scheme === 'iban') &&
  debtor.account.scheme === 'iban';

const transferOf = ({ endToEndId, uetr, amount, creditor, remittance }: Payment, sepa: boolean): Xml =>
  el(
    'CdtTrfTxInf',
    el('PmtId', leaf('EndToEndId', endToEndId, 35), sepa ? undefined : leaf('UETR', uetr)),
    el('Amt', amountOf('InstdAmt', amount)),
    agentOf('CdtrAgt', creditor.bank),
    partyOf('Cdtr', creditor),
    el('CdtrAcct', accountId(creditor.account)),
    el('RmtInf', leaf('Ustrd', remittance, 140)),
  );

/** An order has payments, and one currency. */
const sumOf = (payments: readonly Payment[]): Money => {
  const [first] = payments;
  if (first === undefined) throw new Error('a payment order without payments');
  return Money.sum(
    first.amount.currency,
    payments.map(({ amount }) => amount),
  );
};
