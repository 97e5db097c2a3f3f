import { expect } from 'chai';
import { readRules } from '../../../../src/modules/attribution/domain/policy/read-policy.ts';
import { idOf } from '../../../support/clock.ts';

const whole = {
  model: { kind: 'time_decay', halfLifeHours: 168 },
  windows: { click: { days: 30 }, impression: { hours: 24 }, coupon: { days: 30 } },
  precedence: [['coupon'], ['click', 'dealer'], ['impression'], ['late_claim']],
  inCartSeconds: 3_540,
  lateClaims: { window: { days: 14 }, confirmation: 'valid_code' },
  exclusiveCodes: [{ code: 'LENA', match: 'starts_with', partnerId: idOf('par', 1), from: '2018-01-01T00:00:00.000Z' }],
  preferredPartners: [{ partnerId: idOf('par', 1), until: '2018-01-01T00:00:00.000Z' }],
  suppressedCodes: [{ code: 'WELCOME', match: 'equals', earns: 'nothing' }],
  standDown: { groups: ['extensions'], signals: ['standdown'], withinSessions: 1 },
  groups: [{ group: 'dealers', windows: { dealer: { days: 365 } }, inCartSeconds: 0 }],
};

const faultsOf = (change: object): readonly string[] => {
  const reading = readRules({ ...whole, ...change });
  return 'faults' in reading ? reading.faults.map(({ pointer, code }) => `${pointer} ${code.slice(19)}`) : [];
};

/** What is wrong, and where exactly that is said. */
const MISTAKES: readonly (readonly [why: string, change: object, faults: readonly string[]])[] = [
  ['a word nobody knows', { bonus: 1 }, ['/bonus unknown_word']],
  ['a word with a slash in it', { 'a/b~': 1 }, ['/a~1b~0 unknown_word']],
  ['no model', { model: undefined }, ['/model/kind unreadable']],
  ['a model nobody knows', { model: { kind: 'coin_toss' } }, ['/model/kind unreadable']],
  ['the words of another model', { model: { kind: 'linear', first: 50 } }, ['/model/first unknown_word']],
  ['a half-life of nothing', { model: { kind: 'time_decay', halfLifeHours: 0 } }, ['/model/halfLifeHours unreadable']],
  [
    'weights that are not the whole',
    { model: { kind: 'position_based', first: 40, middle: 20, last: 39 } },
    ['/model contradictory'],
  ],
  [
    'a weight that is a fraction',
    { model: { kind: 'position_based', first: 40.5, middle: 19.5, last: 40 } },
    ['/model/first unreadable', '/model/middle unreadable'],
  ],
  [
    'a split that does not say who has what is missing',
    { model: { kind: 'split', initiator: 30, contributor: 20, converter: 50 } },
    ['/model/missing unreadable'],
  ],
  ['no windows', { windows: {}, precedence: undefined }, ['/windows unreadable']],
  ['hours and days', { windows: { ...whole.windows, click: { hours: 1, days: 1 } } }, ['/windows/click unreadable']],
  ['neither of them', { windows: { ...whole.windows, click: {} } }, ['/windows/click unreadable']],
  ['a window of nothing', { windows: { ...whole.windows, click: { days: 0 } } }, ['/windows/click/days unreadable']],
  ['a window of years', { windows: { ...whole.windows, click: { days: 731 } } }, ['/windows/click/days unreadable']],
  [
    'a window before the order for what comes after it',
    { windows: { ...whole.windows, late_claim: { days: 1 } } },
    ['/windows/late_claim unknown_word'],
  ],
  [
    'a counted kind without its place',
    { precedence: [['coupon'], ['click']] },
    Array(3).fill('/precedence contradictory'),
  ],
  ['a kind in two places', { precedence: [...whole.precedence, ['click']] }, ['/precedence/4/0 contradictory']],
  ['an empty place', { precedence: [...whole.precedence, []] }, ['/precedence/4 unreadable']],
  ['an hour in the cart', { inCartSeconds: 3_541 }, ['/inCartSeconds unreadable']],
  ['claims nobody confirms', { lateClaims: { window: { days: 14 } } }, ['/lateClaims/confirmation unreadable']],
  [
    'an empty code, an odd match, nobody’s id',
    { exclusiveCodes: [{ code: ' ', match: 'like', partnerId: 'lena' }] },
    [
      '/exclusiveCodes/0/code unreadable',
      '/exclusiveCodes/0/match unreadable',
      '/exclusiveCodes/0/partnerId unreadable',
    ],
  ],
  [
    'a time that ends before it begins',
    {
      preferredPartners: [
        { partnerId: idOf('par', 1), from: '2018-02-01T00:00:00.000Z', until: '2018-01-01T00:00:00.000Z' },
      ],
    },
    ['/preferredPartners/0/until contradictory'],
  ],
  [
    'a moment of another zone, which would not compare',
    { preferredPartners: [{ partnerId: idOf('par', 1), from: '2018-02-01T00:00:00+01:00' }] },
    ['/preferredPartners/0/from unreadable'],
  ],
  [
    'a suppression that does not say how far',
    { suppressedCodes: [{ code: 'W', match: 'equals' }] },
    ['/suppressedCodes/0/earns unreadable'],
  ],
  [
    'extensions by no mark, within minutes and sessions',
    { standDown: { groups: [], signals: [], withinMinutes: 5, withinSessions: 1 } },
    ['/standDown unreadable', '/standDown unreadable'],
  ],
  [
    'a signal nobody gives',
    { standDown: { groups: [], signals: ['full_moon'], withinMinutes: 5 } },
    ['/standDown/signals/0 unreadable'],
  ],
  [
    'a group twice, for only the first would ever apply',
    { groups: [whole.groups[0], { group: 'dealers' }] },
    ['/groups/1/group contradictory'],
  ],
  [
    'another model for a group',
    { groups: [{ group: 'dealers', model: { kind: 'linear' } }] },
    ['/groups/0/model unknown_word'],
  ],
];

describe('reading the rules of a policy', () => {
  it('takes every word there is', () => {
    expect(readRules(whole)).to.deep.equal({ rules: whole });
  });

  for (const [why, change, faults] of MISTAKES)
    it(`finds ${why}`, () => {
      expect(faultsOf(change)).to.have.members(faults);
    });

  it('finds all of it at once', () => {
    const many = faultsOf({ model: { kind: 'x' }, inCartSeconds: -1, bonus: 1, windows: [] });

    expect(many).to.include.members([
      '/model/kind unreadable',
      '/inCartSeconds unreadable',
      '/bonus unknown_word',
      '/windows unreadable',
    ]);
  });

  it('finds that it was given no rules', () => {
    for (const input of [undefined, null, [], 'last_touch', 7])
      expect('faults' in readRules(input), JSON.stringify(input)).to.equal(true);
  });
});
