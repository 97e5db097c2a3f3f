import type { Instant } from '../../../../shared/instant.ts';
import type { Money } from '../../../../shared/money.ts';
import type { SimulatedStatement } from '../../domain/rails/simulated-bank.ts';
import { accountId, amountOf } from './parts.ts';
import { documentOf, el, leaf, type Xml } from './xml.ts';

export const CAMT_053 = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';

/** An account statement as the simulated bank writes it, camt.053.001.08: one entry a payment. */
export const writeCamt053 = ({ account, opening, bookedAt, lines }: SimulatedStatement): string => {
  const id = `SIM-${account.number.slice(-20)}-${account.sequence}`;
  return documentOf(
    CAMT_053,
    el(
      'BkToCstmrStmt',
      el('GrpHdr', leaf('MsgId', id, 35), leaf('CreDtTm', bookedAt)),
      el(
        'Stmt',
        leaf('Id', id, 35),
        leaf('ElctrncSeqNb', String(account.sequence)),
        leaf('CreDtTm', bookedAt),
        el('FrToDt', leaf('FrDtTm', bookedAt), leaf('ToDtTm', bookedAt)),
        el('Acct', accountId(account), leaf('Ccy', account.balance.currency)),
        balanceOf('OPBD', opening, bookedAt),
        balanceOf('CLBD', account.balance, bookedAt),
        ...lines.map(entryOf),
      ),
    ),
  );
};

const balanceOf = (code: 'OPBD' | 'CLBD', balance: Money, at: Instant): Xml =>
  el(
    'Bal',
    el('Tp', el('CdOrPrtry', leaf('Cd', code))),
    amountOf('Amt', balance.isNegative ? balance.negated() : balance),
    leaf('CdtDbtInd', balance.isNegative ? 'DBIT' : 'CRDT'),
    el('Dt', leaf('DtTm', at)),
  );

const entryOf = ({
  ref,
  endToEndId,
  uetr,
  amount,
  direction,
  status,
  bookedAt,
  returnReason,
}: SimulatedStatement['lines'][number]): Xml => {
  const comesBack = direction === 'credit';
  return el(
    'Ntry',
    amountOf('Amt', amount),
    leaf('CdtDbtInd', comesBack ? 'CRDT' : 'DBIT'),
    leaf('RvslInd', String(comesBack)),
    el('Sts', leaf('Cd', status === 'booked' ? 'BOOK' : 'INFO')),
    el('BookgDt', leaf('DtTm', bookedAt)),
    el('ValDt', leaf('Dt', bookedAt.slice(0, 10))),
    leaf('AcctSvcrRef', ref, 35),
    transactionCode(comesBack ? ['RCDT', 'RRTN'] : ['ICDT', 'ESCT']),
    el(
      'NtryDtls',
      el(
        'TxDtls',
        el('Refs', leaf('AcctSvcrRef', ref, 35), leaf('EndToEndId', endToEndId, 35), uetr && leaf('UETR', uetr)),
        amountOf('Amt', amount),
        leaf('CdtDbtInd', comesBack ? 'CRDT' : 'DBIT'),
        returnReason === undefined ? undefined : el('RtrInf', el('Rsn', leaf('Cd', returnReason))),
      ),
    ),
  );
};

/** ISO 20022 external bank transaction codes: payments, issued or returned credit transfers. */
const transactionCode = ([family, sub]: readonly [string, string]): Xml =>
  el('BkTxCd', el('Domn', leaf('Cd', 'PMNT'), el('Fmly', leaf('Cd', family), leaf('SubFmlyCd', sub))));
