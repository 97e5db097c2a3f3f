import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import type { RecordNews } from '../../application/record-news.ts';
import type { ReportTransaction } from '../../ports/reports.ts';
import { contracts, newsOf } from './hear.ts';

export const reportingConsumers = (transaction: ReportTransaction, record: RecordNews): readonly Consumer[] => [
  consumer('reporting', transaction, contracts, (stores, events) => record.run(stores, events.map(newsOf))),
];
