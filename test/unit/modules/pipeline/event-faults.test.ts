import { expect } from 'chai';
import { faultsOf } from '../../../../src/modules/pipeline/adapters/ajv/ajv-faults.ts';
import { compiled } from '../../../../src/modules/pipeline/adapters/ajv/ajv-schemas.ts';
import { at, idOf } from '../../../support/clock.ts';
import { FakePipelineTransaction } from '../../../support/fakes/fake-pipeline.ts';
import { intakeOn, readEvent } from '../../../support/intake.ts';
import { GlassVault } from '../../../support/settlement-story.ts';

describe('an event with more faults than anybody reads', () => {
  it('is refused with the first twenty of them', async () => {
    const { acceptEvents } = intakeOn(new FakePipelineTransaction(), at('2026-01-01T00:00:00Z'), new GlassVault());
    const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x${index}`, 1]));

    const [result] = await acceptEvents.run([unknown]);

    expect(result?.verdict).to.equal('refused');
    expect(result?.faults).to.have.length(20);
  });
});

describe('an event with more values than we look at', () => {
  const order = (lines: readonly object[]): object => ({
    id: '1',
    type: 'order.placed',
    programId: idOf('prg', 1),
    subject: 'A-1',
    time: '2026-01-01T12:00:00Z',
    data: { currency: 'EUR', lines },
  });
  const tooLarge = [{ pointer: '', code: 'pipeline.event_too_large', detail: 'has more than 10000 values' }];

  for (const [what, event] of [
    ['lines', order(Array.from({ length: 20_000 }, () => ({})))],
    ['unknown names', Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`x${index}`, 1]))],
  ] as const)
    // Judged, each of them would be a fault of its own.
    it(`is refused for its ${what} before they are judged`, () => {
      expect(readEvent(event)).to.deep.equal({ faults: tooLarge });
    });

  it('is larger than any order may be', () => {
    const line = { sku: 's', name: 'n', category: 'c', quantity: 1, unitPrice: { minor: '1', currency: 'EUR' } };

    expect(readEvent(order(Array.from({ length: 500 }, (_, nth) => ({ lineRef: `${nth}`, ...line }))))).to.include.keys(
      'event',
    );
  });
});

describe('what is wrong with a field', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: ['a'],
    properties: { a: { type: 'string', minLength: 1, maxLength: 2 } },
  };
  const detailOf = (data: object): string | undefined => {
    const fits = compiled(schema);
    fits(data);
    return faultsOf(fits.errors, '/data').map(({ pointer, detail }) => `${pointer} ${detail}`)[0];
  };

  it('is said in the words of the whole front door', () => {
    expect(detailOf({})).to.equal('/data/a must be there');
    expect(detailOf({ a: 'x', b: 1 })).to.equal('/data/b is not a field we know');
    expect(detailOf({ a: '' })).to.equal('/data/a must not be empty');
    expect(detailOf({ a: 'xyz' })).to.equal('/data/a must have at most 2 characters');
  });

  it('is pointed at whatever the field is called', () => {
    expect(detailOf({ a: 'x', 'b/c~d': 1 })).to.equal('/data/b~1c~0d is not a field we know');
  });
});

describe('a field with more values to choose from than anybody reads', () => {
  const detailOf = (values: readonly string[]): string | undefined => {
    const fits = compiled({ type: 'object', properties: { a: { type: 'string', enum: values } } });
    fits({ a: 'none' });
    return faultsOf(fits.errors, '/data')[0]?.detail;
  };

  it('is told fifty of them, and as much as fits', () => {
    expect(detailOf(['red', 'green'])).to.equal('must be one of red, green');
    expect(detailOf(Array.from({ length: 51 }, (_, nth) => `v${nth}`))).to.match(
      /^must be one of v0, .*, v49 … \(51\)$/,
    );
    expect(detailOf(['a'.repeat(1_990), 'b'.repeat(50)]))
      .to.have.length(2_000)
      .and.match(/…$/);
  });
});
