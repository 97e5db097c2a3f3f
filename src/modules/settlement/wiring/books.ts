import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../../shared/clock.ts';
import { LedgerPort } from '../../ledger/index.ts';
import { PartnersPort } from '../../partners/index.ts';
import { settlementConsumers } from '../adapters/messaging/consumers.ts';
import { PostgresPendingWork } from '../adapters/postgres/postgres-pending-work.ts';
import { settlementStores } from '../adapters/postgres/settlement-stores.ts';
import { BookCommissions } from '../application/books/book-commissions.ts';
import { PostBookings } from '../application/books/post-bookings.ts';
import { PendingWork } from '../ports/pending-work.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { type Part, POST_JOB } from './part.ts';

/** What commission says is booked, and what is booked is posted. */
export const books: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(SettlementTransaction).toResolvedValue(
      (parts) => new PostgresTransaction(parts, settlementStores),
      [TransactionParts],
    );
    bind(PendingWork).toResolvedValue(({ knex }) => new PostgresPendingWork(knex), [Database]);
    bind(PostBookings).toResolvedValue(
      (transaction, ledger, clock) => new PostBookings(transaction, ledger, clock),
      [SettlementTransaction, LedgerPort, Clock],
    );
    bind(BookCommissions).toResolvedValue(
      (transaction, partners, post, clock) => new BookCommissions(transaction, partners, post, clock),
      [SettlementTransaction, PartnersPort, PostBookings, Clock],
    );
  }),
  consumers: (own) => settlementConsumers(own.get(BookCommissions)),
  jobs: (own) => {
    const [post, pending] = [own.get(PostBookings), own.get(PendingWork)];
    return [{ name: POST_JOB, everyMs: 1_000, run: () => post.run(), due: () => pending.hasUnposted() }];
  },
};
