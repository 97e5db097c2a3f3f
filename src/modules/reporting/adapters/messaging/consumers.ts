import { type Consumer, consumer, unhurried } from '../../../../infrastructure/messaging/consumer.ts';
import type { RecordNews } from '../../application/record-news.ts';
import type { ReportTransaction } from '../../ports/reports.ts';
import { contracts, newsOf } from './hear.ts';

export const reportingConsumers = (transaction: ReportTransaction, record: RecordNews): readonly Consumer[] => [
  unhurried(consumer('reporting', transaction, contracts, (stores, events) => record.run(stores, events.map(newsOf)))),
];
