#!/usr/bin/env node
/** `tributary <command>`: what operators and developers do from a shell. Every failure is one line, a line for each place, and an exit code. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { describeConfig, readConfig } from '../infrastructure/config.ts';
import { type Phase } from '../infrastructure/postgres/migration-file.ts';
import { sayWhy } from '../infrastructure/system/process.ts';
import { IdentityPort } from '../modules/identity/index.ts';
import {
  archiveStatus,
  dropFromArchive,
  eraseFromArchive,
  replayArchive,
  type ReplayOptions,
  verifyArchive,
} from './archive.ts';
import { attest } from './attest.ts';
import { demo, type DemoOptions } from './demo/demo.ts';
import { type LocalRole, ROLES, tokenOf } from './local/clients.ts';
import { addLedgerCommands } from './ledger.ts';
import { migrate, migrationStatus, newMigration } from './migrate.ts';
import { explain, SPOKEN } from './explain.ts';
import { listParked, redriveParked, showParked } from './parked.ts';
import {
  countRefused,
  discardRefused,
  listRefused,
  type QuarantineOptions,
  redriveRefused,
  showRefused,
} from './quarantine.ts';
import { addReplayCommands } from './replay-commands.ts';
import { run } from './run.ts';
import { addTermsCommands } from './terms-commands.ts';
import { traffic, type TrafficOptions } from './traffic/traffic.ts';
import { listUncalculated, type UncalculatedOptions } from './uncalculated.ts';
import { verify } from './verify.ts';
import { environment, originOf, withApp, withConfig } from './with-app.ts';

/** Throws for anything but a number above zero. */
const positive = (text: string): number => {
  const number = Number(text);
  if (!(number > 0 && number < 1_000_000)) throw new InvalidArgumentError('It must be a number above zero.');
  return number;
};

const program = new Command('tributary').description('An affiliate platform of settlement grade').showHelpAfterError();

program
  .command('run')
  .description('everything in one process on embedded parts, migrated and seeded; Ctrl-C ends it')
  .action(() => run());

program
  .command('demo')
  .description('the whole story, from clicks to reconciled payouts, on a stage of its own')
  .option('--data <folder>', 'the CSV files of the Olist data set; else a built-in story')
  .option('--json <file>', 'write the summary there')
  .action(async (options: DemoOptions) => {
    process.exitCode = (await demo(options)) ? 0 : 1;
  });

program
  .command('token')
  .description('a fresh token for what `tributary run` has seeded; it lives a day')
  .addArgument(new Argument('<role>').choices(ROLES))
  .action((role: LocalRole) =>
    withApp(async (app) => {
      console.log(await tokenOf(app.ask(IdentityPort), role));
    }),
  );

program
  .command('explain')
  .description('why a commission is what it is, or an order earned what it earned, or nothing')
  .argument('<id>', 'com_… or ord_…')
  .addOption(new Option('--language <language>', 'of the text').choices(SPOKEN).default('en'))
  .action((id: string, { language }: { language: string }) => withApp((app) => explain(app, id, language)));

program
  .command('attest')
  .description('looks at every promise now, and writes the page that says what holds; exit code 1 when one does not')
  .addOption(new Option('--language <language>', 'of the page').choices(SPOKEN).default('en'))
  .action(({ language }: { language: (typeof SPOKEN)[number] }) =>
    withApp(async (app) => {
      process.exitCode = (await attest(app, language)) ? 0 : 1;
    }),
  );

const configuration = program.command('config').description('the configuration');
configuration
  .command('print')
  .description('every setting, its value and its origin; secrets masked')
  .action(() => {
    for (const line of describeConfig(environment(), originOf)) console.log(line);
    readConfig(environment());
  });

const migrations = program.command('migrate').description('the database schema; see docs/migrations.md');
migrations
  .command('up')
  .description('all pending migrations')
  .action(() => withConfig(({ DATABASE_URL }) => migrate(DATABASE_URL)).then(() => undefined));
const phases = (name: string, about: string, ...only: Phase[]): void => {
  migrations
    .command(name)
    .description(about)
    .action(() => withConfig(({ DATABASE_URL }) => migrate(DATABASE_URL, only)).then(() => undefined));
};
phases('expand', 'what new code needs and old code ignores', 'expand');
phases('backfill', 'rows that only new code has to fill, in batches', 'backfill');
phases('contract', 'what no running code uses any more', 'contract');
migrations
  .command('status')
  .description('each migration and its state')
  .action(() => withConfig(({ DATABASE_URL }) => migrationStatus(DATABASE_URL)));
migrations
  .command('new [name]')
  .description('an empty migration: module_what')
  .action(async (name?: string) => {
    console.log(await newMigration(name, new Date()));
  });

const parked = program.command('parked').description('messages a consumer could not handle');
parked
  .command('list')
  .option('--limit <n>', 'of each consumer', '100')
  .action((options: { limit: string }) => withApp((app) => listParked(app, Number(options.limit))));
parked
  .command('show <name>')
  .description('one, whole')
  .action((name: string) => withApp((app) => showParked(app, name)));
parked
  .command('redrive <name>')
  .description('one and what waits behind it, or all')
  .action((name: string) =>
    withApp(async (app) => {
      process.exitCode = (await redriveParked(app, name)) > 0 ? 1 : 0;
    }),
  );

const archive = program.command('archive').description('all events as Parquet; see docs/archive.md');
archive
  .command('status')
  .description('files, rows and bytes of each type, and what waits')
  .action(() => withApp(archiveStatus));
archive
  .command('verify')
  .description('count and hash every file, against the manifest')
  .action(() =>
    withApp(async (app) => {
      process.exitCode = (await verifyArchive(app)) > 0 ? 1 : 0;
    }),
  );
archive
  .command('replay')
  .description('archived events once more, in the order of their time')
  .option('--from <moment>', 'the first, like 2026-11-21T00:00:00Z')
  .option('--to <moment>', 'up to, but not including')
  .option('--type <types...>', 'these alone')
  .option('--to-consumer <name>', 'to one who hears them; what it did already it does not do again')
  .option('--projection <name>', 'counted anew, and compared: hourly_counts')
  .action((options: ReplayOptions) =>
    withApp(async (app) => {
      process.exitCode = (await replayArchive(app, options)) ? 0 : 1;
    }),
  );
archive
  .command('drop')
  .description('hours that were over before a moment, for good')
  .requiredOption('--before <moment>', 'like 2026-11-21T00:00:00Z; more than seven days ago')
  .action(({ before }: { before: string }) => withApp((app) => dropFromArchive(app, before)));
archive
  .command('erase')
  .description('a visitor, out of every file and of what is archived from now on')
  .requiredOption('--visitor <id>', 'as events name it')
  .action(({ visitor }: { visitor: string }) => withApp((app) => eraseFromArchive(app, visitor)));

addLedgerCommands(program);

program
  .command('uncalculated')
  .description('orders that nobody can calculate as they are, and why')
  .option('--program <id>', 'of one program')
  .option('--code <code>', 'for one reason, like commission.rate_missing')
  .option('--limit <n>', 'at most', '100')
  .action((options: UncalculatedOptions) => withApp((app) => listUncalculated(app, options)));

const quarantine = program.command('quarantine').description('events that were refused at the front door');
const narrowed = (command: Command): Command =>
  command
    .option('--type <type>', 'only of that type')
    .option('--source <source>', 'only from there')
    .option('--reason <code>', 'only with that first fault');
narrowed(quarantine.command('list').description('newest first'))
  .option('--state <state>', 'open, redriven or discarded')
  .option('--limit <n>', 'how many', '100')
  .action((options: QuarantineOptions) => withApp((app) => listRefused(app, options)));
quarantine
  .command('show <id>')
  .description('one, as it came')
  .action((id: string) => withApp((app) => showRefused(app, id)));
quarantine
  .command('count')
  .description('how many, by type and reason')
  .action(() => withApp((app) => countRefused(app)));
narrowed(quarantine.command('redrive <ids...>').description('judge again, some or all')).action(
  (ids: readonly string[], options: QuarantineOptions) =>
    withApp(async (app) => {
      process.exitCode = (await redriveRefused(app, ids, options)) > 0 ? 1 : 0;
    }),
);
narrowed(quarantine.command('discard <ids...>').description('give up, some or all')).action(
  (ids: readonly string[], options: QuarantineOptions) => withApp((app) => discardRefused(app, ids, options)),
);

addTermsCommands(program);
addReplayCommands(program);

program
  .command('traffic')
  .description('clicks, orders, deliveries and returns against a running program, and whether all of it is there then')
  .option('--rate <n>', 'requests a second', positive, 20)
  .option('--seconds <n>', 'how long', positive, 60)
  .option('--url <url>', 'where it runs; else the one on this machine')
  .action(async (options: TrafficOptions) => {
    process.exitCode = (await traffic(options)) ? 0 : 1;
  });

program
  .command('verify')
  .description('look at everything that must always be true')
  .action(() =>
    withApp(async (app) => {
      process.exitCode = (await verify(app)) > 0 ? 1 : 0;
    }),
  );

program.parseAsync().catch(sayWhy);
