import type { Id } from '../../../../shared/ids.ts';
import { CUSTOMER, type ErasureId, pseudonymOf, type Subject } from '../../domain/identity/erasure.ts';
import { type IdentityKey, keysOf } from '../../domain/identity/identity.ts';
import type { Identities, Renamed } from '../../ports/identities.ts';

interface Forgotten {
  readonly visitorIds: readonly string[];
  readonly programIds: readonly Id<'prg'>[];
  readonly erasureId: ErasureId;
}

/** What was told beside a customer's name: more than any of them has. */
const MOST_BESIDE = 10_000;

/**
 * Keys give way to pseudonyms, as visitors do in touches: whose they were is gone, and no partner loses a credit when an
 * order is decided again. What the customer is told by later is another key, and joined with none of these. Answers how
 * many there were.
 */
export const forgetKeys = async (
  identities: Identities,
  subject: Subject,
  { visitorIds, programIds, erasureId }: Forgotten,
): Promise<number> => {
  const own = visitorIds.map((visitorId, number): Renamed => ({
    programIds,
    from: `visitor:${visitorId}`,
    to: `visitor:${pseudonymOf(erasureId, number)}`,
  }));
  if (subject.kind === 'visitor') {
    await hold(identities, own);
    return identities.rename(own);
  }
  const { programId, customerRef } = subject;
  const renamed = async (): Promise<readonly Renamed[]> => {
    const named = keysOf({ customerRef });
    const beside = await identities.history(programId, named, MOST_BESIDE);
    const addresses = new Set(beside.flatMap(({ keys }) => keys.filter((key) => /^(email|phone):/.test(key))));
    const pseudonym = pseudonymOf(erasureId, CUSTOMER);
    return [
      ...own,
      ...named.map((from): Renamed => ({ programIds: [programId], from, to: `customer:${pseudonym}` })),
      ...[...addresses].map((from, number): Renamed => ({
        programIds: [programId],
        from,
        to: inPlaceOf(from, pseudonym, number),
      })),
    ];
  };
  await hold(identities, await renamed());
  return identities.rename(await renamed());
};

const inPlaceOf = (key: IdentityKey, pseudonym: string, number: number): IdentityKey =>
  key.startsWith('email:') ? `email:${pseudonym}:${number}` : `phone:${pseudonym}:${number}`;

const hold = (identities: Identities, renamed: readonly Renamed[]): Promise<void> =>
  identities.hold(renamed.flatMap(({ programIds, from }) => programIds.map((programId) => ({ programId, key: from }))));
