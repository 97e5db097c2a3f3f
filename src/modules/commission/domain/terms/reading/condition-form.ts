import { type Faults, type Form, listOf, membersOf } from './form.ts';
import { ALL_OPERATORS, factSchema, factTypeOf, isOfLines, KNOWN_FACTS, OPERANDS } from './operands.ts';

export const MAX_DEPTH = 8;
const MAX_PARTS = 100;

/** `condition`: of a line; `orderCondition`: of the order as a whole, where facts of lines are unknown. */
export type ConditionName = 'condition' | 'orderCondition';

export const conditionForm = (name: ConditionName): Form => ({
  schema: { $ref: `#/$defs/${name}` },
  read: (value, at, faults) => {
    readCondition(value, at, faults, { name, depth: 0 });
  },
});

interface Standing {
  readonly name: ConditionName;
  readonly depth: number;
}

const readCondition = (value: unknown, at: string, faults: Faults, standing: Standing): void => {
  if (standing.depth > MAX_DEPTH) {
    faults.fault(at, 'commission.terms_too_deep', `is nested more than ${MAX_DEPTH} deep`);
    return;
  }
  const members = membersOf(value, at, ['all', 'any', 'fact', ...ALL_OPERATORS], faults);
  if (members === undefined) return;
  const [word, ...more] = Object.keys(members).filter((name) => name !== 'fact');
  if (word === undefined || more.length > 0) {
    faults.unreadable(at, `must have exactly one of all, any, ${ALL_OPERATORS.join(', ')}`);
    return;
  }
  if (word === 'all' || word === 'any') readParts(members, word, at, faults, standing);
  else readComparison(members, word, at, faults, standing);
};

type Words = Readonly<Record<string, unknown>>;

const readParts = (members: Words, word: string, at: string, faults: Faults, standing: Standing): void => {
  if ('fact' in members) faults.unreadable(`${at}/fact`, `does not go with ${word}`);
  const part: Form = {
    schema: {},
    read: (value, place) => {
      readCondition(value, place, faults, { ...standing, depth: standing.depth + 1 });
    },
  };
  listOf(part, 0, MAX_PARTS).read(members[word], `${at}/${word}`, faults);
};

const readComparison = (members: Words, word: string, at: string, faults: Faults, { name }: Standing): void => {
  const { fact } = members;
  const type = factTypeOf(fact);
  if (type === undefined) {
    faults.unreadable(`${at}/fact`, `must be one of ${KNOWN_FACTS.join(', ')}`);
    return;
  }
  if (name === 'orderCondition' && isOfLines(String(fact)))
    faults.unreadable(`${at}/fact`, 'is of a line, and this looks at the order as a whole');
  const operands = OPERANDS[type];
  if (Object.hasOwn(operands, word)) operands[word]?.read(members[word], `${at}/${word}`, faults);
  else if (ALL_OPERATORS.includes(word))
    faults.unreadable(
      `${at}/${word}`,
      `does not go with ${String(fact)}; known here: ${Object.keys(operands).join(', ')}`,
    );
};

// ── the same as JSON Schema ───────────────────────────────────────────────────────────────────────────────────────

/** How deep it may go, no schema can say that is not written out for each depth. */
export const conditionSchema = (name: ConditionName): object => ({
  description: `Tried in order, only as far as needed; nested at most ${MAX_DEPTH} deep.`,
  anyOf: [
    ...['all', 'any'].map((word) => ({
      type: 'object',
      properties: {
        [word]: listOf(conditionForm(name), 0, MAX_PARTS).schema,
      },
      required: [word],
      additionalProperties: false,
    })),
    ...Object.entries(OPERANDS).map(([type, operands]) => ({
      type: 'object',
      properties: {
        fact: factSchema(type as keyof typeof OPERANDS, name === 'condition'),
        ...Object.fromEntries(Object.entries(operands).map(([word, { schema }]) => [word, schema])),
      },
      required: ['fact'],
      minProperties: 2,
      maxProperties: 2,
      additionalProperties: false,
    })),
  ],
});
