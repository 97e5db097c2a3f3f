import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const ban = (selector, message) => ({ selector, message });

/** Time, chance and the environment come through ports, or a run could not be replayed. */
const impure = [
  ban("NewExpression[callee.name='Date'][arguments.length=0]", 'Ask the Clock.'),
  ban("CallExpression[callee.object.name='Date'][callee.property.name='now']", 'Ask the Clock.'),
  ban("CallExpression[callee.object.name='Math'][callee.property.name='random']", 'Ask Random.'),
  ban("CallExpression[callee.object.name='performance'][callee.property.name='now']", 'Ask the WallClock.'),
  ban(
    "MemberExpression[object.name='process']",
    'Configuration and signals are for src/main.ts and src/infrastructure.',
  ),
  ban("CallExpression[callee.name='parseFloat']", 'Money and rates are never floats.'),
];
const impureGlobals = ['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'process'].map((name) => ({
  name,
  message: 'A technology: write a port for it.',
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.data/', 'test/fixtures/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Ports are abstract classes: a token and a type in one, with nothing in them at run time.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/class-literal-property-style': 'off',
      // Called deprecated because it is offered as a package of its own as well; the parser alone does not check.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', name: 'XMLValidator', package: 'fast-xml-parser' }] },
      ],
      'no-console': 'error',
      complexity: ['error', { max: 10, variant: 'modified' }],
      'max-depth': ['error', 3],
      'max-params': ['error', 6],
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/modules/**/*.ts', 'src/shared/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...impure], 'no-restricted-globals': ['error', ...impureGlobals] },
  },
  {
    // Route tables and wiring are long lists, not long thoughts.
    files: ['**/routes.ts', '**/*-routes.ts', '**/module.ts', 'src/infrastructure/http/api-info.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['src/cli/**/*.ts', 'src/main.ts', 'bench/**/*.ts', 'test/**/*.ts', 'tools/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['*.js', '*.mjs', '.*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: { process: 'readonly', module: 'writable', require: 'readonly' },
    },
  },
  {
    // Runs in customers' pages, as it is written.
    files: ['web/**/*.js'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: Object.fromEntries(
        [
          'document',
          'encodeURIComponent',
          'fetch',
          'localStorage',
          'location',
          'navigator',
          'URL',
          'URLSearchParams',
          'window',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
