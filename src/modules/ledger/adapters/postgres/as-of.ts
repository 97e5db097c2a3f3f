import type { AsOf, EntryFilter } from '../../ports/ledger-reader.ts';

/** Conditions on `ledger.entries`, and their values. */
export interface Conditions {
  readonly sql: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The index of an account's entries knows the hour in which each counts: who asks by the moment asks by its hour too, and
 * who sorts by the moment sorts by its hour first, to go along the index.
 */
export const HOUR = `date_bin('1 hour', entries.effective_at, 'epoch')`;

/** Of a moment given by that name. */
export const hourOf = (name: string): string => `date_bin('1 hour', :${name}::timestamptz, 'epoch')`;

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
    [`entries.effective_at < :before and ${HOUR} <= ${hourOf('before')}`, 'before', before],
    [RECORDED, 'recordedBefore', recordedBefore],
  ]);

export const entryConditions = ({ from, until, recordedBefore }: EntryFilter): Conditions =>
  given([
    [`entries.effective_at >= :from and ${HOUR} >= ${hourOf('from')}`, 'from', from],
    [`entries.effective_at < :until and ${HOUR} <= ${hourOf('until')}`, 'until', until],
    [RECORDED, 'recordedBefore', recordedBefore],
  ]);
