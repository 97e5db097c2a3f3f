import { type Money } from '../../../../shared/money.ts';
import type { BankLine, BankStatement } from '../../domain/reconciliation/reconciliation.ts';
import { CAMT_053 } from './camt-053.ts';
import { directionOf, linesOf } from './read-camt-entry.ts';
import { NOTHING, readMoney } from './read-parts.ts';
import { streamXml, type StreamedXml, type XmlNode } from './xml-reader.ts';

const CODE = 'settlement.malformed_bank_statement';
const REPEATED = ['Stmt', 'Bal', 'Ntry', 'NtryDtls', 'TxDtls', 'Rcrd', 'Ustrd', 'Strd'];
const ENTRIES = { name: 'Ntry', within: 'Stmt', path: '/Document/BkToCstmrStmt/Stmt' };

/**
 * Account statements, camt.053.001.08, entry by entry. All faults at once, each with its place; nothing of a document
 * with a fault is used. Throws `settlement.malformed_bank_statement`.
 */
export const readCamt053 = (text: string): readonly BankStatement[] => {
  const streamed = streamXml(text, CAMT_053, REPEATED, CODE, ENTRIES);
  const message = streamed.root.at('Document', 'BkToCstmrStmt');
  const statements = message.all('Stmt');
  if (statements.length === 0) message.at('Stmt').fault('must be there');
  streamed.root.mustBeWhole();
  const read = statements.map((statement, nth) => toStatement(statement, streamed, nth));
  streamed.root.mustBeWhole();
  return read;
};

const toStatement = (statement: XmlNode, { pieces }: StreamedXml, nth: number): BankStatement => {
  const sequence = statement.at('ElctrncSeqNb').textIfAny;
  const id = statement.at('Acct', 'Id');
  const { opening, closing, currency } = balancesOf(statement);
  const lines: BankLine[] = [];
  let index = 0;
  for (const entry of pieces(nth)) lines.push(...linesOf(entry, (index += 1), currency));
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
