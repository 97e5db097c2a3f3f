/** Plays the seeds it is sent, and sends back what was seen, or what went wrong. */
import { type Outcome, playSeeds, type Share } from './simulation/runs.ts';

process.once('message', (share: Share) => {
  const answer = (outcome: Outcome): void => {
    process.send?.(outcome);
    process.disconnect();
  };
  playSeeds(share).then(
    (seen) => answer({ seen: [...seen] }),
    (error: unknown) => answer({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
