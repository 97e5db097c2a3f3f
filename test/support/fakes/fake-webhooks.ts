import type { AttemptedDelivery, DeliveryState, Outcome } from '../../../src/modules/webhooks/domain/delivery.ts';
import type { Endpoint } from '../../../src/modules/webhooks/domain/endpoint.ts';
import type { Addressed, Message, Subscriber } from '../../../src/modules/webhooks/domain/fan-out.ts';
import { runLength } from '../../../src/modules/webhooks/domain/settle-run.ts';
import type { DeliveryId, EndpointId } from '../../../src/modules/webhooks/index.ts';
import { deliveryNotFound, endpointNotFound } from '../../../src/modules/webhooks/application/change-endpoint.ts';
import { AddressGuard } from '../../../src/modules/webhooks/ports/address-guard.ts';
import { type Appetite, DeliveryQueue, type Run } from '../../../src/modules/webhooks/ports/delivery-queue.ts';
import { type Letter, Sender } from '../../../src/modules/webhooks/ports/sender.ts';
import {
  type Added,
  Deliveries,
  type EndpointChange,
  Endpoints,
  type Held,
  type Leased,
  type NewEndpoint,
  type Release,
  type WebhookStores,
  type WebhookTransaction,
} from '../../../src/modules/webhooks/ports/webhooks.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

interface EndpointRow extends Endpoint {
  readonly lease?: string | undefined;
  readonly leasedUntil?: Instant | undefined;
}

export interface FakeDelivery extends Addressed {
  readonly deliveryId: DeliveryId;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly tries: number;
  readonly firstTriedAt?: Instant | undefined;
  readonly createdAt: Instant;
  readonly log: readonly Pick<AttemptedDelivery, 'at' | 'durationMs' | 'outcome'>[];
}

interface Tables {
  readonly endpoints: Table<EndpointRow>;
  readonly messages: Table<Message>;
  readonly deliveries: Table<FakeDelivery>;
}

const inOrder = (rows: readonly FakeDelivery[]): FakeDelivery[] => rows.toSorted((a, b) => a.sequence - b.sequence);

const pendingOf = ({ deliveries }: Tables, endpointId: EndpointId): FakeDelivery[] =>
  inOrder(deliveries.values().filter((each) => each.endpointId === endpointId && each.state === 'pending'));

class FakeEndpoints extends Endpoints {
  constructor(private readonly tables: Tables) {
    super();
  }

  add(endpoints: readonly NewEndpoint[], at: Instant): Promise<readonly Added[]> {
    const added = endpoints.map((endpoint): Added => {
      const twin = this.rows().find(
        (row) =>
          row.url === endpoint.url && row.partnerId === endpoint.partnerId && row.programId === endpoint.programId,
      );
      if (twin !== undefined) return { endpointId: twin.endpointId, isNew: false };
      this.tables.endpoints.set(endpoint.endpointId, { ...endpoint, createdAt: at, lastSequence: 0 });
      return { endpointId: endpoint.endpointId, isNew: true };
    });
    return Promise.resolve(added);
  }

  get(endpointId: EndpointId): Promise<Endpoint> {
    const row = this.tables.endpoints.get(endpointId);
    if (row === undefined) return Promise.reject(endpointNotFound(endpointId));
    const { lease: _, leasedUntil: __, ...endpoint } = row;
    return Promise.resolve(endpoint);
  }

  change({ endpointId, health, secrets }: EndpointChange, at: Instant): Promise<void> {
    const waits = health.state !== 'disabled' && pendingOf(this.tables, endpointId).length > 0;
    this.update(endpointId, { health, secrets, dueAt: waits ? at : undefined });
    return Promise.resolve();
  }

  remove(endpointId: EndpointId): Promise<void> {
    this.tables.endpoints.delete(endpointId);
    for (const { deliveryId, endpointId: owner } of this.tables.deliveries.values())
      if (owner === endpointId) this.tables.deliveries.delete(deliveryId);
    return Promise.resolve();
  }

  counts(partnerIds: readonly Id<'par'>[]): Promise<ReadonlyMap<Id<'par'>, number>> {
    const owned = this.rows().flatMap(({ partnerId }) => (partnerId === undefined ? [] : [partnerId]));
    const counted = partnerIds.map((id) => [id, owned.filter((partnerId) => partnerId === id).length] as const);
    return Promise.resolve(new Map(counted.filter(([, count]) => count > 0)));
  }

  subscribers(partnerIds: readonly Id<'par'>[]): Promise<readonly Subscriber[]> {
    return Promise.resolve(
      this.rows().filter(({ partnerId }) => partnerId === undefined || partnerIds.includes(partnerId)),
    );
  }

  inHand(leases: readonly Leased[]): Promise<readonly Held[]> {
    const held = leases.flatMap(({ endpointId, lease }) => {
      const row = this.tables.endpoints.get(endpointId);
      return row?.lease === lease ? [{ endpointId, partnerId: row.partnerId, health: row.health }] : [];
    });
    return Promise.resolve(held);
  }

  release(releases: readonly Release[]): Promise<void> {
    for (const { endpointId, health, nextAt } of releases) {
      const waits = pendingOf(this.tables, endpointId).length > 0;
      const dueAt = waits ? nextAt : undefined;
      this.update(endpointId, { health, dueAt, lease: undefined, leasedUntil: undefined });
    }
    return Promise.resolve();
  }

  private rows(): EndpointRow[] {
    return this.tables.endpoints.values().toSorted((a, b) => (a.endpointId < b.endpointId ? -1 : 1));
  }

  private update(endpointId: EndpointId, change: Partial<EndpointRow>): void {
    const row = this.tables.endpoints.get(endpointId);
    if (row !== undefined) this.tables.endpoints.set(endpointId, { ...row, ...change });
  }
}

class FakeDeliveries extends Deliveries {
  constructor(private readonly tables: Tables) {
    super();
  }

  add(
    messages: readonly Message[],
    deliveries: readonly (Addressed & { readonly deliveryId: DeliveryId })[],
    at: Instant,
  ): Promise<void> {
    const { endpoints } = this.tables;
    for (const message of messages) this.tables.messages.set(message.eventId, message);
    for (const delivery of deliveries) {
      const row: FakeDelivery = { ...delivery, state: 'pending', attempts: 0, tries: 0, createdAt: at, log: [] };
      this.tables.deliveries.set(delivery.deliveryId, row);
      const endpoint = endpoints.get(delivery.endpointId);
      if (endpoint === undefined) throw new Error(`a delivery to nobody: ${delivery.endpointId}`);
      const dueAt = endpoint.health.state === 'disabled' ? undefined : (endpoint.dueAt ?? at);
      endpoints.set(delivery.endpointId, { ...endpoint, lastSequence: delivery.sequence, dueAt });
    }
    return Promise.resolve();
  }

  record(attempted: readonly AttemptedDelivery[]): Promise<void> {
    for (const { deliveryId, state, attempts, tries, firstTriedAt, at, durationMs, outcome } of attempted) {
      const row = this.tables.deliveries.get(deliveryId);
      if (row === undefined) continue;
      const log = [...row.log, { at, durationMs, outcome }];
      this.tables.deliveries.set(deliveryId, { ...row, state, attempts, tries, firstTriedAt, log });
    }
    return Promise.resolve();
  }

  endpointOf(deliveryId: DeliveryId): Promise<EndpointId> {
    const row = this.tables.deliveries.get(deliveryId);
    return row === undefined ? Promise.reject(deliveryNotFound(deliveryId)) : Promise.resolve(row.endpointId);
  }

  repeat(deliveryId: DeliveryId): Promise<void> {
    const row = this.tables.deliveries.get(deliveryId);
    if (row !== undefined && row.state !== 'pending')
      this.tables.deliveries.set(deliveryId, { ...row, state: 'pending', tries: 0, firstTriedAt: undefined });
    return Promise.resolve();
  }
}

class FakeDeliveryQueue extends DeliveryQueue {
  constructor(private readonly tables: Tables) {
    super();
  }

  take({ sound, troubled, now, until, lease }: Appetite): Promise<readonly Run[]> {
    const due = this.tables.endpoints
      .values()
      .filter(({ dueAt, leasedUntil }) => dueAt !== undefined && dueAt <= now && (leasedUntil ?? now) <= now)
      .toSorted((a, b) => ((a.dueAt ?? now) < (b.dueAt ?? now) ? -1 : 1));
    const taken = [
      ...due.filter(({ health }) => health.state === 'enabled').slice(0, sound),
      ...due.filter(({ health }) => health.state !== 'enabled').slice(0, troubled),
    ];
    for (const row of taken) this.tables.endpoints.set(row.endpointId, { ...row, lease, leasedUntil: until });
    this.tables.endpoints.commit();
    return Promise.resolve(
      taken.map(({ endpointId, url, postback, health: { state }, secrets }) => ({
        endpointId,
        lease,
        leasedUntil: until,
        url,
        ...(postback !== undefined && { postback }),
        state,
        secrets,
        dues: pendingOf(this.tables, endpointId)
          .slice(0, runLength(state, 50))
          .map(({ deliveryId, eventId, sequence, attempts, tries, firstTriedAt }) => ({
            deliveryId,
            eventId,
            sequence,
            attempts,
            tries,
            firstTriedAt,
            body: this.tables.messages.get(eventId)?.body ?? '',
            values: this.tables.messages.get(eventId)?.values,
          })),
      })),
    );
  }

  isDue(now: Instant): Promise<boolean> {
    return Promise.resolve(this.tables.endpoints.values().some(({ dueAt }) => dueAt !== undefined && dueAt <= now));
  }

  forget(before: Instant): Promise<number> {
    const old = new Set(this.tables.deliveries.values().filter(({ createdAt }) => createdAt < before));
    for (const { deliveryId, eventId } of old) {
      this.tables.deliveries.delete(deliveryId);
      this.tables.messages.delete(eventId);
    }
    this.tables.deliveries.commit();
    this.tables.messages.commit();
    return Promise.resolve(new Set([...old].map(({ eventId }) => eventId)).size);
  }
}

export class FakeWebhookTransaction extends FakeTransaction<WebhookStores> implements WebhookTransaction {
  readonly queue: DeliveryQueue;
  private readonly tables: Tables;

  constructor(parts: Partial<FakeParts<WebhookStores>> = {}) {
    const tables: Tables = { endpoints: new Table(), messages: new Table(), deliveries: new Table() };
    super({
      schema: 'webhooks',
      tables: Object.values(tables) as Table<unknown>[],
      stores: (outbox) => ({ endpoints: new FakeEndpoints(tables), deliveries: new FakeDeliveries(tables), outbox }),
      ...parts,
    });
    this.tables = tables;
    this.queue = new FakeDeliveryQueue(tables);
  }

  endpoint(endpointId: EndpointId): Promise<Endpoint | undefined> {
    return Promise.resolve(this.tables.endpoints.get(endpointId));
  }

  deliveriesTo(endpointId: EndpointId): readonly FakeDelivery[] {
    return inOrder(this.tables.deliveries.values().filter((each) => each.endpointId === endpointId));
  }
}

export const answered = (status: number, retryAfterMs?: number): Outcome => ({
  kind: 'answered',
  status,
  retryAfterMs,
  bodyHash: 'e3b0',
  bodyHead: '',
});

/** Answers as it is told to, and remembers what it was sent. */
export class FakeSender extends Sender {
  readonly sent: Letter[] = [];
  answer: (letter: Letter) => Outcome | Promise<Outcome> = () => answered(204);

  async send(letter: Letter): Promise<Outcome> {
    this.sent.push(letter);
    return this.answer(letter);
  }
}

/** Lets everything in. */
export class OpenGuard extends AddressGuard {
  admitted(url: string): Promise<string> {
    return Promise.resolve(url);
  }
}
