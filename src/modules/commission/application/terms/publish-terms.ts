import type { Clock } from '../../../../shared/clock.ts';
import { digest } from '../../../../shared/digest.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { published } from '../../../../shared/outbox.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Acknowledged, Findings } from '../../domain/terms/check-terms.ts';
import {
  approvedInOne,
  mustBeMeant,
  mustBeReadable,
  mustGiveNotice,
  publishedAs,
  type TermsDraft,
} from '../../domain/terms/terms-draft.ts';
import type { TermsVersion } from '../../domain/terms/terms.ts';
import { TermsPublishedV1 } from '../../events.ts';
import type { CommissionStores, CommissionTransaction } from '../../ports/commissions.ts';
import type { DraftName } from './draft-terms.ts';
import { draftNotFound } from './draft-not-found.ts';
import { findingsIn } from './findings-in.ts';
import { knownProgram } from './known-program.ts';

/** Draft, review and publication in one. */
export interface DirectPublication {
  readonly programId: Id<'prg'>;
  readonly terms: object;
  readonly effectiveFrom: Instant;
  readonly by: string;
  /** What somebody has looked at and means. */
  readonly acknowledged?: readonly Acknowledged[] | undefined;
  /** Whether they may also replace terms that are there, with nobody else looking. */
  readonly mayReplace: boolean;
}

export interface Published {
  readonly version: TermsVersion;
  /** False when it was the newest already. */
  readonly isNew: boolean;
}

/** Publishes a program's next version of terms. What is published never changes; a change is another version. */
export class PublishTerms {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * What was drafted and approved. Throws `commission.draft_not_found`, `commission.illegal_move`,
   * `commission.terms_invalid` with every fault at once, `commission.warnings_open`, and `commission.terms_back_dated`
   * or `commission.notice_too_short` for a beginning partners were not told of in time.
   */
  async draft({ programId, draftId }: DraftName, by: string): Promise<TermsVersion> {
    return this.transaction.run(async (stores) => {
      const draft = await stores.drafts.get(draftId);
      if (draft.programId !== programId) throw draftNotFound(draftId);
      await stores.periods.changeTerms(programId);
      const findings = await findingsIn(this.partners, programId, draft.terms);
      const now = this.clock.now();
      const termsId = this.ids.next('trm');
      const after = publishedAs(draft, termsId, by, now);
      const version = await this.publish(stores, draft, findings, { termsId, now });
      await stores.drafts.save(after);
      return version;
    });
  }

  /**
   * The same terms from the same moment, sent again, are the version they were. Throws `commission.unknown_program` and
   * `commission.review_needed` besides.
   */
  async run({ acknowledged = [], mayReplace, by, ...words }: DirectPublication): Promise<Published> {
    await knownProgram(this.partners, words.programId);
    const findings = await findingsIn(this.partners, words.programId, words.terms);
    mustBeReadable(findings);
    return this.transaction.run(async (stores) => {
      // Whoever else publishes waits here: what is the newest stays so.
      await stores.periods.changeTerms(words.programId);
      const newest = newestOf(await stores.terms.ofPrograms([words.programId]));
      if (newest?.effectiveFrom === words.effectiveFrom && newest.hash === hashOf(findings))
        return { version: newest, isNew: false };
      if (newest !== undefined && !mayReplace) throw reviewNeeded();
      const now = this.clock.now();
      const [draftId, termsId] = [this.ids.next('tdr'), this.ids.next('trm')];
      const draft = approvedInOne({ draftId, programId: words.programId }, words, { by, at: now, acknowledged });
      const version = await this.publish(stores, draft, findings, { termsId, now });
      await stores.drafts.add(publishedAs(draft, termsId, by, now));
      return { version, isNew: true };
    });
  }

  private async publish(
    { terms: versions, outbox }: CommissionStores,
    { programId, effectiveFrom, acknowledged }: TermsDraft,
    findings: Findings,
    { termsId, now }: { readonly termsId: TermsVersion['termsId']; readonly now: Instant },
  ): Promise<TermsVersion> {
    mustBeReadable(findings);
    mustBeMeant(findings, acknowledged);
    const before = await versions.ofPrograms([programId]);
    mustGiveNotice(before, effectiveFrom, now);
    const version: TermsVersion = {
      termsId,
      programId,
      version: (newestOf(before)?.version ?? 0) + 1,
      terms: readable(findings),
      hash: hashOf(findings),
      effectiveFrom,
      publishedAt: now,
    };
    await versions.add(version);
    outbox.publish(told(version));
    return version;
  }
}

const newestOf = (versions: readonly TermsVersion[]): TermsVersion | undefined =>
  versions.toSorted((a, b) => a.version - b.version).at(-1);

const readable = ({ terms }: Findings): TermsVersion['terms'] => {
  if (terms === undefined) throw new Error('unreadable terms got past their reader');
  return terms;
};

const hashOf = (findings: Findings): string => digest(readable(findings));

const told = ({ termsId, programId, version, hash, effectiveFrom, publishedAt }: TermsVersion) =>
  published(
    TermsPublishedV1,
    { aggregate: termsId, partitionKey: programId, occurredAt: publishedAt },
    { termsId, programId, version, hash, effectiveFrom, publishedAt },
  );

const reviewNeeded = (): AppError =>
  new AppError(
    'forbidden',
    'commission.review_needed',
    'the program has terms: draft the change and let somebody else review it, or use a token with terms:publish',
  );
