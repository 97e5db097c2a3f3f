import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Break } from '../../domain/reconciliation/break.ts';
import type { Unmatched } from '../../domain/reconciliation/matcher.ts';
import { breakId } from '../../domain/reconciliation/reconciliation.ts';

/** What is noted of a line that nothing explains; nothing, while it is only announced. */
export const breakOf = (
  { line, kind, payoutId, expectedId }: Unmatched,
  programId: Id<'prg'>,
  noticedAt: Instant,
): Break[] => {
  if (kind === undefined) return [];
  const { id: lineId, account, statementId, ref, endToEndId, amount, direction, bookedAt } = line;
  return [
    {
      id: breakId(account, statementId, ref),
      ...{ programId, kind, account, statementId, ref, lineId, payoutId, expectedId, endToEndId, amount, direction },
      happenedAt: bookedAt,
      noticedAt,
      state: 'open',
    },
  ];
};
