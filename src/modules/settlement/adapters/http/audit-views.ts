import {
  IsFlag,
  IsInstant,
  IsListOf,
  IsMoney,
  IsNested,
  IsOneOf,
  IsText,
  IsTextList,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { AttestedSeal, AttestedTotal, Attestation } from '../../domain/audit/attestation.ts';
import type { Watched } from '../../domain/audit/watch.ts';

const STATES = ['unknown', 'holds', 'doubtful', 'broken'];
const MOST = 1_000;
const DIGEST = { max: 64, pattern: /^[0-9a-f]{64}$/ };

class AttestedPromiseView {
  @IsText({ max: 300 }) readonly promise!: string;
  @IsOneOf(STATES, { description: 'Broken: the same was found in several looks in a row; doubtful: not yet' })
  readonly state!: string;
  @IsInstant() readonly lookedAt!: Instant;
  @IsTextList({ max: MOST, description: 'What contradicts it' }) readonly findings!: readonly string[];
  @IsText({ max: 5_000, optional: true, description: 'Why nobody could look' }) readonly failure?: string | undefined;
}

export class WatchedPromiseView extends AttestedPromiseView {
  @IsInstant({ description: 'Since when it is in this state' }) readonly since!: Instant;
  @IsWhole({ min: 0, max: 86_400_000, description: 'What the last look took' }) readonly tookMs!: number;
  @IsWhole({ min: 1, max: 2 ** 31 }) readonly looks!: number;
}

export class WatchView {
  @IsFlag({ description: 'No promise is broken' }) readonly invariantsOk!: boolean;
  @IsFlag() readonly payoutsFrozen!: boolean;
  @IsListOf(() => WatchedPromiseView, { max: MOST }) readonly promises!: readonly WatchedPromiseView[];
}

class AttestedTotalView implements AttestedTotal {
  @IsText({ max: 3 }) readonly currency!: string;
  @IsMoney() readonly debit!: MoneyJson;
  @IsMoney() readonly credit!: MoneyJson;
}

class AttestedSealView implements AttestedSeal {
  @IsWhole({ min: 1, max: 2 ** 31 }) readonly number!: number;
  @IsText(DIGEST) readonly head!: string;
  @IsText({ max: 64 }) readonly keyId!: string;
  @IsText({ max: 128, description: 'Ed25519, of the head, in hex' }) readonly signature!: string;
}

class AttestedBooksView {
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly accounts!: number;
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly transactions!: number;
  @IsListOf(() => AttestedTotalView, { max: 200 }) readonly totals!: readonly AttestedTotalView[];
  @IsNested(() => AttestedSealView, { optional: true, description: 'Absent while nothing is sealed' })
  readonly seal?: AttestedSealView | undefined;
}

export class AttestationView {
  @IsWhole({ min: 1, max: 2 ** 31, description: 'Without gaps' }) readonly number!: number;
  @IsInstant() readonly at!: Instant;
  @IsFlag({ description: 'That of the day; else somebody asked for it' }) readonly isDaily!: boolean;
  @IsFlag({ description: 'Every promise was looked at, and holds' }) readonly holds!: boolean;
  @IsListOf(() => AttestedPromiseView, { max: MOST }) readonly promises!: readonly AttestedPromiseView[];
  @IsNested(() => AttestedBooksView) readonly books!: AttestedBooksView;
  @IsFlag() readonly payoutsFrozen!: boolean;
  @IsText({ ...DIGEST, optional: true, description: 'The digest of the one before' }) readonly previous?:
    string | undefined;
  @IsText({ ...DIGEST, description: 'SHA-256 of the canonical JSON of all the rest' }) readonly digest!: string;
}

export const attestationView = (attestation: Attestation): AttestationView => attestation;

export const watchedView = ({ inARow: _, tookMs, ...watched }: Watched): WatchedPromiseView => ({
  ...watched,
  tookMs: Math.round(tookMs),
});
