import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type {
  IdentityKey,
  Joint,
  KeptMerge,
  Merge,
  MergeId,
  ProgramKey,
  Undoing,
} from '../domain/identity/identity.ts';
import type { Touchpoint } from '../domain/traffic/touchpoint.ts';
import type { ClickId } from '../index.ts';

/** Who made a click that was kept. */
export type Clicked = Pick<Touchpoint, 'clickId' | 'programId' | 'visitorId' | 'consent' | 'occurredAt'>;

export interface Undone {
  readonly mergeId: MergeId;
  readonly undoing: Undoing;
}

export interface Renamed {
  readonly programIds: readonly Id<'prg'>[];
  readonly from: IdentityKey;
  readonly to: IdentityKey;
}

export interface MergeFilter {
  readonly programId?: Id<'prg'> | undefined;
  readonly refused?: true | undefined;
}

/** What is said of who is one customer. */
export abstract class Identities {
  /**
   * Makes everybody else wait who works on one of these keys, or on customers of a program in which one of them is known.
   * After `Touchpoints.hold`, before anything is read.
   */
  abstract hold(keys: readonly ProgramKey[]): Promise<void>;
  /** Of those that are known. */
  abstract clicked(clickIds: readonly ClickId[]): Promise<readonly Clicked[]>;
  /** All that stands and leads to these keys, over however many others. */
  abstract around(programId: Id<'prg'>, keys: readonly IdentityKey[]): Promise<readonly Joint[]>;
  /** Which of these were ever said. */
  abstract known(mergeIds: readonly MergeId[]): Promise<ReadonlySet<MergeId>>;
  abstract add(merges: readonly Merge[]): Promise<void>;
  /** Of those that stand. */
  abstract undo(undone: readonly Undone[]): Promise<void>;
  abstract get(mergeId: MergeId): Promise<KeptMerge | undefined>;
  /** The last of each order, undone or refused as it may be. */
  abstract lastOf(orderIds: readonly Id<'ord'>[]): Promise<readonly KeptMerge[]>;
  /** Those that stand and name one of the keys, but for clicks and their visitors. */
  abstract naming(keys: readonly ProgramKey[]): Promise<readonly KeptMerge[]>;
  /** All that was ever said of these keys, the latest first, so many at most. */
  abstract history(programId: Id<'prg'>, keys: readonly IdentityKey[], limit: number): Promise<readonly KeptMerge[]>;
  /** By id. */
  abstract page(request: PageRequest, filter: MergeFilter): Promise<Page<KeptMerge>>;
  /** Whose key this is cannot be told from the new one. Answers how many were there. */
  abstract rename(renamed: readonly Renamed[]): Promise<number>;
}
