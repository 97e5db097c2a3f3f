import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { OrdersPort } from '../../../orders/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { erasedAnnouncement } from '../../domain/deciding/announcements.ts';
import {
  type ErasedVisitor,
  type Erasure,
  CUSTOMER,
  type ErasureId,
  FINGERPRINT,
  nameOf,
  pseudonymOf,
  type Subject,
  visitorName,
} from '../../domain/identity/erasure.ts';
import { type AttributionStores, type AttributionTransaction } from '../../ports/attribution-stores.ts';
import type { Claimed, Erased, Tracks } from '../../ports/erasures.ts';
import { forgetKeys } from './forget-keys.ts';

/** Forgets who somebody was, on request, and keeps what money depends on. */
export class EraseSubject {
  constructor(
    private readonly transaction: AttributionTransaction,
    private readonly orders: OrdersPort,
    private readonly partners: PartnersPort,
    private readonly vault: Vault,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Again for the same subject: what has come since is erased; when nothing has, the erasure of before is the answer. */
  async run(subject: Subject, requestedBy: string): Promise<Erasure> {
    const orderIds =
      subject.kind === 'customer' ? await this.orders.ofCustomer(subject.programId, subject.customerRef) : [];
    const programs = (await this.partners.programs()).map(({ programId }) => programId);
    return this.transaction.run(async (stores) => {
      const tracks =
        subject.kind === 'visitor'
          ? { visitorIds: [subject.visitorId], clickIds: [] }
          : await stores.erasures.tracks(orderIds);
      const erasureId = this.ids.next('era');
      const { unseen, ...erased } = await erase(stores, subject, { ...tracks, orderIds }, programs, erasureId);
      const fingerprint = this.vault.fingerprint(FINGERPRINT, nameOf(subject));
      const isNews = unseen + erased.touchpoints + erased.conversions > 0;
      const before = isNews ? undefined : await stores.erasures.last(fingerprint);
      return (
        before ?? this.record(stores, { erasureId, kind: subject.kind, fingerprint, requestedBy, ...erased }, tracks)
      );
    });
  }

  /** Throws `attribution.unknown_erasure`. */
  async get(erasureId: ErasureId): Promise<Erasure> {
    const found = await this.transaction.run(({ erasures }) => erasures.get(erasureId));
    if (found === undefined) throw new AppError('not_found', 'attribution.unknown_erasure', `there is no ${erasureId}`);
    return found;
  }

  private async record(
    { erasures, outbox }: AttributionStores,
    done: Omit<Erasure, 'erasedAt'>,
    { visitorIds }: Tracks,
  ): Promise<Erasure> {
    const erasedAt = this.clock.now();
    const visitors = visitorIds.map((visitorId, number): ErasedVisitor => ({
      fingerprint: this.vault.fingerprint(FINGERPRINT, visitorName(visitorId)),
      erasedAt,
      pseudonym: pseudonymOf(done.erasureId, number),
    }));
    const erasure = { ...done, erasedAt };
    await erasures.add(erasure, done.kind === 'visitor' ? visitors : [...visitors, customerOf(erasure)]);
    outbox.publish(erasedAnnouncement(erasure, visitors));
    return erasure;
  }
}

/** So that an order told later, of before, joins nothing by what it says of the customer. */
const customerOf = ({ erasureId, fingerprint, erasedAt }: Erasure): ErasedVisitor => ({
  fingerprint,
  erasedAt,
  pseudonym: pseudonymOf(erasureId, CUSTOMER),
});

/** First nobody else may work on these visitors and clicks: what they have read must be written, or read again. */
const erase = async (
  { touchpoints, erasures, identities }: AttributionStores,
  subject: Subject,
  { visitorIds, clickIds, orderIds }: Tracks & Claimed,
  known: readonly Id<'prg'>[],
  erasureId: ErasureId,
): Promise<Erased & { readonly unseen: number }> => {
  const programIds = [...new Set([...known, ...(await erasures.programs())])];
  const [anyProgram] = programIds;
  if (anyProgram === undefined) return { touchpoints: 0, conversions: 0, unseen: 0 };
  await touchpoints.hold([
    ...visitorIds.flatMap((visitorId) => programIds.map((programId) => ({ programId, visitorId }))),
    ...clickIds.map((clickId) => ({ programId: anyProgram, clickId })),
  ]);
  const keys = await forgetKeys(identities, subject, { visitorIds, programIds, erasureId });
  const claims = await erasures.clearEvidence({ orderIds, visitorIds }, programIds);
  const counts: Erased[] = [];
  for (const [number, visitorId] of visitorIds.entries())
    counts.push(await erasures.erase(visitorId, pseudonymOf(erasureId, number), programIds));
  const stripped = await erasures.strip(clickIds);
  return {
    touchpoints: counts.reduce((sum, each) => sum + each.touchpoints, stripped),
    conversions: counts.reduce((sum, each) => sum + each.conversions, 0),
    unseen: keys + claims,
  };
};
