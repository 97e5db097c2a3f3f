/** `tributary ledger`: whether the books are as they were sealed, what is in them for others' tools, and products. */
import { open, readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { App } from '../infrastructure/compose.ts';
import { isSignedBy } from '../modules/ledger/adapters/postgres/ed25519-seal-signer.ts';
import { BeancountWriter, toHledger } from '../modules/ledger/adapters/plain-text-books.ts';
import { checkPieces, LedgerBooks, type Piece } from '../modules/ledger/application/ledger-books.ts';
import { type Proven, ProveBooks } from '../modules/ledger/application/prove-books.ts';
import { PublishTemplate } from '../modules/ledger/application/publish-template.ts';
import { AppError } from '../shared/errors.ts';
import { noFile, piecesOf, toLine } from './ledger-export.ts';
import { withApp } from './with-app.ts';

const FORMATS = ['ndjson', 'hledger', 'beancount'] as const;
type Format = (typeof FORMATS)[number];

interface VerifyLedgerOptions {
  readonly from?: string;
  readonly whole?: true;
}

/** Whether what is new is as it was sealed; all of it, or from a seal on, when that is asked. */
const verifyLedger = (app: App, { from, whole }: VerifyLedgerOptions): Promise<boolean> =>
  said(from === undefined ? app.ask(ProveBooks).run({ whole }) : app.ask(LedgerBooks).verify(sealFrom(from)));

/** The same of an export, with nothing but the export. */
const verifyExport = (file: string, { from }: VerifyLedgerOptions): Promise<boolean> =>
  said(checkPieces(piecesOf(file), isSignedBy, sealFrom(from)));

const sealFrom = (text = '1'): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError('invalid', 'ledger.unknown_seal', `"${text}" is no number of a seal, like 1`);
};

const said = async (proven: Promise<Proven>): Promise<boolean> => {
  const found = await proven;
  for (const line of linesOf(found)) console.log(line);
  return found.fault === undefined;
};

/** All of it read again; throws when it is not as it was sealed. */
export const provenInLines = async (app: App): Promise<readonly string[]> => {
  const found = await app.ask(ProveBooks).run({ whole: true });
  if (found.fault !== undefined) throw new AppError('conflict', 'ledger.books_changed', found.fault);
  return linesOf(found);
};

const linesOf = ({ seals, transactions, unsealed, fault, last, before }: Proven): readonly string[] => {
  const behind = fault === undefined ? `; ${unsealed} are not sealed yet` : '';
  return [
    ...(fault === undefined ? [] : [fault]),
    `${transactions} transactions under ${seals} seals are as they were sealed${behind}`,
    ...(before === undefined
      ? []
      : [`${before.seals} seals before were proven by ${before.at}; ${rereadOf(before)}--whole reads them all again`]),
    ...(last === undefined ? [] : [`seal ${last.number} has the head ${last.head}`]),
  ];
};

const rereadOf = ({ again }: NonNullable<Proven['before']>): string =>
  again === undefined ? '' : `of them, ${again.from} to ${again.to} were read again; `;

const exportLedger = async (app: App, to: string, format: Format): Promise<void> => {
  const file = await open(to, 'w').catch((cause: unknown) => {
    throw noFile(to, cause);
  });
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
  for (const template of templatesIn(path, await textOf(path))) {
    const { name, version } = await app.ask(PublishTemplate).run(template, 'command line');
    console.log(`${name} version ${version}`);
  }
};

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw noFile(path, cause);
  });

const templatesIn = (path: string, text: string): readonly unknown[] => {
  try {
    const product = JSON.parse(text) as { readonly templates?: unknown } | null;
    return Array.isArray(product?.templates) ? product.templates : [product];
  } catch (cause) {
    throw new AppError('invalid', 'ledger.malformed_template', `${path} is not JSON`, { cause });
  }
};

export const addLedgerCommands = (program: Command): void => {
  const ledger = program.command('ledger').description('the books; see docs/ledger.md');
  ledger
    .command('verify')
    .description(
      'what was sealed since the last time, and a part of what was before, against its seal; names the first that is not as it was sealed',
    )
    .option('--whole', 'all there is, whatever was proven before')
    .option('--from <seal>', 'from that seal on, whatever was proven before')
    .option('--export <file>', 'all that was exported, without any database')
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
