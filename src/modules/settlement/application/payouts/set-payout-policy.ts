import type { Clock } from '../../../../shared/clock.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { loosenedPolicy } from '../../domain/payouts/loosening.ts';
import {
  given,
  mustBePolicy,
  policyOf,
  type PolicyTerms,
  type StoredPolicy,
} from '../../domain/payouts/payout-policy.ts';
import { released, type Slice } from '../../domain/payouts/securities.ts';
import type { Changed } from '../../domain/settings/change.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { knownProgram } from '../books/open-books.ts';
import { askChange, changedMeanwhile, mustBeSeen } from '../settings/change-setting.ts';
import { heldBooks } from '../statements/close-period.ts';

export interface PolicySubject {
  readonly programId: Id<'prg'>;
  /** Absent: the program itself. */
  readonly partnerId?: Id<'par'> | undefined;
}

/**
 * Says how a program is paid, or what differs for one partner. Each change is a version; nothing is overwritten. The first
 * word on a program, and what is stricter than before, counts at once; what is looser waits for somebody else.
 */
export class SetPayoutPolicy {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * `seen` is the version the change is based on, 0 when there was none. Throws `settlement.unknown_program`,
   * `settlement.policy_refused`, `settlement.change_pending`, `http.precondition_failed`.
   */
  async run(subject: PolicySubject, terms: PolicyTerms, seen: number, by: string): Promise<Changed<StoredPolicy>> {
    const { programId, partnerId } = subject;
    const { currency, timeZone, minimumPayout } = await knownProgram(this.partners, programId);
    mustBePolicy(terms, currency, partnerId !== undefined);
    const at = this.clock.now();
    return this.transaction.run(async (stores) => {
      await stores.books.open([{ programId, currency, timeZone }], at);
      await heldBooks(stores, programId);
      mustBeSeen((await stores.control.policies.current(programId, partnerId))?.version ?? 0, seen);
      const loosens = await loosened(stores, subject, terms, minimumPayout);
      const isFirst = seen === 0 && partnerId === undefined;
      if (loosens.length > 0 && !isFirst) {
        const asked = { setting: 'payout_policy', programId, partnerId, seen, wanted: terms, loosens } as const;
        return { waiting: await askChange(stores, this.ids, asked, { by, at }) };
      }
      return { done: await putPolicy(stores, { ...subject, version: seen + 1, terms, setBy: by, setAt: at }) };
    });
  }
}

const loosened = async (
  { control }: SettlementStores,
  { programId, partnerId }: PolicySubject,
  terms: PolicyTerms,
  minimum: MoneyJson,
): Promise<readonly string[]> => {
  const { program, partners } = await control.policies.book(programId, partnerId === undefined ? [] : [partnerId]);
  const inForce = (said: PolicyTerms | undefined) =>
    partnerId === undefined ? given({ minimum }, said ?? {}) : given({ minimum }, program, said ?? {});
  return loosenedPolicy(inForce(partnerId === undefined ? program : partners.get(partnerId)), inForce(terms));
};

/** It counts from now on. Alone with the books. Throws `http.precondition_failed`. */
export const putPolicy = async (stores: SettlementStores, policy: StoredPolicy): Promise<StoredPolicy> => {
  if (!(await stores.control.policies.add(policy))) throw changedMeanwhile();
  const { currency } = await heldBooks(stores, policy.programId);
  await releaseFloors(stores, policy, currency, policy.setAt);
  return policy;
};

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
