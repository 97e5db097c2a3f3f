/** The language of terms, word by word. What one word alone cannot say, `rules.ts` does. */
import type { JsonSchema } from '../../../../../shared/shape.ts';
import { MILESTONES } from '../../../../orders/index.ts';
import { PERIODS } from '../../periods/figures.ts';
import { conditionForm, conditionSchema } from './condition-form.ts';
import {
  described,
  either,
  type Form,
  listOf,
  matching,
  named,
  type Members,
  objectOf,
  oneOf,
  text,
  wholeNumber,
  withAnyOf,
  withOneOf,
} from './form.ts';
import { instantForm, limitMoney, moneyOf, OPERAND_FORMS } from './operands.ts';

/** Of an amount that each line may earn: on all the lines of an order it stays within what an order may come to. */
const LINE_DIGITS = 12;
/** Of an amount that each unit may earn: so do a million of them. */
const UNIT_DIGITS = 9;

const name = text(200);
const lineMoney = moneyOf(LINE_DIGITS);
const unitMoney = moneyOf(UNIT_DIGITS);

/** From 0 to 100. */
const percent = named(
  'percent',
  matching(/^(0?\d{1,2}(\.\d{1,6})?|100(\.0{1,6})?)$/, 'must be a percentage as text, from 0 to 100, like "6.5"'),
);

const PLAIN: Members = {
  percent: described('Of unit price times quantity kept', percent),
  flat: described('Once a line, while anything of it is kept', lineMoney),
  perUnit: described('For each unit kept', unitMoney),
};

const tiers = objectOf({
  by: oneOf(['count', 'revenue']),
  of: oneOf(['partner', 'program']),
  per: oneOf(PERIODS),
  mode: oneOf(['marginal', 'retroactive']),
  steps: listOf(
    objectOf({
      from: described(
        'From so many orders, or so much revenue in minor units, on; the first begins at "0"',
        matching(/^\d{1,18}$/, 'must be a whole number as text'),
      ),
      amount: withOneOf(PLAIN),
    }),
    1,
    20,
  ),
});

const amount = withOneOf({ ...PLAIN, tiers }, {}, { atLeast: lineMoney, atMost: lineMoney });

const timeOfDay = matching(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day like "18:00"');

const during = objectOf(
  { from: instantForm, until: instantForm },
  { weekdays: listOf(wholeNumber(1, 7), 1, 7), hours: listOf(timeOfDay, 2, 2) },
);

const groups = named(
  'groups',
  listOf(
    objectOf(
      { name, rank: wholeNumber(1, 1_000_000), when: conditionForm('condition'), amount },
      { during, budget: described('All that the group pays in the program, over its life', limitMoney) },
    ),
    1,
    200,
  ),
);

const bonuses = named(
  'bonuses',
  listOf(
    objectOf(
      {
        name,
        when: conditionForm('orderCondition'),
        amount: withOneOf({ percent: described('Of the order’s total as kept', percent), flat: lineMoney }),
      },
      { during },
    ),
    0,
    20,
  ),
);

const isOfOrder = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'per' in value && value.per === 'order';

const limits = named(
  'limits',
  listOf(
    either(
      isOfOrder,
      objectOf({ per: oneOf(['order']), amount: limitMoney }),
      withOneOf(
        { amount: limitMoney, orders: wholeNumber(1, 1_000_000_000) },
        { per: oneOf(['partner', 'program']), period: oneOf(PERIODS) },
        {},
      ),
    ),
    0,
    20,
  ),
);

const vesting = named('vesting', listOf(objectOf({ milestone: oneOf(MILESTONES), percent }), 1, MILESTONES.length));
const returnWindowDays = wholeNumber(0, 1_000);

const override = objectOf(
  { name: matching(/^[^/]{1,200}$/u, 'must be a text of 1 to 200 characters without "/"') },
  {
    partners: listOf(
      matching(/^par_[0-7][0-9a-hjkmnp-tv-z]{25}$/, 'must be an id like par_01h455vb4pex5vsknk084sn02q'),
      1,
      1_000,
    ),
    partnerGroups: listOf(text(100), 1, 100),
    groups,
    bonuses,
    limits,
    vesting,
    returnWindowDays,
  },
);

const overrides = listOf(
  withAnyOf(['partners', 'partnerGroups'], override, 'must name partners or partnerGroups: it is for nobody'),
  0,
  50,
);

const recruits = listOf(objectOf({ level: oneOf([1, 2]), percent }, { months: wholeNumber(1, 1_200) }), 0, 2);

export const termsForm: Form = objectOf(
  {
    currency: matching(/^[A-Z]{3}$/, 'must be an ISO 4217 currency'),
    rounding: oneOf(['half_up', 'half_even', 'down', 'up']),
    groups,
    limits,
    vesting,
    returnWindowDays,
  },
  {
    versionAt: oneOf(['touch', 'order', 'delivery']),
    exchange: objectOf({ source: text(100), at: oneOf(['order', 'delivery']) }),
    bonuses,
    overrides,
    recruits,
    reviewAfterDays: wholeNumber(1, 10_000),
    noticeDays: wholeNumber(0, 365),
  },
);

const NAMED = [lineMoney, unitMoney, percent, groups, bonuses, limits, vesting, ...OPERAND_FORMS];

/** JSON Schema 2020-12: for editors, and for whoever makes terms by a program. */
export const termsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: '/v1/schemas/terms',
  title: 'Terms: what a program pays',
  ...termsForm.schema,
  $defs: {
    ...Object.fromEntries(NAMED.map(({ name: each, definition }) => [each, definition])),
    condition: conditionSchema('condition'),
    orderCondition: conditionSchema('orderCondition'),
  },
};
