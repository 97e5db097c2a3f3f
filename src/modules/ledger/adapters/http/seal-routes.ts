import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsInstant, IsListOf, IsNested, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { LedgerBooks } from '../../application/ledger-books.ts';
import type { ProofStep, Seal } from '../../domain/seal.ts';
import type { TransactionId } from '../../index.ts';
import type { SealReader } from '../../ports/seals.ts';
import { forStaff, READ } from './answers.ts';

const MANY = Number.MAX_SAFE_INTEGER;
const HASH = { max: 64, pattern: /^[0-9a-f]{64}$/ } as const;

class SealedTransactionPath {
  @IsIdOf('txn') readonly transactionId!: TransactionId;
}

class LedgerSealQuery {
  @IsText({ max: 9, pattern: /^[1-9]\d{0,8}$/, optional: true, description: 'The number of the first' })
  readonly from?: string;
}

class LedgerSealView {
  @IsWhole({ min: 1, max: MANY }) readonly number!: number;
  @IsText({ max: 19, description: 'Of the journal: the last number before' }) readonly after!: string;
  @IsText({ max: 19, description: 'Of the journal: the last number it is over' }) readonly upTo!: string;
  @IsWhole({ min: 1, max: MANY, description: 'Transactions' }) readonly count!: number;
  @IsText({ ...HASH, description: 'Of the Merkle tree' }) readonly root!: string;
  @IsText({ ...HASH, description: 'Takes in the root and the head before' }) readonly head!: string;
  @IsText({ max: 36 }) readonly keyId!: string;
  @IsText({ max: 128, description: 'Ed25519, of the head, in hex' }) readonly signature!: string;
  @IsInstant() readonly sealedAt!: string;
}

class LedgerSealKeyView {
  @IsText({ max: 36 }) readonly id!: string;
  @IsText({ max: 1_000, description: 'PEM' }) readonly publicKey!: string;
}

class LedgerSealsView {
  @IsListOf(() => LedgerSealView, { max: 100, description: 'In order' }) readonly seals!: readonly LedgerSealView[];
  @IsListOf(() => LedgerSealKeyView, { max: 1_000 }) readonly keys!: readonly LedgerSealKeyView[];
}

class LedgerProofStepView {
  @IsOneOf(['left', 'right']) readonly side!: ProofStep['side'];
  @IsText(HASH) readonly hash!: string;
}

class LedgerProofView {
  @IsText({ ...HASH, description: 'Of the transaction with all its entries' }) readonly leaf!: string;
  @IsListOf(() => LedgerProofStepView, { max: 64, description: 'From the leaf to the root' })
  readonly steps!: readonly LedgerProofStepView[];
  @IsNested(() => LedgerSealView) readonly seal!: LedgerSealView;
}

const sealView = ({ marks: _, after, upTo, ...seal }: Seal): LedgerSealView => ({
  ...seal,
  after: after.toString(),
  upTo: upTo.toString(),
});

const SEALS_AT_ONCE = 100;

export const sealRoutes = (books: LedgerBooks, reader: SealReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/ledger/seals',
    operationId: 'listLedgerSeals',
    tag: 'ledger',
    summary: 'Signed heads over the journal, a hundred at a time, and the keys to check them with',
    access: READ,
    query: LedgerSealQuery,
    success: { 200: LedgerSealsView },
    handle: forStaff(async ({ query: { from = '1' } }) => ({
      seals: (await reader.seals(Number(from), SEALS_AT_ONCE)).map(sealView),
      keys: await reader.keys(),
    })),
  }),
  route({
    method: 'get',
    path: '/v1/ledger/transactions/{transactionId}/proof',
    operationId: 'proveLedgerTransaction',
    tag: 'ledger',
    summary: 'What shows that a transaction with its entries is under a signed head',
    access: READ,
    params: SealedTransactionPath,
    success: { 200: LedgerProofView },
    errors: ['ledger.transaction_not_sealed'],
    handle: forStaff(async ({ params: { transactionId } }) => {
      const { seal, ...proof } = await books.proof(transactionId);
      return { ...proof, seal: sealView(seal) };
    }),
  }),
];
