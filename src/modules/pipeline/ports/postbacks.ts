import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { PostbackName } from '../domain/postback.ts';

/** As the vault sealed them; after a new one was made the old one is valid for a while. */
export interface PostbackSecrets {
  readonly current: string;
  readonly old?: { readonly sealed: string; readonly until: Instant } | undefined;
}

export abstract class Postbacks {
  /** Undefined where none was ever made. */
  abstract secrets(programId: Id<'prg'>): Promise<PostbackSecrets | undefined>;
  abstract keep(programId: Id<'prg'>, secrets: PostbackSecrets, at: Instant): Promise<void>;
  /** When it was first told: `now`, if that is this time. */
  abstract firstTold(name: PostbackName, now: Instant): Promise<Instant>;
}

export interface PostbackStores {
  readonly postbacks: Postbacks;
}

export abstract class PostbackTransaction extends Transaction<PostbackStores> {}

export abstract class PostbackSignatures {
  /** HMAC-SHA256 of the text, in hex; compared in constant time. */
  abstract isValid(secret: string, text: string, signature: string): boolean;
}
