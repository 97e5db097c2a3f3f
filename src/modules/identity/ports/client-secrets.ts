/** Makes secrets, and knows them again without keeping them. */
export abstract class ClientSecrets {
  /** 256 random bits: nobody guesses one, so no rule about its strength is needed. */
  abstract make(): string;
  abstract hash(secret: string): Promise<string>;
  /** Takes as long whether it matches or not, and as long when there is no hash to match. */
  abstract matches(secret: string, hash: string | undefined): Promise<boolean>;
}
