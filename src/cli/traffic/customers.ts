/**
 * What customers do, made up as it goes: some look, some order at once, some after a while, and some did so months ago
 * and are only told of now. Events come one by one or together, now and then twice, and not always in order.
 */
import { derivedId, type Id } from '../../shared/ids.ts';
import { type Instant, instantAt } from '../../shared/instant.ts';
import { BROWSER, CHARGER, lineOf, PRODUCTS, PROGRAM } from '../demo/aurora.ts';
import type { PostedEvent } from '../demo/world.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** One request: a visitor follows a link, or a neighbour tells of something. */
export type Act =
  | {
      readonly kind: 'click';
      readonly code: string;
      readonly userAgent: string;
      readonly onward: (clickId: Id<'clk'>) => void;
    }
  | { readonly kind: 'tell'; readonly events: readonly PostedEvent[] };

/** An order as it must be found once all of its events are told. */
export interface ExpectedOrder {
  readonly ref: string;
  readonly state: 'delivered' | 'cancelled' | 'returned';
  /** The click it names, if it names one. */
  readonly clickId?: Id<'clk'>;
}

interface Planned {
  readonly act: Act;
  readonly notBeforeMs: number;
}

const DAY_MS = 86_400_000;
/** Fraud looks twice at whoever orders sooner after a click. */
const THINKING_MS = 31_000;
const LIVE_STEPS = ['reserved', 'placed', 'confirmed', 'in_transit', 'delivered'];
/** Of an order of long ago: days after it was placed. */
const PAST_STEPS = { placed: 0, confirmed: 3, in_production: 12, in_transit: 48, delivered: 55 };
const CHANCE = { looksOnly: 0.4, past: 0.25, hasty: 0.1, cancels: 0.12, returns: 0.12, shuffled: 0.3, together: 0.2 };
/** How many requests of a customer on the way come before the next new one. */
const OLD_BEFORE_NEW = 0.65;

export class Customers {
  readonly orders: ExpectedOrder[] = [];
  private readonly planned: Planned[] = [];
  private count = 0;

  constructor(
    /** Tells runs apart. */
    private readonly run: string,
    private readonly codes: readonly string[],
    /** How long ago orders may lie; 0 when the program's terms are of today. */
    private readonly pastDays: number,
    private readonly random: SeededRandom,
  ) {}

  /** What happens next. */
  next(nowMs: number): Act {
    const waiting = this.random.fraction() < OLD_BEFORE_NEW ? this.takeDue(nowMs) : undefined;
    if (waiting !== undefined) return waiting;
    const isPast = this.pastDays > 60 && this.random.fraction() < CHANCE.past;
    return isPast ? this.somebodyLongAgo(nowMs) : this.somebodyNew();
  }

  /** What is left of orders that have begun; customers who are still thinking never come back. */
  rest(): readonly Act[] {
    return this.planned.splice(0).flatMap(({ act, notBeforeMs }) => (notBeforeMs === 0 ? [act] : []));
  }

  /** The same once more, later: neighbours repeat themselves. */
  again(act: Act): void {
    this.plan([act]);
  }

  private takeDue(nowMs: number): Act | undefined {
    const index = this.planned.findIndex(({ notBeforeMs }) => notBeforeMs <= nowMs);
    if (index === -1) return undefined;
    const [taken] = this.planned.splice(index, 1);
    return taken?.act;
  }

  private somebodyNew(): Act {
    const ref = this.newRef();
    return {
      kind: 'click',
      code: this.random.pick(this.codes),
      userAgent: BROWSER,
      onward: (clickId) => {
        this.afterClick(ref, clickId);
      },
    };
  }

  private afterClick(ref: string, clickId: Id<'clk'>): void {
    const fraction = this.random.fraction();
    if (fraction < CHANCE.looksOnly) return;
    const begin: Act = {
      kind: 'click',
      code: this.random.pick(this.codes),
      userAgent: BROWSER,
      // Comes back through another link; the order names the first click all the same.
      onward: () => {
        this.order(ref, clickId, (_, index) => Date.now() + index);
      },
    };
    if (fraction < CHANCE.looksOnly + CHANCE.hasty) this.order(ref, clickId, (_, index) => Date.now() + index);
    else this.planned.push({ act: begin, notBeforeMs: Date.now() + THINKING_MS });
  }

  /** The click and the order of somebody of whom nobody has told us yet. */
  private somebodyLongAgo(nowMs: number): Act {
    const ref = this.newRef();
    const placedMs = nowMs - (56 + this.random.below(Math.min(150, this.pastDays) - 56)) * DAY_MS;
    const clickId = derivedId('clk', 'traffic', ref);
    const data = { clickId, linkCode: this.random.pick(this.codes), userAgent: BROWSER };
    const click = this.event(ref, 'click.recorded', placedMs - DAY_MS, data);
    const days: Readonly<Record<string, number>> = PAST_STEPS;
    this.order(ref, clickId, (step) => placedMs + (days[step] ?? 55.5) * DAY_MS);
    return { kind: 'tell', events: [click] };
  }

  /** Plans all that happens to an order; `timeOf` says when. */
  private order(ref: string, clickId: Id<'clk'>, timeOf: (step: string, index: number) => number): void {
    const lines = [
      lineOf('1', this.random.pick(PRODUCTS)),
      ...(this.random.fraction() < 0.4 ? [lineOf('2', CHARGER)] : []),
    ];
    const content = { currency: PROGRAM.currency, lines, clickId };
    const fate = this.fate();
    const steps = fate === 'cancelled' ? LIVE_STEPS.slice(1, 3) : LIVE_STEPS.slice(1);
    const told = steps.map((step, index) =>
      this.event(ref, `order.${step}`, timeOf(step, index), step === 'placed' ? content : {}),
    );
    const endMs = timeOf('the end', steps.length);
    const end = {
      delivered: [],
      cancelled: [this.event(ref, 'order.cancelled', endMs, { reason: 'changed their mind' })],
      returned: [
        this.event(ref, 'order.lines_returned', endMs, { lines: everything(lines), reason: 'not as expected' }),
      ],
    };
    this.orders.push({ ref, state: fate, clickId });
    this.planTelling([...told, ...end[fate]]);
  }

  private fate(): ExpectedOrder['state'] {
    const fraction = this.random.fraction();
    if (fraction < CHANCE.cancels) return 'cancelled';
    return fraction < CHANCE.cancels + CHANCE.returns ? 'returned' : 'delivered';
  }

  private planTelling(events: readonly PostedEvent[]): void {
    const inOrder = this.random.fraction() < CHANCE.shuffled ? this.random.shuffled(events) : events;
    const together = this.random.fraction() < CHANCE.together;
    this.plan((together ? [inOrder] : inOrder.map((event) => [event])).map((some) => ({ kind: 'tell', events: some })));
  }

  private plan(acts: readonly Act[]): void {
    this.planned.push(...acts.map((act) => ({ act, notBeforeMs: 0 })));
  }

  private event(ref: string, type: string, timeMs: number, data: object): PostedEvent {
    const time: Instant = instantAt(Math.floor(timeMs));
    return { id: `${ref}:${type}`, type, subject: ref, time, data };
  }

  private newRef(): string {
    this.count += 1;
    return `T-${this.run}-${this.count}`;
  }
}

const everything = (lines: readonly object[]): readonly object[] =>
  lines.map((line) => {
    const { lineRef, quantity } = line as { readonly lineRef: string; readonly quantity: number };
    return { lineRef, quantity };
  });
