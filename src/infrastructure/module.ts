import { Container, type ContainerModule, type ServiceIdentifier } from 'inversify';
import type { Contract } from '../shared/events.ts';
import type { Ids } from '../shared/ids.ts';
import { BulkOutbox } from '../shared/outbox.ts';
import type { Audit } from './audit.ts';
import type { GrpcService } from './grpc/grpc-server.ts';
import type { Route } from './http/route.ts';
import type { Front } from './http/front.ts';
import type { Job } from './job.ts';
import type { Consumer } from './messaging/consumer.ts';
import { Doorbell } from './messaging/doorbell.ts';
import { Database } from './postgres/database.ts';
import { TransactionParts } from './postgres/transaction.ts';
import type { Service } from './service.ts';

/** What a module gives to the world: what others may ask, and what drives it. All else stays in its own container. */
export interface Module {
  readonly name: string;
  readonly bindings: ContainerModule | readonly ContainerModule[];
  /** Ports other modules may ask; each must be bound in `bindings`. */
  readonly offers: readonly ServiceIdentifier[];
  /** What it says to the world, all of it. */
  readonly tells?: readonly Contract[];
  readonly routes?: (own: Resolver) => readonly Route[];
  readonly grpc?: (own: Resolver) => readonly GrpcService[];
  /** See requests before the routes do; asked in roles `api` and `tracking`, once the services run. */
  readonly fronts?: (own: Resolver) => readonly Front[];
  readonly services?: (own: Resolver) => readonly Service[];
  readonly consumers?: (own: Resolver) => readonly Consumer[];
  readonly jobs?: (own: Resolver) => readonly Job[];
  readonly audits?: (own: Resolver) => readonly Audit[];
}

export type Resolver = Pick<Container, 'get'>;

/** What every module finds in its own container without binding it. */
export interface ModuleGround {
  readonly database: Database;
  readonly ids: Ids;
  readonly doorbell: Doorbell;
  readonly bulkOutbox: () => BulkOutbox;
}

/**
 * Gives the module a container of its own, under the root: it sees the root's ports and its own bindings, and others
 * see only what it offers.
 */
export const mount = (
  root: Container,
  module: Module,
  { database, ids, doorbell, bulkOutbox }: ModuleGround,
): Resolver => {
  const own = new Container({ parent: root, defaultScope: 'Singleton' });
  own.bind(Database).toConstantValue(database);
  own.bind(Doorbell).toConstantValue(doorbell);
  own.bind(BulkOutbox).toDynamicValue(bulkOutbox);
  own.bind(TransactionParts).toConstantValue({ database, ids, doorbell });
  own.load(...[module.bindings].flat());
  for (const port of module.offers) {
    if (!own.isCurrentBound(port)) throw new Error(`${module.name} offers ${String(port)} but does not bind it`);
    root.bind(port).toDynamicValue(() => own.get(port));
  }
  return own;
};
