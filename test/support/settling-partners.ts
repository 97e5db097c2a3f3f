import type { PartnerId, PayoutProfile } from '../../src/modules/partners/index.ts';
import { StandingPartners } from './standing-partners.ts';

/** Partners with somewhere to send their money; every one has, until it says otherwise. */
export class SettlingPartners extends StandingPartners {
  private readonly withoutProfile = new Set<PartnerId>();

  private readonly changed = new Map<PartnerId, Partial<PayoutProfile>>();

  /** It wants its money otherwise from now on. */
  wants(partnerId: PartnerId, changes: Partial<PayoutProfile>): void {
    this.changed.set(partnerId, changes);
  }

  loseProfile(partnerId: PartnerId): void {
    this.withoutProfile.add(partnerId);
  }

  override payoutProfiles(partnerIds: readonly PartnerId[] = []): Promise<readonly PayoutProfile[]> {
    this.asked += 1;
    if (this.away !== undefined) return Promise.reject(this.away);
    const known = partnerIds.filter((id) => !this.withoutProfile.has(id));
    return Promise.resolve(known.map((id) => ({ ...aProfile(id), ...this.changed.get(id) })));
  }
}

/** Every second one has an IBAN, the others a domestic account. */
export const aProfile = (partnerId: PartnerId): PayoutProfile => {
  const hasIban = partnerId.charCodeAt(partnerId.length - 1) % 2 === 0;
  return {
    partnerId,
    holder: 'Ana & Söhne <Ltda>',
    account: hasIban
      ? { scheme: 'iban', number: 'DE89370400440532013000' }
      : { scheme: 'domestic', number: '0001234567-8' },
    bank: hasIban ? { scheme: 'bic', code: 'COBADEFFXXX' } : { scheme: 'domestic', code: '00000000' },
    town: 'São Paulo',
    country: hasIban ? 'DE' : 'BR',
  };
};
