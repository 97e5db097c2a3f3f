/** Anything JSON can hold, plus what knows its own JSON (`Money`). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * One text for one value: keys sorted by UTF-16 code units, no spaces, members that are `undefined` left out.
 * Source: RFC 8785 (JSON Canonicalization Scheme). Throws a `TypeError` for what JSON cannot hold.
 */
export const canonicalJson = (value: unknown): string => {
  const plain = hasOwnJson(value) ? value.toJSON() : value;
  if (Array.isArray(plain)) return `[${plain.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (plain !== null && typeof plain === 'object') {
    const members = Object.entries(plain)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof plain === 'bigint') return JSON.stringify(plain.toString());
  return scalar(plain);
};

const scalar = (value: unknown): string => {
  const fits =
    typeof value === 'number' ? Number.isFinite(value) : value === null || /^(string|boolean)$/.test(typeof value);
  if (!fits) throw new TypeError(`JSON cannot hold ${String(value)}`);
  return JSON.stringify(value);
};

const hasOwnJson = (value: unknown): value is { toJSON(): unknown } =>
  typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';
