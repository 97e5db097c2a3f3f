import { PageQuery } from '../../../../infrastructure/http/paging.ts';
import { IsIdOf, IsInstant, IsListOf, IsNested, IsOneOf, IsText, IsTextList } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { KnownCustomer } from '../../application/identity/keep-identities.ts';
import { type IdentityKey, type KeptMerge, type MergeId, stands } from '../../domain/identity/identity.ts';

const REASON = { max: 500, optional: true } as const;
const STATES = ['standing', 'refused', 'undone'] as const;

export class LinkRequest {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 220, optional: true, description: 'As the link appended it, or the id alone' })
  readonly clickId?: string;
  @IsText({ max: 200, optional: true }) readonly visitorId?: string;
  @IsText({ max: 200, optional: true, description: 'As orders of the program name the customer' })
  readonly customerRef?: string;
  @IsText({ max: 320, optional: true, pattern: /^\s*\S+@\S+\s*$/, description: 'Kept as a keyed hash alone' })
  readonly customerEmail?: string;
  @IsText({
    max: 50,
    optional: true,
    description: 'With its country, like +49 151 23456789; kept as a keyed hash alone',
  })
  readonly customerPhone?: string;
  @IsText({ ...REASON, description: 'How you know; name nobody' }) readonly reason?: string;
}

export class UndoRequest {
  @IsText({ ...REASON, description: 'Why they are not one; name nobody' }) readonly reason?: string;
}

export class MergePath {
  @IsIdOf('mrg') readonly mergeId!: MergeId;
}

export class IdentityPath {
  @IsText({
    max: 220,
    pattern: /^(click|visitor|customer|email|phone):./,
    description: '`click:clk_…`, `visitor:…`, `customer:` and the reference, `email:` or `phone:` and the keyed hash',
  })
  readonly key!: IdentityKey;
}

export class IdentityQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

export class MergeQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsOneOf(['refused'], { optional: true, description: 'What somebody should look at' }) readonly state?: string;
}

class UndoingView {
  @IsOneOf(['told', 'order_amended', 'consent_denied']) readonly cause!: string;
  @IsText({ max: 200, optional: true }) readonly toldBy?: string | undefined;
  @IsText(REASON) readonly reason?: string | undefined;
  @IsInstant() readonly undoneAt!: Instant;
}

export class MergeView {
  @IsIdOf('mrg') readonly id!: MergeId;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsTextList({ max: 10, description: 'What is one customer’s; no address in the clear' })
  readonly keys!: readonly string[];
  @IsOneOf(['order', 'touch', 'told']) readonly cause!: string;
  @IsIdOf('ord', { optional: true }) readonly orderId?: Id<'ord'> | undefined;
  @IsText({ max: 200, optional: true }) readonly toldBy?: string | undefined;
  @IsText(REASON) readonly reason?: string | undefined;
  @IsInstant() readonly mergedAt!: Instant;
  @IsOneOf(STATES) readonly state!: (typeof STATES)[number];
  @IsOneOf(['too_many_keys', 'too_many_merges', 'consent_denied'], { optional: true })
  readonly refusedBecause?: string | undefined;
  @IsNested(() => UndoingView, { optional: true }) readonly undone?: UndoingView | undefined;
}

export class IdentityView {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsTextList({ max: 10_000, description: 'All that is this customer’s; clicks are those that orders name' })
  readonly keys!: readonly string[];
  @IsListOf(() => MergeView, { max: 200, description: 'What was said of these keys, the latest first' })
  readonly history!: readonly MergeView[];
}

export const mergeView = (merge: KeptMerge): MergeView => {
  const { mergeId, programId, keys, cause, orderId, toldBy, reason, mergedAt, refusedBecause, undone } = merge;
  const state = stands(merge) ? 'standing' : undone === undefined ? 'refused' : 'undone';
  return { id: mergeId, programId, keys, cause, orderId, toldBy, reason, mergedAt, state, refusedBecause, undone };
};

export const identityView = (programId: Id<'prg'>, { keys, history }: KnownCustomer): IdentityView => ({
  programId,
  keys,
  history: history.map(mergeView),
});
