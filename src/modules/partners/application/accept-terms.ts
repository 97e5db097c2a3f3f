import type { Clock } from '../../../shared/clock.ts';
import type { Id } from '../../../shared/ids.ts';
import { type Acceptance, acceptance, acceptanceTold } from '../domain/acceptance.ts';
import type { PartnerId } from '../index.ts';
import type { PartnersTransaction } from '../ports/partner-stores.ts';
import { notFound } from './refusals.ts';

export interface Acceptor {
  readonly partnerId: PartnerId;
  /** Of the words the partner has read. */
  readonly hash: string;
  readonly by: string;
}

/** A partner says that it has read a version of terms and agrees; nobody says that in its place. */
export class AcceptTerms {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly clock: Clock,
  ) {}

  /** Said again, it is what was said first. Throws `partners.not_found`, `partners.other_words`. */
  run(termsId: Id<'trm'>, acceptor: Acceptor): Promise<Acceptance> {
    return this.transaction.run(async ({ acceptances, enrolments, outbox }) => {
      const terms = await acceptances.terms(termsId);
      const enrolment = terms && (await enrolments.of(terms.programId, acceptor.partnerId));
      if (terms === undefined || enrolment === undefined) throw notFound('version of terms', termsId);
      const wanted = acceptance(terms, { ...acceptor, at: this.clock.now() });
      const [known] = await acceptances.of(termsId, [acceptor.partnerId]);
      if (known !== undefined) return known;
      await acceptances.add(wanted);
      outbox.publish(acceptanceTold(enrolment, terms, wanted));
      return wanted;
    });
  }
}
