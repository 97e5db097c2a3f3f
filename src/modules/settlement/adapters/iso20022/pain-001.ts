import { Money } from '../../../../shared/money.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import { accountId, agentOf, amountOf, decimalOf, partyOf } from './parts.ts';
import { isSepa, MOST_OF_A_NAME, plainLatin } from './sepa.ts';
import { documentOf, el, leaf, type Xml } from './xml.ts';

export const PAIN_001 = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

/**
 * A credit transfer order, pain.001.001.09: one group, each payment booked by itself, so that the bank's statement
 * names each. Sources: the message's schema; structured addresses as banks require them since November 2026; for
 * euros between IBANs the guidelines of the European Payments Council (EPC132-08, 2023), which know no UETR.
 */
export const writePain001 = (order: PaymentOrder): string => {
  const { messageId, createdAt, executeOn, payments } = order;
  const sepa = isSepa(order);
  const debtor = sepa ? inSepa(order.debtor) : order.debtor;
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

/** Names of up to 70 characters, in letters that every bank of the area can read. */
const inSepa = <Party extends PaymentOrder['debtor']>(party: Party): Party => ({
  ...party,
  holder: plainLatin(party.holder).slice(0, MOST_OF_A_NAME),
  town: plainLatin(party.town),
});

const transferOf = ({ endToEndId, uetr, amount, remittance, ...payment }: Payment, sepa: boolean): Xml => {
  const creditor = sepa ? inSepa(payment.creditor) : payment.creditor;
  return el(
    'CdtTrfTxInf',
    el('PmtId', leaf('EndToEndId', endToEndId, 35), sepa ? undefined : leaf('UETR', uetr)),
    el('Amt', amountOf('InstdAmt', amount)),
    agentOf('CdtrAgt', creditor.bank),
    partyOf('Cdtr', creditor),
    el('CdtrAcct', accountId(creditor.account)),
    el('RmtInf', leaf('Ustrd', sepa ? plainLatin(remittance) : remittance, 140)),
  );
};

/** An order has payments, and one currency. */
const sumOf = (payments: readonly Payment[]): Money => {
  const [first] = payments;
  if (first === undefined) throw new Error('a payment order without payments');
  return Money.sum(
    first.amount.currency,
    payments.map(({ amount }) => amount),
  );
};
