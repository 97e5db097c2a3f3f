import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { read } from '../../../../shared/events.ts';
import { TermsPublishedV1 } from '../../../commission/events.ts';
import type { PartnersTransaction } from '../../ports/partner-stores.ts';

/** Notes which versions there are to be accepted. */
export const partnerConsumers = (transaction: PartnersTransaction): readonly Consumer[] => [
  consumer('partners', transaction, [TermsPublishedV1], ({ acceptances }, events) =>
    acceptances.hear(events.map((event) => read(TermsPublishedV1, event))),
  ),
];
