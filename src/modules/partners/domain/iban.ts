/** An IBAN as it is written down has spaces; as it is sent it has none. */
export const compactIban = (text: string): string => text.replace(/\s+/g, '').toUpperCase();

const SHAPE = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/**
 * Whether the check digits fit: the first four characters go to the end, letters become 10 to 35, and the number left
 * has the remainder 1 when divided by 97. Source: ISO 13616-1, ISO 7064 (MOD 97-10).
 */
export const isIban = (iban: string): boolean => {
  if (!SHAPE.test(iban)) return false;
  const moved = iban.slice(4) + iban.slice(0, 4);
  const digits = Array.from(moved, (character) => Number.parseInt(character, 36).toString()).join('');
  return BigInt(digits) % 97n === 1n;
};
