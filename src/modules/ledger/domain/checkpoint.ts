/**
 * How far the journal was read again and found as it was sealed. The head of the last seal takes in all before it; so it
 * is enough to remember that one, signed with the key of the seals.
 */
import { canonicalJson } from '../../../shared/canonical-json.ts';
import { digestOfText } from '../../../shared/digest.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { Seal } from './seal.ts';

export interface Checkpoint {
  /** The number of the last seal that was proven. */
  readonly seal: number;
  readonly head: string;
  readonly provenAt: Instant;
  readonly keyId: string;
  /** Ed25519, of what `signedText` says, in hex. */
  readonly signature: string;
}

/** Apart from the text that is signed for a seal, which is its head. */
export const signedText = ({ seal, head, provenAt }: Pick<Checkpoint, 'seal' | 'head' | 'provenAt'>): string =>
  digestOfText(canonicalJson(['proven', seal, head, provenAt]));

/** Why it cannot be gone by, beside the seal that has its number now. */
export const checkpointFault = (
  { seal: number, head, provenAt }: Checkpoint,
  now: Pick<Seal, 'head'> | undefined,
  isSigned: boolean,
): string | undefined => {
  if (!isSigned) return `what says that all up to seal ${number} is proven is not signed by the key of the seals`;
  if (now === undefined) return `seal ${number} was proven on ${provenAt}, and is gone`;
  return now.head === head ? undefined : `seal ${number} is not the one that was proven on ${provenAt}`;
};

/** From one number up to another, with both. */
export interface Seals {
  readonly from: number;
  readonly to: number;
}

const PARTS = 28;
/** So that the look stays one of seconds, however long the books are. */
const MOST_REREAD = 2_000;

/** Which of the seals that are proven are read again, by a fraction from 0 up to 1: each is in one of equal parts. */
export const partToReread = (seals: number, fraction: number): Seals => {
  const size = Math.min(Math.ceil(seals / PARTS), MOST_REREAD);
  const from = Math.floor(fraction * Math.ceil(seals / size)) * size + 1;
  return { from, to: Math.min(from + size - 1, seals) };
};
