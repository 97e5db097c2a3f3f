/**
 * When signing keys come and go. Each is published before it signs, so that whoever keeps a copy of the key set has it
 * in time, and stays published until the last token it signed has ended:
 *
 *             made      signs from            successor signs         longest token ended
 *   (none) ────▶ waiting ────────▶ signing ──────────▶ verifying ──────────▶ retired
 *                      AHEAD_DAYS            ROTATION_DAYS     LONGEST_TOKEN_DAYS
 *
 * A retired key's private half is forgotten. If nobody makes a successor in time, the newest key goes on signing.
 */
import { type Instant, latest, plusDays } from '../../../shared/instant.ts';

export interface ScheduledKey {
  /** 1, 2, 3 …: two processes that make the same one at once make one. */
  readonly generation: number;
  readonly signsFrom: Instant;
}

const ROTATION_DAYS = 30;
const AHEAD_DAYS = 2;
export const LONGEST_TOKEN_DAYS = 30;
/** Clocks differ a little; a key outlives its last token by this. */
const MARGIN_DAYS = 1;

/**
 * The key that signs now: the newest of those whose time has come. On a machine whose clock is behind that of the one
 * which made the very first key, that one.
 */
export const signingNow = <Key extends ScheduledKey>(keys: readonly Key[], now: Instant): Key | undefined =>
  newest(keys.filter(({ signsFrom }) => signsFrom <= now)) ?? keys.find(({ generation }) => generation === 1);

/** The key that should be made now, if one should. The very first signs at once: there is nothing before it. */
export const keyDue = (keys: readonly ScheduledKey[], now: Instant): ScheduledKey | undefined => {
  const last = newest(keys);
  if (last === undefined) return { generation: 1, signsFrom: now };
  const signsFrom = latest(plusDays(last.signsFrom, ROTATION_DAYS), plusDays(now, AHEAD_DAYS));
  const mayWait = plusDays(last.signsFrom, ROTATION_DAYS - AHEAD_DAYS) > now;
  return mayWait ? undefined : { generation: last.generation + 1, signsFrom };
};

/** Keys whose last token has ended. */
export const outlived = <Key extends ScheduledKey>(keys: readonly Key[], now: Instant): readonly Key[] => {
  const inOrder = keys.toSorted((a, b) => a.generation - b.generation);
  return inOrder.filter((_, index) => {
    const successor = inOrder[index + 1];
    return successor !== undefined && plusDays(successor.signsFrom, LONGEST_TOKEN_DAYS + MARGIN_DAYS) <= now;
  });
};

const newest = <Key extends ScheduledKey>(keys: readonly Key[]): Key | undefined =>
  keys.reduce<Key | undefined>(
    (best, key) => (best === undefined || key.generation > best.generation ? key : best),
    undefined,
  );
