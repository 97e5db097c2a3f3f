/** `tributary ledger`: whether the books are as they were sealed, what is in them for others' tools, and products. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { App } from '../infrastructure/compose.ts';
import { isSignedBy } from '../modules/ledger/adapters/postgres/ed25519-seal-signer.ts';
import { BeancountWriter, toHledger } from '../modules/ledger/adapters/plain-text-books.ts';
import { type Checked, checkPieces, LedgerBooks, type Piece } from '../modules/ledger/application/ledger-books.ts';
import { PublishTemplate } from '../modules/ledger/application/publish-template.ts';
import { type Command, Option } from 'commander';
import { AppError } from '../shared/errors.ts';
import { withApp } from './with-app.ts';

const FORMATS = ['ndjson', 'hledger', 'beancount'] as const;
type Format = (typeof FORMATS)[number];

interface VerifyLedgerOptions {
  readonly from?: string;
}

/** Whether all is as it was sealed. */
const verifyLedger = (app: App, { from }: VerifyLedgerOptions): Promise<boolean> =>
  said(app.ask(LedgerBooks).verify(seriesFrom(from)));

/** The same of an export, with nothing but the export. */
const verifyExport = (file: string, { from }: VerifyLedgerOptions): Promise<boolean> =>
  said(checkPieces(piecesOf(file), isSignedBy, seriesFrom(from)));

const seriesFrom = (text = '1'): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError('invalid', 'ledger.unknown_seal', `"${text}" is no number of a seal, like 1`);
};

const said = async (checked: Promise<Checked>): Promise<boolean> => {
  const { seals, transactions, unsealed, fault } = await checked;
  if (fault !== undefined) console.log(fault);
  const behind = fault === undefined ? `; ${unsealed} are not sealed yet` : '';
  console.log(`${transactions} transactions under ${seals} seals are as they were sealed${behind}`);
  return fault === undefined;
};

/** Numbers of the journal and of seals are as large as a bigint: in JSON they are text. */
const toLine = (piece: Piece): string =>
  `${JSON.stringify(piece, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`;

const BIG = new Set(['after', 'upTo']);

async function* piecesOf(file: string): AsyncGenerator<Piece> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let nth = 0;
  for await (const line of lines) {
    nth += 1;
    if (line === '') continue;
    yield pieceOf(line, `${file}, line ${nth}`);
  }
}

const pieceOf = (line: string, where: string): Piece => {
  try {
    const piece = JSON.parse(line, (name, value: unknown) => (BIG.has(name) ? BigInt(String(value)) : value)) as Piece;
    if (piece.kind !== 'transaction') return piece;
    const { transaction } = piece;
    return { kind: 'transaction', transaction: { ...transaction, number: BigInt(String(transaction.number)) } };
  } catch (cause) {
    throw new AppError('invalid', 'ledger.unreadable_export', `${where} is not of an export; make it anew`, { cause });
  }
};

const exportLedger = async (app: App, to: string, format: Format): Promise<void> => {
  const file = await open(to, 'w');
  const write = writerOf(format);
  let transactions = 0;
  try {
    for await (const piece of app.ask(LedgerBooks).pieces()) {
      if (piece.kind === 'transaction') transactions += 1;
      await file.write(write(piece));
    }
  } finally {
    await file.close();
  }
  console.log(`${transactions} transactions in ${to}`);
};

const writerOf = (format: Format): ((piece: Piece) => string) => {
  if (format === 'ndjson') return toLine;
  const beancount = new BeancountWriter();
  return (piece) => {
    if (piece.kind !== 'transaction') return '';
    return format === 'hledger' ? toHledger(piece.transaction) : beancount.write(piece.transaction);
  };
};

const publishProduct = async (app: App, path: string): Promise<void> => {
  const product = JSON.parse(await readFile(path, 'utf8')) as { readonly templates?: readonly unknown[] };
  for (const template of product.templates ?? [product]) {
    const { name, version } = await app.ask(PublishTemplate).run(template, 'command line');
    console.log(`${name} version ${version}`);
  }
};

export const addLedgerCommands = (program: Command): void => {
  const ledger = program.command('ledger').description('the books; see docs/ledger.md');
  ledger
    .command('verify')
    .description('every sealed transaction against its seal; names the first that is not as it was sealed')
    .option('--from <seal>', 'only from that seal on')
    .option('--export <file>', 'what was exported, without any database')
    .action(async ({ export: file, ...options }: VerifyLedgerOptions & { readonly export?: string }) => {
      const verify = (): Promise<boolean> =>
        file === undefined ? withApp((app) => verifyLedger(app, options)) : verifyExport(file, options);
      process.exitCode = (await verify()) ? 0 : 1;
    });
  ledger
    .command('export')
    .description('the journal, for others to keep, check and add up')
    .requiredOption('--to <file>', 'written anew')
    .addOption(
      new Option('--format <format>', 'for `verify --export`, or for a tool').choices(FORMATS).default('ndjson'),
    )
    .action(({ to, format }: { to: string; format: Format }) => withApp((app) => exportLedger(app, to, format)));
  ledger
    .command('publish <file>')
    .description('the templates of a product, or one')
    .action((file: string) => withApp((app) => publishProduct(app, file)));
};
