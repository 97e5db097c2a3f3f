import { validateSync } from 'class-validator';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { ConversionAttributedV1 } from '../../../src/modules/attribution/events.ts';
import { CommissionAccruedV1 } from '../../../src/modules/commission/events.ts';
import { OrderPlacedV1 } from '../../../src/modules/orders/events.ts';
import { type Contract, nameOf } from '../../../src/shared/events.ts';
import { fieldNames } from '../../../src/shared/shape.ts';
import { isSound } from '../../../src/shared/sound.ts';

const VALUES = [undefined, null, '', 'x', 0, 1.5, -1, true, [], ['x'], {}, '2026-01-01T00:00:00Z'];

const sampleOf = (contract: Contract): object =>
  JSON.parse(readFileSync(new URL(`../contracts/${nameOf(contract)}.json`, import.meta.url), 'utf8')) as object;

describe('the short way to see that nothing is wrong', () => {
  for (const contract of [OrderPlacedV1, ConversionAttributedV1, CommissionAccruedV1])
    it(`thinks of ${contract.type} what class-validator thinks, whichever field is odd`, () => {
      const opinions = fieldNames(contract).flatMap((name) =>
        VALUES.map((value) => {
          const object = Object.assign(new contract(), sampleOf(contract), { [name]: value }) as Record<
            string,
            unknown
          >;
          return { name, value, ours: isSound(contract, object), theirs: validateSync(object).length === 0 };
        }),
      );

      for (const { name, value, ours, theirs } of opinions)
        expect(ours, `${name} = ${JSON.stringify(value)}`).to.equal(theirs);
      expect(new Set(opinions.map(({ ours }) => ours))).to.have.keys([true, false]);
    });
});
