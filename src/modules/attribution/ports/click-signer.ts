/** Signs click ids; a key for each 90 days, so that one that leaks opens neither the others nor the past for long. */
export abstract class ClickSigner {
  /** 22 digits of base64url: 132 bits of an HMAC-SHA256 over the text, under the key of that name. */
  abstract mac(key: string, text: string): string;
  abstract isMac(key: string, text: string, mac: string): boolean;
}
