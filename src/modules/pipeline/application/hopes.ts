import { type Hope, SeenAlready } from '../ports/seen-events.ts';

/** Chunks for which it is not hoped that everything is new, after one in which something was not. */
const DOUBTFUL_CHUNKS = 64;

type Write<Result> = (hope: Hope) => Promise<Result>;

/**
 * How much to hope when events are noted. Most senders repeat nothing, and those that repeat go on repeating for a while:
 * then it is looked first. (To let whoever looks wait for the batch before, which may still be on its way with the same
 * events, was tried and gained nothing.)
 */
export class Hopes {
  private doubtful = 0;

  async write<Result>(write: Write<Result>): Promise<Result> {
    this.doubtful = Math.max(0, this.doubtful - 1);
    if (this.doubtful === 0) {
      const written = await unlessSeen(write('all_new'));
      if (written !== undefined) return written;
      this.doubtful = DOUBTFUL_CHUNKS;
    }
    return (await unlessSeen(write('undisturbed'))) ?? write('none');
  }
}

/** Undefined when hope was in vain. */
const unlessSeen = async <Result>(writing: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await writing;
  } catch (error) {
    if (error instanceof SeenAlready) return undefined;
    throw error;
  }
};
