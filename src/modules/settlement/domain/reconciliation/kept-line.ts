import { digestOfText } from '../../../../shared/digest.ts';
import { derivedId } from '../../../../shared/ids.ts';
import type { BankLine, BankStatement, Line } from './reconciliation.ts';

/** Of all that a bank says of an entry: the same entry again is no other entry. */
export const entryHash = (line: BankLine): string =>
  digestOfText(
    [
      line.ref,
      line.endToEndId ?? '',
      line.amount.toString(),
      line.direction,
      line.status,
      line.bookedAt,
      line.returnReason ?? '',
    ].join('\u001f'),
  );

/** A line of a statement, with an id that is the same whenever and however the statement comes. */
export const keptLine = ({ account, id: statementId }: BankStatement, line: BankLine): Line => ({
  ...line,
  id: derivedId('lin', account, statementId, entryHash(line)),
  account,
  statementId,
  round: 0,
});

/** What makes a statement another one; what banks only sometimes say beside it does not. */
export const contentOf = ({ id, account, sequence, opening, closing, lines }: BankStatement): object => ({
  id,
  account,
  ...(sequence !== undefined && { sequence }),
  opening,
  closing,
  lines: lines.map(({ ref, endToEndId, amount, direction, status, bookedAt, returnReason }) => ({
    ref,
    amount,
    direction,
    status: status === 'pending' ? 'info' : status,
    bookedAt,
    ...(endToEndId !== undefined && { endToEndId }),
    ...(returnReason !== undefined && { returnReason }),
  })),
});
