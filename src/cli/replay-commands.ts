import type { Command } from 'commander';
import {
  compareReplay,
  listReplays,
  promoteReplay,
  type ReplayOf,
  type ReplayStart,
  showReplay,
  startReplay,
} from './replay.ts';
import { withApp } from './with-app.ts';

/** `tributary replay …`: a period decided again by another policy. */
export const addReplayCommands = (program: Command): void => {
  const replay = program
    .command('replay')
    .description('a period decided again by another policy; see docs/attribution.md');
  ofProgram(replay.command('start').description('file one; a worker decides'))
    .requiredOption('--name <name>', 'what the program calls it')
    .requiredOption('--from <moment>', 'of orders placed from then on, like 2026-01-01T00:00:00Z')
    .requiredOption('--to <moment>', 'up to, but not including')
    .option('--rules <file>', 'the JSON of rules that were never published')
    .option('--policy-version <n>', 'or a version that was; neither: each order by its own')
    .action((options: ReplayStart) => withApp((app) => startReplay(app, options)));
  addLooking(replay);
};

const ofProgram = (command: Command): Command => command.requiredOption('--program <id>', 'like prg_…');

const addLooking = (replay: Command): void => {
  ofProgram(replay.command('list').description('oldest first')).action((options: ReplayOf) =>
    withApp((app) => listReplays(app, options)),
  );
  ofProgram(replay.command('show <id>').description('how far it has come')).action((id: string, options: ReplayOf) =>
    withApp((app) => showReplay(app, id, options)),
  );
  ofProgram(replay.command('compare <id>').description('who would gain and who would lose'))
    .option('--samples <n>', 'orders that differ, with both decisions', '0')
    .action((id: string, options: ReplayOf & { samples: string }) => withApp((app) => compareReplay(app, id, options)));
  ofProgram(replay.command('promote <id>').description('let its policy decide orders from a moment to come'))
    .requiredOption('--effective-from <moment>', 'of orders placed from then on')
    .action((id: string, options: ReplayOf & { effectiveFrom: string }) =>
      withApp((app) => promoteReplay(app, id, options)),
    );
};
