/** The front door on stores of a test's choice. */
import { AjvEventReader } from '../../src/modules/pipeline/adapters/ajv/ajv-event-reader.ts';
import {
  AcceptEvents,
  type IntakeLimits,
  type IntakeParts,
} from '../../src/modules/pipeline/application/accept-events.ts';
import { AnnounceEvents } from '../../src/modules/pipeline/application/announce-events.ts';
import { EventCatalogue } from '../../src/modules/pipeline/application/event-catalogue.ts';
import { KeepRefused } from '../../src/modules/pipeline/application/keep-refused.ts';
import { Lanes } from '../../src/modules/pipeline/application/lanes.ts';
import { Piecework } from '../../src/modules/pipeline/application/piecework.ts';
import { afterARest, othersFirst } from '../../src/infrastructure/pause.ts';
import type { PipelineTransaction } from '../../src/modules/pipeline/ports/accepted-events.ts';
import { type DayPartitions } from '../../src/modules/pipeline/ports/day-partitions.ts';
import { IntakeMeter } from '../../src/modules/pipeline/ports/intake-meter.ts';
import type { Clock } from '../../src/shared/clock.ts';
import type { Vault } from '../../src/shared/vault.ts';
import type { Reading } from '../../src/modules/pipeline/ports/event-reader.ts';
import { TestWallClock } from './clock.ts';
import { FakeDayPartitions, FakePassingEvents, FakePipelineTransaction } from './fakes/fake-pipeline.ts';

export class CountingMeter extends IntakeMeter {
  readonly counted: string[] = [];

  shed(lane: string, events: number): void {
    this.counted.push(`shed ${lane} ${events}`);
  }

  turnedAway(lane: string, events: number): void {
    this.counted.push(`turned away ${lane} ${events}`);
  }

  accepted(): void {
    // nobody asks
  }
}

interface Intake {
  readonly acceptEvents: AcceptEvents;
  readonly catalogue: EventCatalogue;
  readonly reader: AjvEventReader;
  readonly lanes: Lanes;
  readonly meter: CountingMeter;
}

export const intakeOn = (
  transaction: PipelineTransaction,
  clock: Clock,
  vault: Vault,
  {
    mostADay = 1_000,
    days = new FakeDayPartitions(),
    lanes = new Lanes({ shared: 2, reserved: 1 }, new TestWallClock()),
    ...limits
  }: Partial<IntakeLimits> & { mostADay?: number; days?: DayPartitions; lanes?: Lanes } = {},
): Intake => {
  const catalogue = new EventCatalogue(registeredIn(transaction));
  const reader = new AjvEventReader(catalogue);
  const meter = new CountingMeter();
  const parts: IntakeParts = {
    stores: {
      transaction,
      passing: new FakePassingEvents(transaction),
      days,
      announce: new AnnounceEvents(vault),
      refused: new KeepRefused(transaction, days, vault, mostADay),
    },
    reader,
    lanes,
    piecework: new Piecework({ later: othersFirst, afterARest, isPressed: () => lanes.isPressed }),
    meter,
    clock,
    limits: { futureToleranceMs: 300_000, seenDays: 400, ...limits },
  };
  return { acceptEvents: new AcceptEvents(parts), catalogue, reader, lanes, meter };
};

/** As the catalogue reads them, outside any work of its own. */
const registeredIn = (transaction: PipelineTransaction) => ({
  all: () => transaction.run(({ types }) => types.all()),
});

const builtIn = new AjvEventReader(new EventCatalogue(registeredIn(new FakePipelineTransaction())));

/** As a process does where nobody has registered anything. */
export const readEvent = (input: unknown): Reading => builtIn.read(input);
