import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { mustBePolicy, policyOf, type PolicyTerms, type StoredPolicy } from '../../domain/payouts/payout-policy.ts';
import { released, type Slice } from '../../domain/payouts/securities.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { booksToOpen } from '../books/open-books.ts';
import { heldBooks } from '../statements/close-period.ts';

export interface PolicySubject {
  readonly programId: Id<'prg'>;
  /** Absent: the program itself. */
  readonly partnerId?: Id<'par'> | undefined;
}

/** Says how a program is paid, or what differs for one partner. Each change is a version; nothing is overwritten. */
export class SetPayoutPolicy {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /**
   * `seen` is the version the change is based on, 0 when there was none. Throws `settlement.unknown_program`,
   * `settlement.policy_refused`, `http.precondition_failed`.
   */
  async run(subject: PolicySubject, terms: PolicyTerms, seen: number, by: string): Promise<StoredPolicy> {
    const { programId, partnerId } = subject;
    const newBooks = await booksToOpen(this.partners, programId);
    mustBePolicy(terms, newBooks.currency, partnerId !== undefined);
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], now);
      await heldBooks(stores, programId);
      const before = await stores.control.policies.current(programId, partnerId);
      const policy: StoredPolicy = { programId, partnerId, version: seen + 1, terms, setBy: by, setAt: now };
      if ((before?.version ?? 0) !== seen || !(await stores.control.policies.add(policy))) throw changedMeanwhile();
      await releaseFloors(stores, subject, newBooks.currency, now);
      return policy;
    });
  }
}

const changedMeanwhile = (): AppError =>
  new AppError('conflict', 'http.precondition_failed', 'it has changed since you saw it; get it again, then decide');

/** What was kept for a floor that is lower now, or gone, is the partners' again. */
const releaseFloors = async (
  stores: SettlementStores,
  { programId, partnerId }: PolicySubject,
  currency: string,
  now: Instant,
): Promise<void> => {
  const { policies, securities } = stores.control;
  const byPartner = grouped(await securities.floorSlices(programId, partnerId), (slice) => slice.partnerId);
  const said = await policies.book(programId, [...byPartner.keys()]);
  const all = [...byPartner].flatMap(([owner, slices]) => {
    const { reserve } = policyOf(said, owner, 0n);
    return excess(slices, reserve.kind === 'floor' ? reserve.minor : 0n).map(({ slice, minor }) =>
      released(slice, minor, now, currency),
    );
  });
  await securities.saveSlices(all.flatMap(({ slices }) => slices));
  await book(
    stores,
    all.flatMap(({ facts }) => facts),
  );
};

/** The oldest go first. */
const excess = (slices: readonly Slice[], floor: bigint): { readonly slice: Slice; readonly minor: bigint }[] => {
  let open = slices.reduce((sum, { left }) => sum + left, 0n) - floor;
  return slices.flatMap((slice) => {
    const minor = slice.left < open ? slice.left : open;
    open -= minor;
    return minor > 0n ? [{ slice, minor }] : [];
  });
};
