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

const [exclusive, suppressed] = [whole.exclusiveCodes[0]!, whole.suppressedCodes[0]!];
const { standDown } = whole;

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
    'a code of more than a hundred characters',
    { suppressedCodes: [{ ...suppressed, code: 'x'.repeat(101) }] },
    ['/suppressedCodes/0/code unreadable'],
  ],
  ['a code that is no text', { exclusiveCodes: [{ ...exclusive, code: 7 }] }, ['/exclusiveCodes/0/code unreadable']],
  ['no codes', { exclusiveCodes: [] }, ['/exclusiveCodes unreadable']],
  [
    'a word that codes do not have',
    { exclusiveCodes: [{ ...exclusive, earns: 'nothing' }] },
    ['/exclusiveCodes/0/earns unknown_word'],
  ],
  [
    'an exclusive code of no time at all',
    { exclusiveCodes: [{ ...exclusive, until: exclusive.from }] },
    ['/exclusiveCodes/0/until contradictory'],
  ],
  [
    'moments that are no texts',
    { exclusiveCodes: [{ ...exclusive, from: 5, until: '4' }] },
    ['/exclusiveCodes/0/from unreadable', '/exclusiveCodes/0/until unreadable'],
  ],
  ['preferred partners that are no list', { preferredPartners: {} }, ['/preferredPartners unreadable']],
  [
    'a preferred partner that is none',
    { preferredPartners: [{ partnerId: idOf('prg', 1), share: 1 }] },
    ['/preferredPartners/0/partnerId unreadable', '/preferredPartners/0/share unknown_word'],
  ],
  [
    'extensions that nobody could be',
    { standDown: { ...standDown, groups: 'extensions', signals: {} } },
    ['/standDown unreadable', '/standDown/groups unreadable', '/standDown/signals unreadable'],
  ],
  [
    'a group of extensions without a name',
    { standDown: { ...standDown, groups: ['a', ''] } },
    ['/standDown/groups/1 unreadable'],
  ],
  [
    'a rule for extensions that is a word',
    { standDown: 'always' },
    [
      '/standDown unreadable',
      '/standDown/groups unreadable',
      '/standDown/signals unreadable',
      '/standDown unreadable',
      '/standDown unreadable',
    ],
  ],
  [
    'a precedence that is one word',
    { precedence: ['coupon'] },
    ['/precedence/0 unreadable', ...Array<string>(5).fill('/precedence contradictory')],
  ],
  [
    'a kind nobody knows in the precedence',
    { precedence: [...whole.precedence, ['visit']] },
    ['/precedence/4/0 unreadable'],
  ],
  [
    'claims that are no object',
    { lateClaims: 14, precedence: undefined },
    [
      '/lateClaims unreadable',
      '/lateClaims/window unreadable',
      '/lateClaims/window unreadable',
      '/lateClaims/confirmation unreadable',
    ],
  ],
  [
    'what is wrong in a group, in its place',
    { groups: [{ group: '', windows: {}, inCartSeconds: -1, lateClaims: null }] },
    [
      '/groups/0/group unreadable',
      '/groups/0/windows unreadable',
      '/groups/0/inCartSeconds unreadable',
      '/groups/0/lateClaims unreadable',
      '/groups/0/lateClaims/window unreadable',
      '/groups/0/lateClaims/window unreadable',
      '/groups/0/lateClaims/confirmation unreadable',
    ],
  ],
  [
    'a kind that counts for one group alone, and has no place',
    { groups: [{ group: 'x', windows: { qr: { days: 1 } } }] },
    ['/precedence contradictory'],
  ],
  [
    'another model for a group',
    { groups: [{ group: 'dealers', model: { kind: 'linear' } }] },
    ['/groups/0/model unknown_word'],
  ],
];

/** What is counted in whole numbers: the least and the greatest there may be, and what is written around it. */
const BOUNDS: readonly (readonly [pointer: string, least: number, greatest: number, around: (n: unknown) => object])[] =
  [
    ['/model/halfLifeHours', 1, 17_520, (n) => ({ model: { kind: 'time_decay', halfLifeHours: n } })],
    ['/windows/click/days', 1, 730, (n) => ({ windows: { ...whole.windows, click: { days: n } } })],
    ['/windows/click/hours', 1, 17_520, (n) => ({ windows: { ...whole.windows, click: { hours: n } } })],
    ['/inCartSeconds', 0, 3_540, (n) => ({ inCartSeconds: n })],
    ['/groups/0/inCartSeconds', 0, 3_540, (n) => ({ groups: [{ group: 'dealers', inCartSeconds: n }] })],
    ['/lateClaims/window/days', 1, 730, (n) => ({ lateClaims: { window: { days: n }, confirmation: 'staff' } })],
    ['/standDown/withinMinutes', 1, 43_200, (n) => ({ standDown: { groups: ['x'], signals: [], withinMinutes: n } })],
    ['/standDown/withinSessions', 1, 100, (n) => ({ standDown: { groups: ['x'], signals: [], withinSessions: n } })],
  ];

/** How many there may be, and what is written around so many. */
const LENGTHS: readonly (readonly [pointer: string, greatest: number, around: (length: number) => object])[] = [
  ['/exclusiveCodes', 1_000, (length) => ({ exclusiveCodes: Array(length).fill(exclusive) })],
  ['/suppressedCodes', 1_000, (length) => ({ suppressedCodes: Array(length).fill(suppressed) })],
  ['/preferredPartners', 1_000, (length) => ({ preferredPartners: Array(length).fill(whole.preferredPartners[0]) })],
  ['/groups', 50, (length) => ({ groups: Array.from({ length }, (_, n) => ({ group: `g${n}` })) })],
  ['/standDown/groups', 50, (length) => ({ standDown: { ...standDown, groups: Array(length).fill('x') } })],
];

/** The words there are, in their places: each is taken. */
const WORDS: readonly (readonly [what: string, words: readonly string[], around: (word: string) => object])[] = [
  ['models', ['last_touch', 'first_touch', 'linear'], (kind) => ({ model: { kind } })],
  [
    'receivers of what is missing',
    ['initiator', 'converter', 'both'],
    (missing) => ({ model: { kind: 'split', initiator: 30, contributor: 20, converter: 50, missing } }),
  ],
  [
    'matches',
    ['equals', 'contains', 'starts_with', 'ends_with'],
    (match) => ({ exclusiveCodes: [{ ...exclusive, match }] }),
  ],
  [
    'earnings',
    ['nothing', 'with_click', 'nobody_anything'],
    (earns) => ({ suppressedCodes: [{ ...suppressed, earns }] }),
  ],
  ['confirmations', ['staff', 'valid_code'], (confirmation) => ({ lateClaims: { ...whole.lateClaims, confirmation } })],
  [
    'kinds with windows',
    ['click', 'impression', 'qr', 'coupon', 'postback', 'dealer', 'test_drive'],
    (kind) => ({ windows: { [kind]: { hours: 1 } }, precedence: undefined }),
  ],
];

/** What whoever wrote it is told to do instead. */
const ADVICE: readonly (readonly [change: object, pointer: string, detail: string])[] = [
  [
    { model: 'linear' },
    '/model/kind',
    'must be one of last_touch, first_touch, linear, position_based, time_decay, split',
  ],
  [{ model: { kind: 'linear', first: 1 } }, '/model/first', 'is not a word of policies; known here: kind'],
  [
    { model: { kind: 'position_based', first: 1, middle: 1, last: 1 } },
    '/model',
    'first, middle, last must sum to 100',
  ],
  [{ windows: [] }, '/windows', 'must be an object'],
  [{ windows: {} }, '/windows', 'must give at least one kind of touch a window'],
  [{ windows: { click: {} } }, '/windows/click', 'must have either hours or days'],
  [{ windows: { click: { days: 0 } } }, '/windows/click/days', 'must be a whole number from 1 to 730'],
  [{ precedence: [['click'], ['click']] }, '/precedence/1/0', 'has its place in the order already'],
  [
    { precedence: [['coupon', 'click', 'dealer', 'impression']] },
    '/precedence',
    'must name late_claim too, which has a window',
  ],
  [{ exclusiveCodes: [] }, '/exclusiveCodes', 'must be a list of 1 to 1000'],
  [
    { exclusiveCodes: [{ ...exclusive, code: ' ' }] },
    '/exclusiveCodes/0/code',
    'must be a text of 1 to 100 characters',
  ],
  [
    { exclusiveCodes: [{ ...exclusive, match: 'like' }] },
    '/exclusiveCodes/0/match',
    'must be one of equals, contains, starts_with, ends_with',
  ],
  [
    { exclusiveCodes: [{ ...exclusive, partnerId: 'lena' }] },
    '/exclusiveCodes/0/partnerId',
    'must be an id like par_…',
  ],
  [
    { exclusiveCodes: [{ ...exclusive, from: '2018' }] },
    '/exclusiveCodes/0/from',
    'must be a moment in UTC with milliseconds, like 2018-12-31T00:00:00.000Z',
  ],
  [{ exclusiveCodes: [{ ...exclusive, until: exclusive.from }] }, '/exclusiveCodes/0/until', 'must lie after from'],
  [
    { standDown: { groups: [], signals: [], withinMinutes: 5 } },
    '/standDown',
    'must name at least one group or signal',
  ],
  [{ standDown: { groups: ['x'], signals: [] } }, '/standDown', 'must have either withinMinutes or withinSessions'],
  [{ standDown: { ...standDown, groups: [''] } }, '/standDown/groups/0', 'must be a text of 1 to 100 characters'],
  [
    { groups: [{ group: 'x' }, { group: 'y' }, { group: 'x' }] },
    '/groups/2/group',
    'is what entry 0 says too; only the first would ever apply',
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

  for (const [pointer, least, greatest, around] of BOUNDS)
    it(`takes whole numbers from ${least} to ${greatest} at ${pointer}`, () => {
      for (const n of [least, greatest]) expect(faultsOf(around(n)), String(n)).to.deep.equal([]);
      for (const n of [least - 1, greatest + 1, least + 0.5, String(greatest), null])
        expect(faultsOf(around(n)), String(n)).to.deep.equal([`${pointer} unreadable`]);
    });

  for (const [pointer, greatest, around] of LENGTHS)
    it(`takes up to ${greatest} at ${pointer}`, () => {
      expect(faultsOf(around(greatest))).to.deep.equal([]);
      expect(faultsOf(around(greatest + 1))).to.include(`${pointer} unreadable`);
    });

  for (const [what, words, around] of WORDS)
    it(`takes all ${what}`, () => {
      for (const word of words) expect(faultsOf(around(word)), word).to.deep.equal([]);
      expect(faultsOf(around('Nothing_Known'))).not.to.deep.equal([]);
    });

  it('takes names of groups and codes of a hundred characters', () => {
    const code = 'x'.repeat(100);
    expect(faultsOf({ groups: [{ group: code }], suppressedCodes: [{ ...suppressed, code }] })).to.deep.equal([]);
    for (const group of [`${code}x`, '', 7, undefined])
      expect(faultsOf({ groups: [{ group }] }), String(group)).to.deep.equal(['/groups/0/group unreadable']);
  });

  it('takes a policy of a model and a window, for it needs no more', () => {
    const bare = { model: { kind: 'linear' }, windows: { click: { days: 1 } } };
    expect(readRules(bare)).to.deep.equal({ rules: bare });
  });

  for (const [change, pointer, detail] of ADVICE)
    it(`says of ${pointer}: ${detail}`, () => {
      const reading = readRules({ ...whole, ...change });
      const told = 'faults' in reading ? reading.faults.map((fault) => `${fault.pointer} ${fault.detail}`) : [];
      expect(told).to.include(`${pointer} ${detail}`);
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
