import type { Random } from '../../../shared/clock.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Vault } from '../../../shared/vault.ts';
import type { SealedSecrets } from '../domain/endpoint.ts';
import type { EndpointId } from '../index.ts';

const SECRET_BYTES = 32;

/** Signing secrets, as their owners know them (`whsec_…`) and as we keep them. */
export class Secrets {
  constructor(
    private readonly vault: Vault,
    private readonly random: Random,
  ) {}

  fresh(): string {
    return `whsec_${Buffer.from(this.random.bytes(SECRET_BYTES)).toString('base64')}`;
  }

  sealed(endpointId: EndpointId, secret: string): string {
    return this.vault.seal(secret, contextOf(endpointId));
  }

  /** All that sign now, the current one first. Throws `vault.unreadable`. */
  opened(endpointId: EndpointId, { current, old }: SealedSecrets, now: Instant): readonly string[] {
    const valid = old !== undefined && old.until > now ? [current, old.sealed] : [current];
    return valid.map((sealed) => this.vault.open(sealed, contextOf(endpointId)));
  }
}

const contextOf = (endpointId: EndpointId): string => `webhooks.endpoints/${endpointId}/secret`;
