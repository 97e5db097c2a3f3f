/**
 * What modules tell each other is a promise: each event has a frozen sample, which must be readable for ever. When a
 * class gains an optional field, its sample gains a line; what a sample says already never changes, and anything but an
 * optional field is a new version beside the old.
 */
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { modules } from '../../src/app.ts';
import { nameOf, read } from '../../src/shared/events.ts';
import { fieldNames } from '../../src/shared/shape.ts';
import { instant } from '../../src/shared/instant.ts';
import { idOf } from '../support/clock.ts';
import { allContracts, type OwnedContract } from '../support/event-contracts.ts';
import { sampleOf } from '../support/sample.ts';

const folder = join(projectRoot(), 'test/unit/contracts');
const fileOf = ({ contract }: OwnedContract): string => join(folder, `${nameOf(contract)}.json`);

const contracts = await allContracts();

describe('the events of all modules', () => {
  it('are told of by their modules, every one', () => {
    const told = modules.flatMap(({ tells = [] }) => tells.map(nameOf));

    expect(told).to.have.members(contracts.map(({ contract }) => nameOf(contract)));
  });

  it('are there to be found', () => {
    expect(contracts.length).to.be.greaterThan(30);
  });

  for (const each of contracts) {
    const { module, exportedAs, contract } = each;
    describe(nameOf(contract), () => {
      it('is named after its module, a fact and a version', () => {
        expect(contract.type).to.match(new RegExp(`^${module}\\.[a-z][a-z_]*$`));
        const words = contract.type.slice(module.length + 1).split('_');
        const className = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
        expect(exportedAs).to.match(new RegExp(`${className}V${contract.version}$`));
      });

      it('has a frozen sample, which lists the fields of its class and is still read', () => {
        if (!existsSync(fileOf(each))) {
          const draft = JSON.stringify(sampleOf(contract), null, 2);
          expect.fail(`there is no ${fileOf(each)}; make it believable and freeze it:\n${draft}`);
        }
        const sample = JSON.parse(readFileSync(fileOf(each), 'utf8')) as object;
        expect(Object.keys(sample), 'a class and its sample list the same fields').to.have.members(
          fieldNames(contract),
        );
        const event = {
          id: idOf('evt', 1),
          type: contract.type,
          version: contract.version,
          source: module,
          aggregate: 'a',
          aggregateVersion: 1,
          partitionKey: 'a',
          occurredAt: instant('2018-11-20T14:03:07Z'),
          payload: sample,
        };
        expect(JSON.parse(JSON.stringify(read(contract, event)))).to.deep.equal(sample);
      });
    });
  }

  it('have no sample of an event that nobody says any more', () => {
    const known = contracts.map(({ contract }) => `${nameOf(contract)}.json`);
    expect(readdirSync(folder).filter((file) => !known.includes(file))).to.deep.equal([]);
  });

  it('are told apart by their names', () => {
    const names = contracts.map(({ contract }) => nameOf(contract));
    expect(new Set(names).size).to.equal(names.length);
  });
});
