import type { Doorbell } from '../../../infrastructure/messaging/doorbell.ts';
import { type Service, type Trouble } from '../../../infrastructure/service.ts';
import type { EventCatalogue } from '../application/event-catalogue.ts';

/** Rung when a type was registered. */
export const REGISTRY_BELL = 'pipeline.registry';
/** A ring may be lost. */
const LOOK_MS = 1_000;

/** Keeps what this process knows of event types true, within a second. */
export const registryWatch = (catalogue: EventCatalogue, doorbell: Doorbell, trouble: Trouble): Service => {
  let watching: Promise<void> = Promise.resolve();
  const watch = async (stop: AbortSignal): Promise<void> => {
    const bell = doorbell.listen([REGISTRY_BELL]);
    while (!stop.aborted) {
      await catalogue.refresh().catch((error: unknown) => {
        trouble.report('the registry of event types', error);
      });
      await bell.next(LOOK_MS, stop);
    }
    bell.hangUp();
  };
  return {
    name: 'pipeline.registry',
    roles: ['api', 'tracking', 'worker'],
    start: async (stop) => {
      // Types known before the first event is asked for; a database that is away must not keep the process from starting.
      await catalogue.refresh().catch((error: unknown) => {
        trouble.report('the registry of event types', error);
      });
      watching = watch(stop);
    },
    close: () => watching,
  };
};
