import { SystemWallClock } from '../../src/infrastructure/system/system.ts';
import { TimeOrderedIds } from '../../src/infrastructure/system/time-ordered-ids.ts';
import { type Id, toUuid } from '../../src/shared/ids.ts';

const ids = new TimeOrderedIds(new SystemWallClock());

export const transactionId = (): Id<'txn'> => ids.next('txn');

export const uuidv7 = (): string => toUuid(transactionId());
