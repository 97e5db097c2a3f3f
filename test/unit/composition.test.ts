/** How the program hangs together, without a database: whatever is wired wrongly is red here, in milliseconds. */
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { expect } from 'chai';
import { createApp, modules } from '../../src/app.ts';
import { App } from '../../src/infrastructure/compose.ts';
import { type Config, readConfig } from '../../src/infrastructure/config.ts';
import { sourceOf } from '../../src/infrastructure/messaging/consumer.ts';
import type { Module } from '../../src/infrastructure/module.ts';
import { nameOf } from '../../src/shared/events.ts';
import { allContracts } from '../support/event-contracts.ts';

const config = (): Config =>
  readConfig({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    MASTER_KEY: Buffer.alloc(32).toString('base64'),
    SANDBOX: 'true',
    LOG_LEVEL: 'error',
  });

/** Offers what the module offers, and is nothing else. */
const standIn = ({ name, offers }: Module): Module => ({
  name,
  offers,
  bindings: new ContainerModule(({ bind }) => {
    for (const port of offers) bind(port).toConstantValue({});
  }),
});

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

const said = new Set((await allContracts()).map(({ contract }) => nameOf(contract)));

describe('the program, put together,', () => {
  const opened: App[] = [];
  const open = (of: readonly Module[]): App => {
    const app = new App(config(), of);
    opened.push(app);
    return app;
  };
  afterEach(() => Promise.all(opened.splice(0).map((app) => app.release())));

  const whole = (): App => {
    const app = createApp(config());
    opened.push(app);
    return app;
  };

  for (const [index, module] of modules.entries()) {
    it(`gives ${module.name} all it needs with what those before it offer`, () => {
      const app = open([...modules.slice(0, index).map(standIn), module]);

      const ports: readonly ServiceIdentifier[] = module.offers;
      for (const port of ports) expect(app.ask(port), String(port)).to.be.an('object');
    });
  }

  it('would not start with a module that needs what nobody offers', () => {
    const needy: Module = {
      name: 'needy',
      offers: [],
      bindings: new ContainerModule(() => undefined),
      jobs: (own) => [own.get('a port nobody binds')],
    };
    expect(() => open([needy])).to.throw('a port nobody binds');
  });

  it('hears only what somebody says', () => {
    for (const { consumer } of whole().inbounds) {
      expect(consumer.types, consumer.name).to.not.be.empty;
      expect(
        consumer.types.filter((type) => !said.has(type)),
        consumer.name,
      ).to.deep.equal([]);
      expect(repeated(consumer.types), consumer.name).to.deep.equal([]);
    }
  });

  it('hears no module whose outbox nobody reads', () => {
    const { inbounds, outboxes } = whole();
    const read = outboxes.map(({ schema }) => schema);
    expect(inbounds.flatMap(({ consumer }) => consumer.types.map(sourceOf))).to.satisfy((sources: readonly string[]) =>
      sources.every((source) => read.includes(source)),
    );
  });

  it('gives every name once: to consumers, jobs, operations and promises', () => {
    const { inbounds, jobs, routes, audits } = whole();
    const names = {
      modules: modules.map(({ name }) => name),
      consumers: inbounds.map(({ consumer }) => consumer.name),
      jobs: jobs.map(({ name }) => name),
      addresses: routes.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`),
      operations: routes.map(({ operationId }) => operationId),
      promises: audits.map(({ promise }) => promise),
    };
    for (const [what, given] of Object.entries(names)) {
      expect(given.length, what).to.be.greaterThan(5);
      expect(repeated(given), what).to.deep.equal([]);
    }
  });

  it('names jobs after their modules, and consumers so that a queue may bear the name', () => {
    const { inbounds, jobs } = whole();
    const owners = ['platform', ...modules.map(({ name }) => name)];
    for (const { name } of jobs) expect(owners, name).to.include(sourceOf(name));
    for (const { consumer } of inbounds) expect(consumer.name).to.match(/^[a-z][a-z0-9_.-]{0,60}$/);
  });
});
