import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { read } from '../../../../shared/events.ts';
import { TermsPublishedV1 } from '../../../commission/events.ts';
import type { HearOfTerms } from '../../application/accept-terms.ts';
import type { PartnersTransaction } from '../../ports/partner-stores.ts';

export const partnerConsumers = (transaction: PartnersTransaction, hearOfTerms: HearOfTerms): readonly Consumer[] => [
  consumer('partners', transaction, [TermsPublishedV1], (stores, events) =>
    hearOfTerms.run(
      stores,
      events.map((event) => read(TermsPublishedV1, event)),
    ),
  ),
];
