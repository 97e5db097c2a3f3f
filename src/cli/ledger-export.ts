/** The journal as lines of JSON: for somebody else to keep, and to check without our database. */
import { open } from 'node:fs/promises';
import type { Piece } from '../modules/ledger/application/ledger-books.ts';
import { AppError } from '../shared/errors.ts';

/** Numbers of the journal and of seals are as large as a bigint: in JSON they are text. */
export const toLine = (piece: Piece): string =>
  `${JSON.stringify(piece, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`;

/** Throws `ledger.no_file`, `ledger.unreadable_export`. */
export async function* piecesOf(path: string): AsyncGenerator<Piece> {
  const file = await open(path).catch((cause: unknown) => {
    throw noFile(path, cause);
  });
  let nth = 0;
  for await (const line of file.readLines()) {
    nth += 1;
    if (line !== '') yield pieceOf(line, `${path}, line ${nth}`);
  }
}

export const noFile = (path: string, cause: unknown): AppError =>
  new AppError('invalid', 'ledger.no_file', `${path} cannot be opened; name a file in a folder that is there`, {
    cause,
  });

const pieceOf = (line: string, where: string): Piece => {
  try {
    return read(JSON.parse(line) as Written);
  } catch (cause) {
    throw new AppError('invalid', 'ledger.unreadable_export', `${where} is not of an export; make it anew`, { cause });
  }
};

type Fields = Readonly<Record<string, unknown>>;

interface Written {
  readonly kind: unknown;
  readonly key: Fields;
  readonly transaction: Fields;
  readonly seal: Fields;
}

/** What has each name as the kind of value it must be; whether the values are right, the seals say. */
const read = ({ kind, key, transaction, seal }: Written): Piece => {
  if (kind === 'key' && has(key, 'string', ['id', 'publicKey'])) return { kind, key } as unknown as Piece;
  if (kind === 'transaction' && Array.isArray(transaction['postings']))
    return { kind, transaction: { ...transaction, number: big(transaction['number']) } } as unknown as Piece;
  if (kind === 'seal' && has(seal, 'number', ['number', 'count']) && has(seal, 'string', TEXTS))
    return { kind, seal: { ...seal, after: big(seal['after']), upTo: big(seal['upTo']) } } as unknown as Piece;
  throw new TypeError('neither a key nor a transaction nor a seal');
};

const TEXTS = ['root', 'head', 'marks', 'keyId', 'signature'];

const has = (fields: Fields, type: string, names: readonly string[]): boolean =>
  names.every((name) => typeof fields[name] === type);

const big = (value: unknown): bigint => BigInt(value as string);
