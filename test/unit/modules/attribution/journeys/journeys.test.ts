import { expect } from 'chai';
import { decide } from '../../../../../src/modules/attribution/domain/deciding/decide.ts';
import { readRules } from '../../../../../src/modules/attribution/domain/policy/read-policy.ts';
import { cast, inWords, sections } from './notation.ts';

const all = sections();

describe('the journeys of journeys.txt', () => {
  it('are more than two hundred', () => {
    expect(all.flatMap(({ journeys }) => journeys).length).to.be.greaterThan(200);
  });

  for (const { name, rules: written, journeys } of all) {
    describe(name, () => {
      const reading = readRules(written);
      if ('faults' in reading) {
        it('is a policy that can be read', () => expect(reading.faults).to.deep.equal([]));
        return;
      }
      for (const journey of journeys) {
        it(`${journey.why} (line ${journey.line}: ${journey.text})`, () => {
          const { order, touches, fates, credit } = journey;

          const decision = decide(order, touches, cast, { version: 2, rules: reading.rules });

          expect(inWords(journey, decision)).to.deep.equal({ fates, credit });
        });
      }
    });
  }
});
