import { createHash, hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** SHA-256, in hex, of a text. */
export const digestOfText = (text: string): string => hash('sha256', text);

/** SHA-256, in hex, of a value's canonical JSON. */
export const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
