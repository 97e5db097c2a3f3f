/** The part of JSON Schema that a registered type may use: enough for events, and little enough to compare two versions. */

export const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;
export type TypeName = (typeof TYPES)[number];

/** How somebody can be reached: known again by a keyed hash, and by nothing else. */
export const CONTACTS = ['email', 'phone'] as const;
export type Contact = (typeof CONTACTS)[number];

export interface Schema {
  readonly type: TypeName | readonly TypeName[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly 'x-fingerprint'?: Contact;
}

export const typesOf = ({ type }: Schema): readonly TypeName[] => (typeof type === 'string' ? [type] : type);

export const member = (schema: Schema, name: string): Schema | undefined =>
  schema.properties !== undefined && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;

export const at = (pointer: string, ...names: readonly string[]): string =>
  [pointer, ...names.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

/** Fields whose content is replaced by its fingerprint before anything is stored. */
export const fingerprintedBy = (schema: Schema): Readonly<Record<string, Contact>> =>
  Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, { 'x-fingerprint': contact }]) =>
      contact === undefined ? [] : [[name, contact]],
    ),
  );
