import { canonicalJson } from '../../../../shared/canonical-json.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import { epochMs, instantAt } from '../../../../shared/instant.ts';
import type { Conversion, RecordedDecision } from '../../domain/deciding/conversion.ts';
import type { Decision } from '../../domain/deciding/journey.ts';
import type { ConversionId } from '../../index.ts';
import type { DriftLog, DriftLook } from '../../ports/drift-log.ts';
import type { ReplayTransaction } from '../../ports/replays.ts';
import { isOwn } from './attribution-queries.ts';
import type { DecideAgain } from './decide-again.ts';

const PIECE = 200;
const DAY_MS = 86_400_000;
const MAX_FINDINGS = 100;

interface Drifted {
  readonly fromInputs: ReadonlySet<ConversionId>;
  readonly fromTouches: ReadonlySet<ConversionId>;
}

/**
 * Once a day decides everything again, each order by the policy it was decided by, and counts what comes out otherwise:
 * from the inputs kept with the decision, and from the touches on disk. Both must be none. The machine's day, and not the
 * business's: a sandbox that moves a year ahead has no more to look at than before.
 */
export class WatchDrift {
  constructor(
    private readonly log: DriftLog,
    private readonly transaction: ReplayTransaction,
    private readonly decideAgain: DecideAgain,
    private readonly wallClock: WallClock,
  ) {}

  async due(): Promise<boolean> {
    return (await this.current()) !== undefined;
  }

  /** A piece; true when there is more. */
  async run(): Promise<boolean> {
    const look = await this.current();
    if (look === undefined) return false;
    if (look.checked === 0 && look.reached === undefined) await this.log.begin(look);
    const conversions = await this.log.conversions(PIECE, look.reached);
    const { fromInputs, fromTouches } = await this.drifted(conversions);
    const finished = conversions.length < PIECE;
    await this.log.save({
      ...look,
      reached: conversions.at(-1)?.conversionId ?? look.reached,
      checked: look.checked + conversions.length,
      drift: {
        fromInputs: look.drift.fromInputs + fromInputs.size,
        fromTouches: look.drift.fromTouches + fromTouches.size,
      },
      ...(finished && { finishedAt: this.now() }),
    });
    return !finished;
  }

  /** What the last look that came to its end found. */
  async found(): Promise<{ readonly checked: number; readonly drifted: Readonly<Record<string, number>> } | undefined> {
    const look = await this.log.lastFinished();
    return (
      look && { checked: look.checked, drifted: { inputs: look.drift.fromInputs, touches: look.drift.fromTouches } }
    );
  }

  /** Orders that would be credited otherwise from the touches on disk. */
  async findings(): Promise<readonly string[]> {
    const findings: string[] = [];
    for (let after: ConversionId | undefined; findings.length < MAX_FINDINGS;) {
      const conversions = await this.log.conversions(PIECE, after);
      const { fromTouches } = await this.drifted(conversions);
      findings.push(...[...fromTouches].map((id) => `${id} would be decided otherwise from the touches on disk`));
      after = conversions.at(-1)?.conversionId;
      if (after === undefined || conversions.length < PIECE) break;
    }
    return findings.slice(0, MAX_FINDINGS);
  }

  /** The one to go on with, if any; a new one, if the last is of yesterday. */
  private async current(): Promise<DriftLook | undefined> {
    const last = await this.log.last();
    if (last !== undefined && last.finishedAt === undefined) return last;
    const isRecent = last !== undefined && this.wallClock.nowMs() - epochMs(last.startedAt) < DAY_MS;
    return isRecent ? undefined : { startedAt: this.now(), checked: 0, drift: { fromInputs: 0, fromTouches: 0 } };
  }

  private now() {
    return instantAt(this.wallClock.nowMs());
  }

  private async drifted(conversions: readonly Conversion[]): Promise<Drifted> {
    const fromInputs = conversions.filter(({ decision }) => !isOwn(decision)).map(({ conversionId }) => conversionId);
    const suspects = await this.otherFromTouches(conversions);
    // A click may have come between reading a decision and its touches; what drifted is still so when looked at again.
    const again = suspects.length === 0 ? [] : await this.log.those(suspects);
    return { fromInputs: new Set(fromInputs), fromTouches: new Set(await this.otherFromTouches(again)) };
  }

  private async otherFromTouches(conversions: readonly Conversion[]): Promise<readonly ConversionId[]> {
    if (conversions.length === 0) return [];
    const again = await this.transaction.run((stores) =>
      this.decideAgain.run(stores, conversions, ({ decision }) => decision.inputs.policy),
    );
    return conversions
      .filter(({ decision }, at) => !isSame(decision, again[at]?.decision))
      .map(({ conversionId }) => conversionId);
  }
}

const isSame = (kept: RecordedDecision, again: RecordedDecision | undefined): boolean =>
  kept.digest === again?.digest && textOf(kept) === textOf(again);

const textOf = ({ outcome, considered }: Decision): string => canonicalJson({ outcome, considered });
