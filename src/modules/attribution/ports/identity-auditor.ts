/** Finds what can only be wrong: keys that say otherwise than the merges they are of. One line a finding; no key is named. */
export abstract class IdentityAuditor {
  abstract strayKeys(): Promise<readonly string[]>;
}
