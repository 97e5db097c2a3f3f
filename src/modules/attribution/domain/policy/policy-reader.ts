import type { Fault } from '../../../../shared/errors.ts';

type Members = Readonly<Record<string, unknown>>;

/** Collects faults while it looks around in rules. */
export class PolicyReader {
  readonly faults: Fault[] = [];

  fault(pointer: string, code: string, detail: string): void {
    this.faults.push({ pointer, code, detail });
  }

  members(value: unknown, pointer: string, known: readonly string[]): Members {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(pointer, 'attribution.policy_unreadable', 'must be an object');
      return {};
    }
    for (const name of Object.keys(value)) {
      if (!known.includes(name))
        this.fault(
          `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
          'attribution.policy_unknown_word',
          `is not a word of policies; known here: ${known.join(', ')}`,
        );
    }
    return value as Members;
  }

  /** What says which words the rest of the object may have. */
  kindOf(value: unknown, pointer: string, known: readonly string[]): string | undefined {
    const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
    if (typeof kind === 'string' && known.includes(kind)) return kind;
    this.fault(`${pointer}/kind`, 'attribution.policy_unreadable', `must be one of ${known.join(', ')}`);
    return undefined;
  }

  list(value: unknown, pointer: string, min: number, max: number): readonly unknown[] {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      this.fault(pointer, 'attribution.policy_unreadable', `must be a list of ${min} to ${max}`);
      return [];
    }
    return value;
  }

  oneOf(value: unknown, pointer: string, allowed: readonly unknown[]): void {
    if (!allowed.includes(value))
      this.fault(pointer, 'attribution.policy_unreadable', `must be one of ${allowed.join(', ')}`);
  }

  text(value: unknown, pointer: string): void {
    if (typeof value !== 'string' || value.length === 0 || value.length > 100)
      this.fault(pointer, 'attribution.policy_unreadable', 'must be a text of 1 to 100 characters');
  }

  whole(value: unknown, pointer: string, min: number, max: number): void {
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max)
      this.fault(pointer, 'attribution.policy_unreadable', `must be a whole number from ${min} to ${max}`);
  }

  /** Says of the second, third … of equal ones where the first was. */
  once(pointer: string, name: string): (value: unknown, index: number) => void {
    const seen = new Map<unknown, number>();
    return (value, index) => {
      const first = seen.get(value);
      if (first === undefined) seen.set(value, index);
      else
        this.fault(
          `${pointer}/${index}/${name}`,
          'attribution.policy_contradictory',
          `is what entry ${first} says too; only the first would ever apply`,
        );
    };
  }
}
