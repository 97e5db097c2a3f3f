/** What no database stores: NUL, and halves of characters. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;
/** A character each, and all of them storable: most texts are like that, and quickly looked through. */
const ASCII = /^[ -~]*$/;

/** Characters are code points, as JSON Schema counts them. */
export const isText = (value: unknown, min: number, max: number): boolean => {
  if (typeof value !== 'string' || value.length > 2 * max) return false;
  if (ASCII.test(value)) return value.length >= min && value.length <= max;
  if (UNSTORABLE.test(value)) return false;
  const length = Array.from(value).length;
  return length >= min && length <= max;
};

/** Ends of lines, other control characters, and what turns the direction of writing round: nobody sees them on a paper. */
export const UNSEEN = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069';
const LINE = new RegExp(`^[^${UNSEEN}]*$`, 'u');

/** Text on one line, of characters that are seen. */
export const isLine = (value: unknown, min: number, max: number): boolean =>
  isText(value, min, max) && LINE.test(value as string);

/** All texts and names in it, however deep. How deep is bounded where a body is read. */
export const isStorable = (value: unknown): boolean => {
  if (typeof value === 'string') return ASCII.test(value) || !UNSTORABLE.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => isStorable(member) && !UNSTORABLE.test(name));
};

/** Where it is not storable: JSON pointers to the texts and names at fault. */
export const unstorableIn = (value: unknown, pointer = ''): readonly string[] => {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? [pointer] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return UNSTORABLE.test(name) ? [at] : unstorableIn(member, at);
  });
};
