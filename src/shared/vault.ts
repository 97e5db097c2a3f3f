/** Keeps secrets: what is sealed can be read back only with the master key and the same context. */
export abstract class Vault {
  /** `context` names the row and column, so that a sealed value cannot be moved to another row. */
  abstract seal(plain: string, context: string): string;
  /** Throws `vault.unreadable`. */
  abstract open(sealed: string, context: string): string;
  /**
   * A keyed hash: equal values are recognised as equal by whoever holds the key, and guessed by nobody else. For
   * e-mail addresses and account numbers that must be compared and not kept.
   */
  abstract fingerprint(purpose: string, value: string): string;
}

/** One person's spellings of one address. */
export const normalisedEmail = (email: string): string => email.trim().toLowerCase().normalize('NFKC');
