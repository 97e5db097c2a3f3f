/** A decision as it was recorded before policies had rules. It is frozen: such decisions are made again for ever. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decideBy,
  decided,
  type PlacedOrder,
  type RecordedDecision,
} from '../../../../../src/modules/attribution/domain/deciding/conversion.ts';
import { projectRoot } from '../../../../../src/infrastructure/system/root.ts';
import { canonicalJson } from '../../../../../src/shared/canonical-json.ts';
import { digest } from '../../../../../src/shared/digest.ts';
import { aTouch } from '../../../../support/contracts/attribution-contract.ts';

const file = join(projectRoot(), 'test/unit/modules/attribution/journeys/plain-decision.json');
const recorded = JSON.parse(readFileSync(file, 'utf8')) as RecordedDecision;

describe('a decision of before policies had rules', () => {
  it('is what its inputs decide, word for word', () => {
    const { outcome, considered, inputs } = recorded;

    expect(canonicalJson(decideBy(inputs))).to.equal(canonicalJson({ outcome, considered }));
    expect(digest(inputs)).to.equal(recorded.digest);
  });

  it('is made again from the touches on disk with the same digest, whatever they say more than it knew', () => {
    const { inputs } = recorded;
    const order: PlacedOrder = { ...inputs.order, orderRef: 'A-1', couponCodes: ['LENA10'] };
    const candidates = inputs.candidates.map(({ signals = ['dup_click'], kind = 'click', ...known }, n) =>
      aTouch(n, { ...known, signals, kind }),
    );

    const again = decided(order, { ...inputs, candidates }, recorded, recorded.decidedAt);

    expect(again.decision.digest).to.equal(recorded.digest);
    expect(canonicalJson(again.decision.outcome)).to.equal(canonicalJson(recorded.outcome));
  });
});
