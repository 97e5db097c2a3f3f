import type { Instant } from '../../../shared/instant.ts';
import type { EventType } from '../domain/event-types.ts';
import type { Lane } from '../domain/lanes.ts';
import type { Schema } from '../domain/schema.ts';

export const COMPATIBILITIES = ['backward', 'none'] as const;
export type Compatibility = (typeof COMPATIBILITIES)[number];

export interface RegisteredType {
  readonly type: string;
  readonly version: number;
  readonly lane: Lane;
  readonly about: string;
  readonly schema: Schema;
  /** What was asked of this version when it was registered. */
  readonly compatibility: Compatibility;
  readonly registeredAt: Instant;
  readonly registeredBy: string;
}

/** The types that neighbours registered. */
export abstract class EventTypes {
  abstract all(): Promise<readonly RegisteredType[]>;
  /** The oldest first. Nobody else adds one of that type until the transaction ends. */
  abstract lockVersions(type: string): Promise<readonly RegisteredType[]>;
  abstract count(): Promise<number>;
  abstract add(type: RegisteredType): Promise<void>;
}

/** What is known in this process, at once: asked for every event. */
export abstract class KnownTypes {
  /** The latest version, unless told. */
  abstract find(type: string, version?: number): EventType | undefined;
  abstract names(): readonly string[];
}
