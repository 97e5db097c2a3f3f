import { type Consumer, unhurried } from '../../../../infrastructure/messaging/consumer.ts';
import type { BookCommissions } from '../../application/books/book-commissions.ts';
import { factOf, MONEY_EVENTS } from './facts.ts';

const NAME = 'settlement';

/** Not in one transaction as usual: the ledger is told after the booking is on disk, and told again after a crash. */
export const settlementConsumers = (bookCommissions: BookCommissions): readonly Consumer[] => [
  unhurried({
    name: NAME,
    types: MONEY_EVENTS,
    handle: (batch) => bookCommissions.run(NAME, batch.map(factOf)),
  }),
];
