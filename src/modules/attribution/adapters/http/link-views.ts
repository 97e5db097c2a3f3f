import { FaultView } from '../../../../infrastructure/http/problem.ts';
import { PageQuery, pageOfShape } from '../../../../infrastructure/http/paging.ts';
import { IsIdOf, IsInstant, IsListOf, IsOneOf, IsText, IsWebAddress, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ImportResult } from '../../application/traffic/import-links.ts';
import { CODE, type Link } from '../../domain/traffic/link.ts';
import type { LinkId } from '../../index.ts';

export const MAX_IMPORT = 500;

const CODE_SAYS = 'must be letters of a to z, digits, - and _, and begin with a letter or a digit';

export class LinkPath {
  @IsIdOf('lnk') readonly linkId!: LinkId;
}

export class LinkQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
}

export class NewLinkRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: "Whose it is; a partner's token need not say" })
  readonly partnerId?: Id<'par'>;
  @IsText({
    min: 2,
    max: 100,
    pattern: CODE,
    says: CODE_SAYS,
    optional: true,
    description: 'A name of your choice; else a short one',
  })
  readonly code?: string;
  @IsWebAddress({ optional: true, description: "A page on one of the program's hosts; else the program's own" })
  readonly destination?: string;
}

class ImportedLinkRequest {
  @IsText({ min: 2, max: 100, pattern: CODE, says: CODE_SAYS }) readonly code!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsWebAddress({ optional: true }) readonly destination?: string;
}

export class LinkImportRequest {
  @IsListOf(() => ImportedLinkRequest, { min: 1, max: MAX_IMPORT }) readonly links!: readonly ImportedLinkRequest[];
}

class LinkImportResultView {
  @IsWhole({ min: 0, max: MAX_IMPORT, description: 'Its place in the import' }) readonly index!: number;
  @IsText({ max: 100 }) readonly code!: string;
  @IsOneOf(['created', 'kept', 'refused'], { description: 'kept: it was there, and leads where you said now' })
  readonly verdict!: string;
  @IsIdOf('lnk', { nullable: true }) readonly linkId!: LinkId | null;
  @IsListOf(() => FaultView, { max: 10 }) readonly faults!: ImportResult['faults'];
}

export class LinkImportView {
  @IsWhole({ min: 0, max: MAX_IMPORT }) readonly created!: number;
  @IsWhole({ min: 0, max: MAX_IMPORT }) readonly kept!: number;
  @IsWhole({ min: 0, max: MAX_IMPORT }) readonly refused!: number;
  @IsListOf(() => LinkImportResultView, { max: MAX_IMPORT }) readonly results!: readonly LinkImportResultView[];
}

export class LinkView {
  @IsIdOf('lnk') readonly id!: LinkId;
  @IsText({ max: 100 }) readonly code!: string;
  @IsText({ max: 2_300, description: 'What to publish' }) readonly url!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsWebAddress({ nullable: true, description: "Null: it leads to the program's page" })
  readonly destination!: string | null;
  @IsOneOf(['active', 'suspended']) readonly state!: string;
  @IsInstant() readonly createdAt!: Instant;
}

export const LinkPage = pageOfShape(LinkView);

export const linkView = (
  { linkId, code, programId, partnerId, destination, state, createdAt }: Link,
  publicUrl: string,
): LinkView => ({
  id: linkId,
  code,
  url: `${publicUrl}/r/${code}`,
  programId,
  partnerId,
  destination: destination ?? null,
  state,
  createdAt,
});

export const linkImportView = (results: readonly ImportResult[]): LinkImportView => {
  const count = (verdict: string): number => results.filter((result) => result.verdict === verdict).length;
  return { created: count('created'), kept: count('kept'), refused: count('refused'), results };
};
