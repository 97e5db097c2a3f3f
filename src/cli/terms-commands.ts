import type { Command } from 'commander';
import { importHistory, type ImportOptions } from './import/import.ts';
import { PLATFORMS } from './import/statuses.ts';
import {
  type BacktestOptions,
  backtestTermsFile,
  diffTermsFile,
  lintTermsFile,
  printTermsSchema,
  publishTermsFile,
  type TermsOptions,
} from './terms.ts';

/** `tributary terms …` and `tributary import`: policy as code, and history from elsewhere. */
export const addTermsCommands = (program: Command): void => {
  const terms = program.command('terms').description('terms kept as files; see docs/terms.md');
  addReading(terms);
  addPublishing(terms);
  addBacktest(terms);
  addImport(program);
};

const addReading = (terms: Command): void => {
  terms
    .command('lint <file>')
    .description('what cannot be read (exit code 1), and what can hardly be meant (2)')
    .action((file: string) => {
      process.exitCode = lintTermsFile(file);
    });
  terms
    .command('schema')
    .description('the language as JSON Schema, for editors')
    .action(() => {
      printTermsSchema();
    });
};

const addPublishing = (terms: Command): void => {
  const ofTerms = (command: Command): Command =>
    command
      .requiredOption('--program <id>', 'like prg_…')
      .option('--effective-from <moment>', 'else as the file says')
      .option('--url <url>', 'where it runs; else the one on this machine');
  ofTerms(
    terms.command('diff <file>').description('in words, beside the version in force; 2 if there is a difference'),
  ).action(async (file: string, options: TermsOptions) => {
    process.exitCode = await diffTermsFile(file, options);
  });
  ofTerms(terms.command('publish <file>').description('as the next version'))
    .option('--review', 'as a draft instead, for somebody else to review')
    .action(async (file: string, options: TermsOptions) => {
      process.exitCode = await publishTermsFile(file, options);
    });
};

const addBacktest = (terms: Command): void => {
  terms
    .command('backtest <file>')
    .description('what they would have made of past orders; 2 if that is more than you allow')
    .requiredOption('--program <id>', 'like prg_…')
    .requiredOption('--from <moment>', 'of orders placed from then on, like 2026-01-01T00:00:00Z')
    .requiredOption('--until <moment>', 'up to, but not including')
    .option('--budget <minor>', 'minor units: no more than this in all')
    .option('--max-increase <percent>', 'no more than this above history')
    .option('--url <url>', 'where it runs; else the one on this machine')
    .action(async (file: string, options: BacktestOptions) => {
      process.exitCode = await backtestTermsFile(file, options);
    });
};

const addImport = (program: Command): void => {
  program
    .command('import <folder>')
    .description('another platform’s history, checked, imported and compared; see docs/migration-kit.md')
    .requiredOption('--program <id>', 'into which, like prg_…')
    .requiredOption('--from <platform>', `whose words for states: ${PLATFORMS.join(', ')}`)
    .option('--apply', 'write it; without, the files are only checked')
    .option('--unpaid-only', 'leave out orders whose commission the other platform has paid')
    .option('--report <file>', 'the comparison as CSV')
    .option('--url <url>', 'where it runs; else the one on this machine')
    .action(async (folder: string, options: ImportOptions) => {
      process.exitCode = await importHistory(folder, options);
    });
};
