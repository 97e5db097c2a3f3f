import type { OutboxReader } from './outbox-reader.ts';

/** Everything that was ever said, module by module: for whoever keeps or shows all of it. */
export abstract class EventLogs {
  abstract readonly all: readonly OutboxReader[];
  /** Every type that any module says. */
  abstract readonly types: ReadonlySet<string>;
}
