import type { Id } from '../../shared/ids.ts';

/** Nobody asks webhooks; it delivers. */
export type EndpointId = Id<'whe'>;
export type DeliveryId = Id<'whd'>;
