import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Vault } from '../../../shared/vault.ts';
import {
  type QuarantineChoice,
  type QuarantineFilter,
  type QuarantineId,
  QuarantinePort,
  type QuarantineSummary,
  type Redriven,
  type RefusedCount,
  type RefusedEvent,
} from '../index.ts';
import type { PipelineTransaction } from '../ports/accepted-events.ts';
import type { Quarantined, QuarantineReader } from '../ports/quarantine.ts';
import type { AcceptEvents } from './accept-events.ts';
import type { EventCatalogue } from './event-catalogue.ts';
import { sealOf, storableFaults } from './keep-refused.ts';

/** Of one command. */
const PIECE = 1_000;

/**
 * What was refused, in the hands of an operator. An event that is judged again passes through the front door like any
 * other, under its own id and time: whatever is cut off in between, the next time it is a duplicate, and closed.
 */
export class WorkQuarantine extends QuarantinePort {
  constructor(
    private readonly transaction: PipelineTransaction,
    private readonly reader: QuarantineReader,
    private readonly acceptEvents: AcceptEvents,
    private readonly catalogue: EventCatalogue,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {
    super();
  }

  async list(request: PageRequest, filter: QuarantineFilter): Promise<Page<RefusedEvent>> {
    const { data, nextCursor } = await this.reader.list(request, filter);
    return { data: data.map(shown), nextCursor };
  }

  async show(id: QuarantineId): Promise<RefusedEvent & { readonly event: unknown }> {
    const found = await this.reader.find(id);
    if (found === undefined) throw new AppError('not_found', 'pipeline.not_quarantined', `nothing is kept as ${id}`);
    return { ...shown(found), event: this.opened(found) };
  }

  async summary(): Promise<QuarantineSummary> {
    const [refused, counts] = await Promise.all([this.reader.refused(), this.reader.counts()]);
    const byKind = grouped(counts, ({ type, reason }) => JSON.stringify([type, reason]));
    return {
      refused,
      counts: [...byKind.values()].flatMap((ofKind): RefusedCount[] => {
        const of = (state: string): number => ofKind.find((each) => each.state === state)?.count ?? 0;
        const [first] = ofKind;
        if (first === undefined) return [];
        const { type, reason } = first;
        return [{ type, reason, open: of('open'), redriven: of('redriven'), discarded: of('discarded') }];
      }),
    };
  }

  async redrive(choice: QuarantineChoice): Promise<Redriven> {
    await this.catalogue.refresh();
    const ids = await this.chosen(choice);
    const open = await this.transaction.run(({ quarantine }) => quarantine.lockOpen(ids));
    if (open.length === 0) return { redriven: 0, stillRefused: 0 };
    const results = await this.acceptEvents.run(
      open.map((each) => this.opened(each)),
      { keep: false },
    );
    const now = this.clock.now();
    const passed = open.filter((_, index) => results[index]?.verdict !== 'refused');
    const redriven = await this.transaction.run(async ({ quarantine }) => {
      const closed = await quarantine.close(idsOf(passed), 'redriven', now);
      for (const [index, { id }] of open.entries()) {
        const { verdict, faults = [] } = results[index] ?? {};
        if (verdict === 'refused') await quarantine.blame(id, storableFaults(faults), now);
      }
      return closed;
    });
    return { redriven, stillRefused: open.length - passed.length };
  }

  async discard(choice: QuarantineChoice): Promise<number> {
    const ids = await this.chosen(choice);
    return this.transaction.run(({ quarantine }) => quarantine.close(ids, 'discarded', this.clock.now()));
  }

  private async chosen(choice: QuarantineChoice): Promise<readonly QuarantineId[]> {
    return 'ids' in choice ? choice.ids.slice(0, PIECE) : this.reader.openIds(choice.filter, PIECE);
  }

  private opened({ id, payload }: Quarantined): unknown {
    return payload === null ? null : (JSON.parse(this.vault.open(payload, sealOf(id))) as unknown);
  }
}

const idsOf = (events: readonly Quarantined[]): readonly QuarantineId[] => events.map(({ id }) => id);

const shown = ({ day: _day, payload: _payload, ...rest }: Quarantined): RefusedEvent => rest;
