import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { ActionOf, Lifecycle } from '../../../shared/lifecycle.ts';
import type { EndpointId } from '../index.ts';
import type { PostbackMethod } from './postback.ts';

/**
 *   unverified ──succeed──▶ enabled ──falter──▶ degraded ──pause──▶ paused
 *       │                    ▲ ▲ ▲                │ │ ▲              │ │
 *       │                    │ │ └─succeed,enable─┘ │ │              │ │
 *       │                    │ └───succeed, enable──┼─┼──────────────┘ │
 *       └──────falter────────┼──────────────────────┼─┘                │
 *                            │                      └─────give_up──────┴───▶ disabled
 *                            └──────────────────────enable──────────────────────┘
 *
 * From every other state, gone (a 410) and disable lead to disabled.
 *
 * Unverified: has never answered well. Enabled: sent to at full speed. Degraded: failed a few times in a row. Paused: is
 * only probed, now and then, with the oldest event. Disabled: nothing is sent; events are still kept for it. Only an
 * enabled endpoint gets several events in a run; the others must earn it, one by one.
 */
export const lifecycle = {
  unverified: { succeed: 'enabled', falter: 'degraded', gone: 'disabled', disable: 'disabled' },
  enabled: { falter: 'degraded', gone: 'disabled', disable: 'disabled' },
  degraded: {
    succeed: 'enabled',
    enable: 'enabled',
    pause: 'paused',
    give_up: 'disabled',
    gone: 'disabled',
    disable: 'disabled',
  },
  paused: { succeed: 'enabled', enable: 'enabled', give_up: 'disabled', gone: 'disabled', disable: 'disabled' },
  disabled: { enable: 'enabled' },
} as const satisfies Lifecycle;

export type EndpointState = keyof typeof lifecycle;
export type EndpointAction = ActionOf<typeof lifecycle>;

export type DisabledReason = 'gone' | 'failing' | 'by_owner';

/** How an endpoint has been answering. */
export interface Health {
  readonly state: EndpointState;
  /** In a row. */
  readonly failures: number;
  readonly failingSince?: Instant | undefined;
  /** Made since it was paused. */
  readonly probes: number;
  readonly disabledReason?: DisabledReason | undefined;
}

/** Secrets as the vault sealed them; after a rotation the old one signs too, for a while. */
export interface SealedSecrets {
  readonly current: string;
  readonly old?: { readonly sealed: string; readonly until: Instant } | undefined;
}

export interface EndpointDescription {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly string[];
  /** Whose events it gets; without one, everybody's. */
  readonly partnerId?: Id<'par'> | undefined;
  /** Of which program; without one, of all. */
  readonly programId?: Id<'prg'> | undefined;
  /** How it is called, if it is no webhook but an address with macros. */
  readonly postback?: PostbackMethod | undefined;
}

export interface Endpoint extends EndpointDescription {
  readonly endpointId: EndpointId;
  readonly secrets: SealedSecrets;
  readonly health: Health;
  readonly createdAt: Instant;
  /** Of the newest event for it; 1, 2, 3 … without gaps. */
  readonly lastSequence: number;
  /** When something will be sent next; absent when nothing waits, or it is disabled. */
  readonly dueAt?: Instant | undefined;
}
