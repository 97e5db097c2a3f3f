/**
 * All mutants of a file in one: each is an expression beside the original, taken while its number is the active one.
 *
 *     a < b    becomes    (__mutant(7) ? (a <= b) : (a < b))
 *
 * So a file is compiled once, however many mutants it has, and whoever asks for a number that is not active learns at
 * least that a test came by. What is evaluated once when the file is loaded is left alone: no test could switch it.
 */
import ts from 'typescript';

export interface Mutant {
  readonly id: number;
  /** Among those of its file. */
  readonly ordinal: number;
  readonly file: string;
  readonly line: number;
  /** As it is, and as the mutant has it. */
  readonly was: string;
  readonly is: string;
}

export interface Instrumented {
  readonly text: string;
  readonly mutants: readonly Mutant[];
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
};

const METHODS: ReadonlyMap<string, string> = new Map(
  [
    ['some', 'every'],
    ['min', 'max'],
    ['startsWith', 'endsWith'],
    ['toUpperCase', 'toLowerCase'],
    ['plus', 'minus'],
  ].flatMap(([one = '', other = '']) => [
    [one, other],
    [other, one],
  ]),
);

/** Left out, their receiver stays. */
const STEPS = new Set(['filter', 'toSorted', 'toReversed', 'slice', 'trim']);

export const instrument = (file: string, text: string, firstId: number): Instrumented => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const mutants: Mutant[] = [];

  const emit = (node: ts.Node): string => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node);
    const own = emitChildren(node);
    const variants = isSwitchable(node) ? variantsOf(node) : [];
    return variants.reduce(
      (whole, is) => {
        const id = firstId + mutants.length;
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        mutants.push({ id, ordinal: mutants.length, file, line, was: node.getText(), is });
        return `(__mutant(${id}) ? (${is}) : ${whole})`;
      },
      wrapped(node, own, variants),
    );
  };

  /** The text of a node, with what stands between its children as it is. */
  const emitChildren = (node: ts.Node): string => {
    let [out, at] = ['', node.getStart()];
    ts.forEachChild(node, (child) => {
      out += text.slice(at, child.getStart()) + emit(child);
      at = child.end;
    });
    return out + text.slice(at, node.end);
  };

  const textOf = (node: ts.Node): string => text.slice(node.getStart(), node.end);
  return { text: emitChildren(source), mutants };
};

const wrapped = (node: ts.Node, own: string, { length }: readonly string[]): string =>
  length > 0 && ts.isExpression(node) ? `(${own})` : own;

/** In something that runs each time; a heritage and the text behind a tag only look like expressions. */
const isSwitchable = (node: ts.Node): boolean =>
  ts.isExpression(node) &&
  isInFunction(node) &&
  !ts.isTaggedTemplateExpression(node.parent) &&
  !ts.isExpressionWithTypeArguments(node.parent);

const isInFunction = (node: ts.Node): boolean => {
  for (let { parent } = node; !ts.isSourceFile(parent); { parent } = parent) if (ts.isFunctionLike(parent)) return true;
  return false;
};

const variantsOf = (node: ts.Node): readonly string[] => {
  if (ts.isBinaryExpression(node)) return binary(node);
  if (ts.isConditionalExpression(node)) return [node.whenTrue.getText(), node.whenFalse.getText()];
  if (ts.isCallExpression(node)) return [...call(node), ...condition(node)];
  return [...literal(node), ...condition(node)];
};

/** In brackets, for `a ?? b && c` is not allowed without, whatever it means. */
const binary = ({ left, operatorToken, right, parent }: ts.BinaryExpression): readonly string[] => {
  const operators = OPERATORS[operatorToken.getText()] ?? [];
  const isAsked = operators.length > 0 && ts.isIfStatement(parent);
  return [
    ...operators.map((other) => `(${left.getText()}) ${other} (${right.getText()})`),
    ...(isAsked ? ['true', 'false'] : []),
  ];
};

const call = (node: ts.CallExpression): readonly string[] => {
  const { expression, arguments: given } = node;
  // What stands behind a `?.` is only skipped together.
  if (!ts.isPropertyAccessExpression(expression) || ts.isOptionalChain(node)) return [];
  const [receiver, name] = [expression.expression.getText(), expression.name.text];
  if (STEPS.has(name)) return [receiver];
  const other = METHODS.get(name);
  return other === undefined ? [] : [`${receiver}.${other}(${given.map((each) => each.getText()).join(', ')})`];
};

const literal = (node: ts.Node): readonly string[] => {
  if (isKey(node) || isPattern(node)) return [];
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return ['false'];
    case ts.SyntaxKind.FalseKeyword:
      return ['true'];
    case ts.SyntaxKind.StringLiteral:
      return [node.getText() === "''" ? "'mutated'" : "''"];
    case ts.SyntaxKind.BigIntLiteral:
      return [node.getText() === '0n' ? '1n' : '0n'];
    case ts.SyntaxKind.NumericLiteral:
      return [node.getText() === '0' ? '1' : '0'];
    default:
      return ts.isArrayLiteralExpression(node) && node.elements.length > 0 ? ['[]'] : [];
  }
};

/** What a `!`, a minus, or a plain `if` asks. */
const condition = (node: ts.Node): readonly string[] => {
  if (ts.isPrefixUnaryExpression(node) && NEGATIONS.has(node.operator)) return [node.operand.getText()];
  return ts.isIfStatement(node.parent) && node.parent.expression === node ? ['true', 'false'] : [];
};

const NEGATIONS = new Set<ts.PrefixUnaryOperator>([ts.SyntaxKind.ExclamationToken, ts.SyntaxKind.MinusToken]);

const isKey = (node: ts.Node): boolean => ts.isPropertyAssignment(node.parent) && node.parent.name === node;

/** The left side of `[a, b] = [b, a]`. */
const isPattern = ({ parent }: ts.Node): boolean =>
  (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
  ts.isForOfStatement(parent);
