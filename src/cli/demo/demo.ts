/** `tributary demo`: the whole story against the real HTTP surface, and a report. */
import { writeFileSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { endWell } from '../../infrastructure/system/process.ts';
import { answers } from './answers.ts';
import { closingDay } from './closing-day.ts';
import { auroraStory } from './aurora-story.ts';
import { olistStory } from './olist-story.ts';
import { heading, report } from './report.ts';
import { setStage } from './stage.ts';
import { play } from './story.ts';
import { summarise } from './summary.ts';

export interface DemoOptions {
  /** The folder of the Olist CSV files; without it, the built-in story. */
  readonly data?: string;
  /** Where the summary goes, as JSON. */
  readonly json?: string;
}

/** What a shell says of whom it has interrupted. */
const INTERRUPTED = 130;

/** Whether everything the story promises is so. */
export const demo = async ({ data, json }: DemoOptions): Promise<boolean> => {
  const script = data === undefined ? auroraStory() : olistStory(data);
  const started = performance.now();
  const bar = new SingleBar({
    format: '  {bar} {percentage} %  {value}/{total}  {duration_formatted}',
    hideCursor: true,
    clearOnComplete: true,
  });
  console.log(`\n${heading(script.title)}`);
  const stage = await setStage();
  const interrupted = new AbortController();
  endWell(async () => {
    interrupted.abort();
    bar.stop();
    await stage.leave();
    process.exitCode = INTERRUPTED;
  });
  try {
    bar.start(script.size, 0);
    const world = await play(stage, script, (by) => {
      bar.increment(by);
    });
    bar.stop();
    const summary = await summarise(world, started);
    console.log(report(summary));
    for (const line of await answers(world, script)) console.log(line);
    if (data === undefined) for (const line of await closingDay(world, script)) console.log(line);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(summary, null, 2)}\n`);
    const isKept = Object.keys(summary.audits.broken).length === 0;
    return isKept && summary.ledger.trial_balance_minor === 0 && summary.webhooks.failed === 0;
  } catch (error) {
    if (interrupted.signal.aborted) return false; // whatever was under way was cut off
    throw error;
  } finally {
    bar.stop();
    await stage.leave();
  }
};
