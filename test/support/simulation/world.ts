import { AppError } from '../../../src/shared/errors.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import { CountingIds, SeededRandom, TestClock } from '../clock.ts';
import type { SimulateBank } from '../../../src/modules/settlement/application/rails/simulate-bank.ts';
import { SimulatedBroker } from './broker.ts';
import { Chaos, Crash, NO_ODDS, type Odds } from './chaos.ts';
import { bankOn, type Ports, type Process, processOn } from './process.ts';
import { type Scene, sceneOn } from './scene.ts';
import { portsOn, Stores } from './stores.ts';
import { Violation } from './violation.ts';
import { watched } from './watch.ts';
import { FROM, type Story } from './story.ts';

/** Faults put between the use cases and what they lean on, to see whether anybody notices. */
export type Plants = { readonly [Name in keyof Ports]?: (port: Ports[Name]) => Ports[Name] };

export interface Weather {
  readonly odds: Odds;
  /** Of everything that is left to chance. */
  readonly seed: number;
}

export const CALM: Weather = { odds: NO_ODDS, seed: 0 };

export interface Plan {
  readonly weather: Weather;
  readonly plants?: Plants | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

interface WorldParts {
  readonly story: Story;
  readonly bank: SimulateBank;
  /** A process like the one before, without its memory. */
  readonly start: () => Process;
  readonly log: (line: string) => void;
}

/** The whole program in one process, with a clock that stands where it is put. */
export class World {
  readonly broker: SimulatedBroker;
  /** Tasks that a crash or an absent neighbour cut off. */
  cutOff = 0;
  private process: Process;

  private constructor(
    readonly scene: Scene,
    readonly stores: Stores,
    readonly clock: TestClock,
    readonly chaos: Chaos,
    private readonly parts: WorldParts,
  ) {
    this.process = parts.start();
    this.broker = new SimulatedBroker(stores.all, this.process.consumers, chaos);
  }

  get story(): Story {
    return this.parts.story;
  }

  get bank(): SimulateBank {
    return this.parts.bank;
  }

  static async of(story: Story, { weather, plants = {}, log = () => undefined }: Plan): Promise<World> {
    const clock = new TestClock(FROM);
    const ids = new CountingIds();
    // Nothing goes wrong until everybody is there.
    const chaos = new Chaos(new SeededRandom(weather.seed), NO_ODDS);
    const stores = new Stores(ids, () => chaos.mayDie('before a commit'));
    const scene = await sceneOn(stores, story, clock, ids);
    const found = planted(watched(portsOn(stores, scene, clock), stores), plants);
    const reached = weather.odds === NO_ODDS ? found : shaken(found, chaos);
    const bank = bankOn(found, clock);
    chaos.begin(weather.odds);
    const start = (): Process => processOn(reached, clock, ids);
    return new World(scene, stores, clock, chaos, { story, bank, start, log });
  }

  moveTo(at: Instant): void {
    if (at > this.clock.now()) this.clock.moveTo(at);
  }

  /**
   * Does it, unless a crash or an absent neighbour cuts it off: then it is false, and may be tried again. Whatever else
   * is thrown is a refusal that nobody here has deserved.
   */
  async attempt(what: string, task: (process: Process) => Promise<unknown>): Promise<boolean> {
    try {
      await task(this.process);
      this.parts.log(`${this.clock.now()} ${what}`);
      return true;
    } catch (error) {
      this.parts.log(`${this.clock.now()} ${what}: ${String(error)}`);
      if (!isPassing(error)) throw refused(error, 'nobody is refused who did nothing wrong', what);
      this.cutOff += 1;
      // Who dies forgets what he only remembered.
      if (error instanceof Crash) this.process = this.parts.start();
      return false;
    }
  }

  /** Brings one consumer a batch of what waits for it. */
  async deliver(name: string, most: number): Promise<boolean> {
    return this.attempt(`${name} hears`, async ({ consumers }) => {
      const consumer = consumers.find((each) => each.name === name);
      if (consumer === undefined) throw new Error(`nobody here is called ${name}`);
      try {
        await this.broker.deliver(consumer, most);
      } catch (error) {
        throw isPassing(error) ? error : refused(error, 'nothing that is told is refused', name);
      }
    });
  }
}

/** A refusal breaks a promise; anything else is a bug, and is left as it is. */
const refused = (error: unknown, promise: string, what: string): unknown =>
  error instanceof AppError ? new Violation(promise, [`${what}: ${error.code} ${error.message}`]) : error;

const isPassing = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof AppError && error.kind === 'unavailable');

const planted = (ports: Ports, plants: Plants): Ports => {
  const plant = <Name extends keyof Ports>(name: Name): Ports[Name] => plants[name]?.(ports[name]) ?? ports[name];
  return everyPort(plant);
};

const shaken = (ports: Ports, chaos: Chaos): Ports => {
  const shake = <Name extends keyof Ports>(name: Name): Ports[Name] => chaos.around<Ports[Name]>(ports[name]);
  return { ...everyPort(shake), clockOfCommission: ports.clockOfCommission };
};

const everyPort = (each: <Name extends keyof Ports>(name: Name) => Ports[Name]): Ports => ({
  inPipeline: each('inPipeline'),
  inPartners: each('inPartners'),
  inOrders: each('inOrders'),
  inAttribution: each('inAttribution'),
  inFraud: each('inFraud'),
  inCommission: each('inCommission'),
  inSettlement: each('inSettlement'),
  inReporting: each('inReporting'),
  partners: each('partners'),
  orders: each('orders'),
  attribution: each('attribution'),
  commission: each('commission'),
  ledger: each('ledger'),
  batches: each('batches'),
  accounts: each('accounts'),
  clockOfCommission: each('clockOfCommission'),
});
