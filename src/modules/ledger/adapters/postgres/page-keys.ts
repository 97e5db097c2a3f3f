import { type Instant, instant, isInstant } from '../../../../shared/instant.ts';
import { malformedCursor, type PageRequest } from '../../../../shared/page.ts';
import { isAccountCode } from '../../domain/account.ts';

/** Throws `page.malformed_cursor`. */
export const codeAfter = ({ after }: PageRequest): string | undefined => {
  if (after === undefined) return undefined;
  const [code, ...more] = after;
  if (code === undefined || more.length > 0 || !isAccountCode(code)) throw malformedCursor();
  return code;
};

export const entryKey = (effectiveAt: Instant, position: bigint): readonly string[] => [
  effectiveAt,
  position.toString(),
];

/** Throws `page.malformed_cursor`. */
export const entryAfter = ({ after }: PageRequest): { at: Instant; position: string } | undefined => {
  if (after === undefined) return undefined;
  const [at = '', position = '', ...more] = after;
  if (more.length > 0 || !isInstant(at) || !/^\d{1,18}$/.test(position)) throw malformedCursor();
  return { at: instant(at), position };
};
