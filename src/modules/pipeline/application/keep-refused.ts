import type { Fault } from '../../../shared/errors.ts';
import { grouped } from '../../../shared/grouped.ts';
import { derivedId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { isStorable } from '../../../shared/text.ts';
import type { Vault } from '../../../shared/vault.ts';
import type { QuarantineId } from '../index.ts';
import type { PipelineTransaction } from '../ports/accepted-events.ts';
import { dayOf, type DayPartitions } from '../ports/day-partitions.ts';
import type { Quarantine, Quarantined } from '../ports/quarantine.ts';
import type { Refusal } from './judge-events.ts';

/** Of an event; what is larger is refused and not kept. */
export const MAX_KEPT_CHARACTERS = 65_536;
const MAX_KEPT_FAULTS = 20;

/** The seal fits this row alone. */
export const sealOf = (id: QuarantineId): string => `pipeline.quarantine/${id}`;

/** Without what no database stores: a name of a field can hold it. */
const storable = (text: string): string => (isStorable(text) ? text : text.replace(/[\0\p{Surrogate}]/gu, '\ufffd'));

export const storableFaults = (faults: readonly Fault[]): readonly Fault[] =>
  faults
    .slice(0, MAX_KEPT_FAULTS)
    .map(({ pointer, code, detail }) => ({ pointer: storable(pointer).slice(0, 500), code, detail: storable(detail) }));

/**
 * Puts aside what was refused, with the reason. The same content refused again that day is the same row, so that a
 * sender who repeats himself fills nothing; and beyond so many a day from one source they are only counted.
 */
export class KeepRefused {
  constructor(
    private readonly transaction: PipelineTransaction,
    private readonly days: DayPartitions,
    private readonly vault: Vault,
    private readonly mostADay: number,
  ) {}

  /** Where each is kept, by its place in the batch; those that are not kept are missing. */
  async run(refusals: readonly Refusal[], now: Instant): Promise<ReadonlyMap<number, QuarantineId>> {
    const rows = refusals.flatMap((refusal) => this.rowOf(refusal, now));
    const worth = rows.filter(({ row }) => row.payload !== null);
    await this.days.ensure('quarantine', [dayOf(now)]);
    const kept = await this.transaction.run(({ quarantine }) =>
      this.keep(
        quarantine,
        rows.map(({ row }) => row),
      ),
    );
    return new Map(worth.flatMap(({ index, row }) => (kept.has(row.id) ? [[index, row.id] as const] : [])));
  }

  private async keep(quarantine: Quarantine, rows: readonly Quarantined[]): Promise<ReadonlySet<QuarantineId>> {
    const kept = new Map<QuarantineId, Quarantined>();
    const sources = grouped(rows, ({ source }) => source);
    for (const [source, ofSource] of [...sources].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const before = await quarantine.countRefused(ofSource[0]?.day ?? '', source, ofSource.length);
      const room = Math.max(0, this.mostADay - before);
      for (const row of ofSource.filter(({ payload }) => payload !== null).slice(0, room)) kept.set(row.id, row);
    }
    if (kept.size > 0) await quarantine.keep([...kept.values()]);
    return new Set(kept.keys());
  }

  private rowOf({ index, input, faults }: Refusal, now: Instant): { index: number; row: Quarantined }[] {
    if (input === undefined) return [];
    const content = JSON.stringify(input);
    const day = dayOf(now);
    const source = textIn(input, 'source', 100) ?? 'otd';
    const id = derivedId('qua', day, source, content);
    const shown = storableFaults(faults);
    const row = {
      id,
      day,
      arrivedAt: now,
      source,
      eventId: textIn(input, 'id', 200),
      type: textIn(input, 'type', 100),
      reason: shown[0]?.code ?? '',
      pointer: shown[0]?.pointer ?? '',
      faults: shown,
      payload: content.length > MAX_KEPT_CHARACTERS ? null : this.vault.seal(content, sealOf(id)),
      state: 'open' as const,
      changedAt: now,
    };
    return [{ index, row }];
  }
}

const textIn = (input: object, name: string, most: number): string | null => {
  const value: unknown = Object.hasOwn(input, name) ? (input as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'string' && value !== '' ? storable(value).slice(0, most) : null;
};
