import type { AsOf, EntryFilter } from '../../ports/ledger-reader.ts';

/** Conditions on `ledger.entries`, and their values. */
export interface Conditions {
  readonly sql: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Whose transaction was recorded by then. */
const RECORDED = `exists (
  select from ledger.journal where number = entries.position >> 10 and recorded_at < :recordedBefore
)`;

const given = (conditions: readonly (readonly [sql: string, name: string, value: unknown])[]): Conditions => {
  const present = conditions.filter(([, , value]) => value !== undefined);
  return {
    sql: present.map(([sql]) => `and ${sql}`).join(' '),
    values: Object.fromEntries(present.map(([, name, value]) => [name, value])),
  };
};

export const asOfConditions = ({ before, recordedBefore }: AsOf): Conditions =>
  given([
    ['entries.effective_at < :before', 'before', before],
    [RECORDED, 'recordedBefore', recordedBefore],
  ]);

export const entryConditions = ({ from, until, recordedBefore }: EntryFilter): Conditions =>
  given([
    ['entries.effective_at >= :from', 'from', from],
    ['entries.effective_at < :until', 'until', until],
    [RECORDED, 'recordedBefore', recordedBefore],
  ]);
