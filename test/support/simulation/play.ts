import type { EnrolmentAction } from '../../../src/modules/partners/domain/enrolment.ts';
import { monthOf } from '../../../src/shared/calendar.ts';
import { type Instant, plusMs } from '../../../src/shared/instant.ts';
import { Desk } from './desk.ts';
import { holdsAtTheEnd, holdsNow } from './promises.ts';
import type { Process } from './process.ts';
import { DAY, FROM, type Story, type Suspension, type Told, UNTIL } from './story.ts';
import { Violation } from './violation.ts';
import { type Plan, World } from './world.ts';

/** Something that happens at a moment, whatever the rest of the world is doing then. */
interface Act {
  readonly at: Instant;
  readonly play: (stage: Stage) => Promise<void>;
}

interface Stage {
  readonly world: World;
  readonly desk: Desk;
}

const LARGEST_BATCH = 8;
/** People look at what hangs: no message waits for longer than from one visit to the desk to the next. */
const DESK_MS = 14 * DAY;
/** Promises that hold at every moment are looked at after every so many acts. */
const LOOK_EVERY = 8;
/** More rounds than any story needs; a world that is not quiet after so many never will be. */
const ROUNDS = 400;

/** Plays a story to its end, when there is nothing left to do; throws a `Violation` as soon as a promise is broken. */
export const play = async (story: Story, plan: Plan): Promise<World> => {
  const world = await World.of(story, plan);
  const stage = { world, desk: new Desk(world) };
  const calm = world.chaos.isCalm;
  for (const [index, { at, play: act }] of actsOf(story, calm).entries()) {
    world.moveTo(at);
    await act(stage);
    if (calm) await hearAll(world);
    else await meanwhile(stage);
    if (index % LOOK_EVERY === 0) await holdsNow(world);
  }
  world.chaos.end();
  await settled(stage);
  await holdsAtTheEnd(world);
  return world;
};

const actsOf = (story: Story, calm: boolean): readonly Act[] =>
  [
    ...story.told.map((told) => ({ at: calm ? told.at : plusMs(told.at, told.lateMs), play: telling(told) })),
    ...story.suspensions.flatMap(suspending),
    ...every(DESK_MS, FROM, UNTIL, atTheDesk),
  ].toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));

const every = (ms: number, from: Instant, until: Instant, act: Act['play']): Act[] => {
  const acts: Act[] = [];
  for (let at = plusMs(from, ms); at < until; at = plusMs(at, ms)) acts.push({ at, play: act });
  return acts;
};

/** The neighbour tells it until it has an answer, and sometimes once more. */
const telling =
  ({ id, type, program, subject, at, data }: Told): Act['play'] =>
  async ({ world }) => {
    const programId = world.scene.programs[program]?.programId;
    const event = { id, source: 'otd', type, programId, subject, time: at, data };
    let verdicts: readonly string[] = [];
    const tell = (): Promise<boolean> =>
      world.attempt(`otd: ${type} of ${subject}`, async ({ accept }) => {
        const inputs = world.chaos.happensAgain() ? [event, event] : [event];
        verdicts = (await accept.run(inputs)).map(({ verdict }) => verdict);
      });
    while (!(await tell()));
    if (world.chaos.happensAgain()) await tell();
    if (verdicts.includes('refused')) throw new Violation('nothing that is told is refused', [`${type} of ${subject}`]);
  };

const suspending = ({ program, partner, from, until }: Suspension): Act[] => {
  const move =
    (action: EnrolmentAction): Act['play'] =>
    async ({ world }) => {
      const enrolmentId = world.scene.enrolments[partner]?.[program];
      if (enrolmentId === undefined) return;
      const isDone = async (): Promise<boolean> => {
        const state = (await world.stores.partners.reader.enrolment(enrolmentId))?.state;
        return state === (action === 'suspend' ? 'suspended' : 'approved');
      };
      while (!(await isDone()))
        await world.attempt(`desk: ${action} partner ${partner}`, ({ moveEnrolment }) =>
          moveEnrolment.run(enrolmentId, action, 'desk', 'looked at'),
        );
    };
  return [
    { at: from, play: move('suspend') },
    { at: until, play: move('reinstate') },
  ];
};

const atTheDesk = async ({ world, desk }: Stage): Promise<void> => {
  const isEarly = world.chaos.isCalm || world.chaos.random.fraction() < 0.5;
  if (isEarly) await hearAll(world);
  await world.attempt('job: lock', ({ lockDue }) => lockDue.run());
  await desk.resolveCases();
  await desk.closePeriods();
  await finishClosing(world);
  await desk.decideBatches();
  await desk.askBank();
  await desk.takeIn();
  await world.attempt('job: post', ({ post }) => post.run());
  if (!isEarly) await hearAll(world);
};

const finishClosing = async (world: World): Promise<void> => {
  const rest = { isLeft: true };
  const step = async ({ finish }: Process): Promise<void> => {
    rest.isLeft = await finish.run();
  };
  while (rest.isLeft && (await world.attempt('job: finish closing', step)));
};

/** A few things side by side, as chance has it: messages, jobs, people. */
const meanwhile = async (stage: Stage): Promise<void> => {
  const { world, desk } = stage;
  const { random } = world.chaos;
  world.broker.relay();
  const others: readonly (() => Promise<unknown>)[] = [
    () => world.attempt('job: lock', ({ lockDue }) => lockDue.run()),
    () => world.attempt('job: post', ({ post }) => post.run()),
    () => finishClosing(world),
    () => desk.resolveCases(),
    () => desk.decideBatches(),
    () => desk.takeIn(),
  ];
  const ready = random.shuffled(world.broker.ready()).slice(0, 1 + random.below(3));
  const heard = ready.map((name) => world.deliver(name, 1 + random.below(LARGEST_BATCH)));
  const chosen = random.fraction() < 0.3 ? [random.pick(others)()] : [];
  await Promise.all([...heard, ...chosen]);
};

/** Until nobody has anything more to hear. */
const hearAll = async (world: World): Promise<void> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    world.broker.relay();
    if (world.broker.isIdle()) return;
    for (const name of world.broker.ready()) await world.deliver(name, 10 * LARGEST_BATCH);
  }
  throw new Violation('after everything nothing is left to do', ['messages go round and round']);
};

/** Until everything is heard, decided, closed, paid and reconciled. */
const settled = async (stage: Stage): Promise<void> => {
  const { world, desk } = stage;
  world.moveTo(UNTIL);
  const last = monthOf(plusMs(UNTIL, -35 * DAY), 'UTC');
  for (let round = 0; round < ROUNDS; round += 1) {
    await atTheDesk(stage);
    await hearAll(world);
    const open = world.stores.settlement.tables.batches.committed
      .values()
      .some(({ state }) => state === 'draft' || state === 'approved');
    if (desk.isDone && !open && desk.isClosedThrough(last)) return;
  }
  throw new Violation('after everything nothing is left to do', ['periods or payouts stay open']);
};
