import { createHmac, timingSafeEqual } from 'node:crypto';
import { PostbackSignatures } from '../ports/postbacks.ts';

export class HmacPostbackSignatures extends PostbackSignatures {
  isValid(secret: string, text: string, signature: string): boolean {
    const wanted = createHmac('sha256', secret).update(text).digest();
    const given = Buffer.from(signature, 'hex');
    return given.length === wanted.length && timingSafeEqual(wanted, given);
  }
}
