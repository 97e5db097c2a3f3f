import { canonicalJson } from '../../../../shared/canonical-json.ts';
import { isObject } from '../../../../shared/shape.ts';

export interface Difference {
  /** JSON pointer. */
  readonly at: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** As JSON. */
  readonly before?: string;
  readonly after?: string;
}

/** What one version says otherwise than another, place by place. */
export const differences = (before: unknown, after: unknown, at = ''): readonly Difference[] => {
  if (before === undefined) return [{ at, kind: 'added', after: canonicalJson(after) }];
  if (after === undefined) return [{ at, kind: 'removed', before: canonicalJson(before) }];
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    const [was, is] = [canonicalJson(before), canonicalJson(after)];
    return was === is ? [] : [{ at, kind: 'changed', before: was, after: is }];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    differences(
      (before as Bag)[name],
      (after as Bag)[name],
      `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    ),
  );
};

type Bag = Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is object => isObject(value) || Array.isArray(value);
