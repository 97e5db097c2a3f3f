import { bareClickId } from '../../../../shared/click-id.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError, invalid } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../../shared/page.ts';
import { isPhone, normalisedPhone } from '../../../../shared/phone.ts';
import { normalisedEmail, type Vault } from '../../../../shared/vault.ts';
import {
  type IdentityKey,
  type KeptMerge,
  keysOf,
  type Merge,
  type MergeId,
  namedBy,
  type NamedCustomer,
  stands,
} from '../../domain/identity/identity.ts';
import type { AttributionStores, AttributionTransaction } from '../../ports/attribution-stores.ts';
import type { Clicked, MergeFilter } from '../../ports/identities.ts';
import type { DecideConversions } from '../deciding/decide-conversions.ts';
import { holdAll, touchMerge } from './join-identities.ts';
import { redraw } from './redraw-identities.ts';

/** Somebody's word that these are one customer's. */
export interface Word {
  readonly programId: Id<'prg'>;
  /** As the link appended it, or the id alone. */
  readonly clickId?: string | undefined;
  readonly visitorId?: string | undefined;
  readonly customerRef?: string | undefined;
  readonly customerEmail?: string | undefined;
  readonly customerPhone?: string | undefined;
  readonly reason?: string | undefined;
}

export interface KnownCustomer {
  readonly keys: readonly IdentityKey[];
  /** All that was ever said of these keys, the latest first. */
  readonly history: readonly KeptMerge[];
}

const MOST_SHOWN = 200;

/** Joins customers by word, takes back what was joined, and shows why they are one. */
export class KeepIdentities {
  constructor(
    private readonly transaction: AttributionTransaction,
    private readonly decideConversions: DecideConversions,
    private readonly vault: Vault,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** What is refused is kept and answered all the same, with its reason. Throws `attribution.keys_too_few`, `input.invalid`. */
  async link(word: Word, toldBy: string): Promise<KeptMerge> {
    const keys = keysOf(this.named(word));
    if (keys.length < 2)
      throw invalid('attribution.keys_too_few', 'name two things that are one customer’s, or more', [
        {
          pointer: '',
          code: 'attribution.keys_too_few',
          detail: 'has fewer than two of its fields that name a customer',
        },
      ]);
    const { programId, reason } = word;
    const mergeId = this.ids.next('mrg');
    const merge = { mergeId, programId, keys, cause: 'told', toldBy, reason, mergedAt: this.clock.now() } as const;
    return this.transaction.run(async (stores) => {
      const touches = await heldTouches(stores, merge);
      const isDenied = touches.some(({ consent }) => consent === 'denied');
      const said = isDenied
        ? [{ ...merge, refusedBecause: 'consent_denied' as const }]
        : [merge, ...touches.flatMap(touchMerge)];
      const before = await stores.identities.known(said.map((each) => each.mergeId));
      const redrawn = await redraw(stores, programId, {
        undone: [],
        said: [said.filter((each) => !before.has(each.mergeId))],
      });
      await this.decideConversions.rejoined(stores, redrawn);
      return known(stores, mergeId);
    });
  }

  /** Undone once, it stays so; again, nothing happens. Throws `attribution.unknown_merge`, `attribution.merge_refused`. */
  undo(mergeId: MergeId, toldBy: string, reason: string | undefined): Promise<KeptMerge> {
    return this.transaction.run(async (stores) => {
      await heldTouches(stores, await known(stores, mergeId));
      const merge = await known(stores, mergeId);
      if (merge.refusedBecause !== undefined)
        throw new AppError('conflict', 'attribution.merge_refused', `${mergeId} was refused: there is nothing to undo`);
      if (!stands(merge)) return merge;
      const undoing = { cause: 'told', toldBy, reason, undoneAt: this.clock.now() } as const;
      const redrawn = await redraw(stores, merge.programId, { undone: [{ merge, undoing }], said: [] });
      await this.decideConversions.rejoined(stores, redrawn);
      return known(stores, mergeId);
    });
  }

  /** Throws `attribution.unknown_merge`. */
  merge(mergeId: MergeId): Promise<KeptMerge> {
    return this.transaction.run((stores) => known(stores, mergeId));
  }

  merges(request: PageRequest, filter: MergeFilter): Promise<Page<KeptMerge>> {
    return this.transaction.run(({ identities }) => identities.page(request, filter));
  }

  /** Throws `attribution.unknown_identity`. */
  customer(programId: Id<'prg'>, key: IdentityKey): Promise<KnownCustomer> {
    return this.transaction.run(async ({ identities }) => {
      const joints = await identities.around(programId, [key]);
      const keys = [...new Set([key, ...joints.map((joint) => joint.key)])].toSorted();
      const history = await identities.history(programId, keys, MOST_SHOWN);
      if (history.length === 0)
        throw new AppError('not_found', 'attribution.unknown_identity', 'no order, click or word has named this key');
      return { keys, history };
    });
  }

  private named({ clickId, visitorId, customerRef, customerEmail, customerPhone }: Word): NamedCustomer {
    const bareId = clickId === undefined ? undefined : bareClickId(clickId);
    if (clickId !== undefined && bareId === undefined) throw unreadable('clickId', 'must be a click id, signed or not');
    if (customerPhone !== undefined && !isPhone(customerPhone))
      throw unreadable('customerPhone', 'must be a telephone number with its country, like +49 151 23456789');
    return {
      clickId: bareId,
      visitorId,
      customerRef,
      ...(customerEmail !== undefined && {
        customerEmailFingerprint: this.vault.fingerprint('email', normalisedEmail(customerEmail)),
      }),
      ...(customerPhone !== undefined && {
        customerPhoneFingerprint: this.vault.fingerprint('phone', normalisedPhone(customerPhone)),
      }),
    };
  }
}

const unreadable = (field: string, detail: string): AppError =>
  invalid('input.invalid', `${field} ${detail}`, [{ pointer: `/${field}`, code: 'input.invalid', detail }]);

/** Nobody else works on these keys from now on. Answers the clicks among them that were kept. */
const heldTouches = async (stores: AttributionStores, { programId, keys }: Merge): Promise<readonly Clicked[]> => {
  const clicked = await holdAll(
    stores,
    keys.map((key) => ({ programId, ...namedBy(key) })),
  );
  return clicked.filter((touch) => touch.programId === programId);
};

/** Throws `attribution.unknown_merge`. */
const known = async ({ identities }: AttributionStores, mergeId: MergeId): Promise<KeptMerge> => {
  const merge = await identities.get(mergeId);
  if (merge === undefined) throw new AppError('not_found', 'attribution.unknown_merge', `there is no merge ${mergeId}`);
  return merge;
};
