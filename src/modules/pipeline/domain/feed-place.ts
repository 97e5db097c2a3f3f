/** How far somebody has read, in each outbox; as a text, it is what they come back with. */
import { decodeCursor, encodeCursor, malformedCursor } from '../../../shared/page.ts';

export type FeedPlace = ReadonlyMap<string, bigint>;

export const placeText = (place: FeedPlace): string =>
  encodeCursor([...place].flatMap(([log, position]) => [log, position.toString(36)]));

/** Throws `page.malformed_cursor`. An outbox it does not name is new since, and is read from its beginning. */
export const readPlace = (text: string): FeedPlace => {
  const parts = decodeCursor(text);
  const place = new Map<string, bigint>();
  for (let at = 0; at < parts.length; at += 2) place.set(parts[at] ?? '', positionOf(parts[at + 1]));
  return place;
};

const positionOf = (digits = ''): bigint => {
  if (!/^[0-9a-z]{1,11}$/.test(digits)) throw malformedCursor();
  return BigInt(Number.parseInt(digits, 36));
};
