/** A text inside of data, and the member that holds it, or the list it is in. */
type OfText = (text: string, name: string) => string;

export type Members = Readonly<Record<string, unknown>>;

/** The same plain data with other texts in it, at any depth, and before that other objects. */
export const mapped = <Value>(
  value: Value,
  ofText: OfText,
  ofObject: (members: Members) => Members = (members) => members,
): Value => {
  const inner = (each: unknown, name: string): unknown => {
    if (typeof each === 'string') return ofText(each, name);
    if (Array.isArray(each)) return each.map((item) => inner(item, name));
    if (typeof each !== 'object' || each === null) return each;
    const members = Object.entries(ofObject(each as Members));
    return Object.fromEntries(members.map(([key, member]) => [key, inner(member, key)]));
  };
  return inner(value, '') as Value;
};

/** Members of explanations that quote the operands of a condition. */
export const isSaying = (name: string): boolean => name === 'says' || name === 'failedOn';
