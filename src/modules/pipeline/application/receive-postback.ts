import type { Clock, Random, WallClock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import { type Instant, instantAt, plusDays } from '../../../shared/instant.ts';
import type { Vault } from '../../../shared/vault.ts';
import { eventOf, nameOfPostback, type Postback, signedText } from '../domain/postback.ts';
import type { Verdict } from '../index.ts';
import type { PostbackSignatures, PostbackTransaction } from '../ports/postbacks.ts';
import type { AcceptEvents } from './accept-events.ts';

export interface SignedPostback {
  readonly postback: Postback;
  /** All that was sent, as it was sent. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly signature: string;
  /** When it was signed, in seconds since 1970. */
  readonly signedAt: number;
}

/** What is older, or of a clock further ahead, is not taken: whoever sees an address go by cannot use it for long. */
const TOLERANCE_SECONDS = 300;
const SECRET_BYTES = 32;

/** What vouches for a sender, and what time it is. */
export interface PostbackParts {
  readonly signatures: PostbackSignatures;
  readonly vault: Vault;
  readonly random: Random;
  readonly clock: Clock;
  readonly wallClock: WallClock;
}

/** Takes conversions from who knows the program's secret, and passes them on as order events. */
export class ReceivePostback {
  constructor(
    private readonly transaction: PostbackTransaction,
    private readonly acceptEvents: AcceptEvents,
    private readonly parts: PostbackParts,
  ) {}

  /** A new secret, shown this once. The one before is good for another day. */
  async makeSecret(programId: Id<'prg'>): Promise<{ readonly secret: string }> {
    const { random, vault } = this.parts;
    const secret = `pbs_${Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url')}`;
    const now = this.now();
    return this.transaction.run(async ({ postbacks }) => {
      const before = await postbacks.secrets(programId);
      const old = before && { sealed: before.current, until: plusDays(now, 1) };
      await postbacks.keep(programId, { current: vault.seal(secret, contextOf(programId)), old }, now);
      return { secret };
    });
  }

  /**
   * Throws `pipeline.postback_unsigned`, `pipeline.postback_expired`, `pipeline.all_refused`, `pipeline.overloaded`.
   * The order event it is says the time it was first told, so that it stays the same however often it is sent.
   */
  async run(signed: SignedPostback): Promise<Verdict> {
    const { postback } = signed;
    await this.mustBeSigned(signed);
    const heardAt = this.parts.clock.now();
    const time =
      postback.time ??
      (await this.transaction.run(({ postbacks }) => postbacks.firstTold(nameOfPostback(postback), heardAt)));
    const [result] = await this.acceptEvents.run([eventOf(postback, time)], { keep: false });
    if (result === undefined || result.verdict === 'refused')
      throw new AppError(
        'refused',
        'pipeline.all_refused',
        'the conversion was not accepted; mend it and send it again',
        {
          faults: result?.faults ?? [],
        },
      );
    return result.verdict;
  }

  /** One answer for a program without a secret and for a wrong signature: which programs there are is nobody's business. */
  private async mustBeSigned({
    postback: { programId },
    parameters,
    signature,
    signedAt,
  }: SignedPostback): Promise<void> {
    const { signatures, wallClock } = this.parts;
    const secrets = await this.validSecrets(programId);
    const text = signedText(parameters);
    if (!secrets.some((secret) => signatures.isValid(secret, text, signature)))
      throw new AppError(
        'forbidden',
        'pipeline.postback_unsigned',
        'the signature is not that of these parameters by a secret of the program in the address; check all three',
      );
    if (Math.abs(wallClock.nowMs() / 1_000 - signedAt) > TOLERANCE_SECONDS)
      throw new AppError(
        'forbidden',
        'pipeline.postback_expired',
        `ts is more than ${TOLERANCE_SECONDS} s from now; sign it anew when you send it again`,
      );
  }

  private async validSecrets(programId: Id<'prg'>): Promise<readonly string[]> {
    const known = await this.transaction.run(({ postbacks }) => postbacks.secrets(programId));
    if (known === undefined) return [];
    const { current, old } = known;
    const valid = old !== undefined && old.until > this.now() ? [current, old.sealed] : [current];
    return valid.map((sealed) => this.parts.vault.open(sealed, contextOf(programId)));
  }

  private now(): Instant {
    return instantAt(this.parts.wallClock.nowMs());
  }
}

const contextOf = (programId: Id<'prg'>): string => `pipeline.postback_secrets/${programId}/secret`;
