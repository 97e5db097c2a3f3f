/**
 * Whether `proto/` breaks anybody who was written against `proto/released/`. Everything released must still be there, and
 * mean the same: a message, a field under its number, a value of an enum, a method and what it streams. More may come.
 */
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { readdirSync } from 'node:fs';

interface Numbered {
  readonly name: string;
  readonly number?: number;
}
interface Field extends Numbered {
  readonly label: string;
  readonly type: string;
  readonly typeName?: string;
  readonly oneofIndex?: number;
}
interface Enum {
  readonly name: string;
  readonly value?: readonly Numbered[];
}
interface Message {
  readonly name: string;
  readonly field?: readonly Field[];
  readonly nestedType?: readonly Message[];
  readonly enumType?: readonly Enum[];
  readonly oneofDecl?: readonly { readonly name: string }[];
  /** Both ends are given up. */
  readonly reservedRange?: readonly { readonly start: number; readonly end: number }[];
  readonly reservedName?: readonly string[];
}
interface Method {
  readonly name: string;
  readonly inputType: string;
  readonly outputType: string;
  readonly clientStreaming?: boolean;
  readonly serverStreaming?: boolean;
}
/** As Google describes a file of messages: `google/protobuf/descriptor.proto`. */
interface Package {
  readonly package: string;
  readonly messageType?: readonly Message[];
  readonly enumType?: readonly Enum[];
  readonly service?: readonly { readonly name: string; readonly method?: readonly Method[] }[];
}

/** What is promised, and how it reads: `field a.v1.Event 3` is `type: optional string`. */
type Promises = ReadonlyMap<string, string>;
type Entry = readonly [string, string];

/** What would break somebody who was written against the files in `released`, a line each. */
export const brokenPromises = (released: string, current: string): readonly string[] => {
  const now = promisesOf(packagesIn(current));
  const before = packagesIn(released);
  const broken = [...promisesOf(before)].flatMap(([what, was]) => {
    const is = now.get(what);
    if (is === was) return [];
    return [is === undefined ? `${what} (${was}) is gone` : `${what} was ${was}, and is ${is}`];
  });
  return [...broken, ...before.flatMap(givenUp).flatMap((what) => usedAgain(what, now))];
};

const packagesIn = (folder: string): readonly Package[] => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.proto') && !name.startsWith('released/'),
  );
  const descriptors = Object.values(loadSync(files, { includeDirs: [folder], keepCase: true })).flatMap((definition) =>
    'fileDescriptorProtos' in definition ? (definition.fileDescriptorProtos as readonly Buffer[]) : [],
  );
  const distinct = new Map(descriptors.map((bytes) => [bytes.toString('base64'), bytes]));
  return [...distinct.values()].map((bytes) => descriptorReader().deserialize(bytes) as Package);
};

const descriptorReader = (): MessageTypeDefinition<object, object> =>
  loadSync('google/protobuf/descriptor.proto', { enums: String })[
    'google.protobuf.FileDescriptorProto'
  ] as MessageTypeDefinition<object, object>;

const promisesOf = (packages: readonly Package[]): Promises =>
  new Map(
    packages.flatMap(({ package: name, messageType = [], enumType = [], service = [] }) => [
      ...messageType.flatMap((message) => ofMessage(name, message)),
      ...enumType.flatMap((each) => ofEnum(name, each)),
      ...service.flatMap((each) => (each.method ?? []).map((method) => ofMethod(`${name}.${each.name}`, method))),
    ]),
  );

const ofMessage = (scope: string, message: Message): readonly Entry[] => {
  const name = `${scope}.${message.name}`;
  return [
    [`message ${name}`, 'a message'],
    ...(message.field ?? []).map((field): Entry => [`field ${name} ${field.number}`, described(field, message)]),
    ...(message.nestedType ?? []).flatMap((nested) => ofMessage(name, nested)),
    ...(message.enumType ?? []).flatMap((each) => ofEnum(name, each)),
  ];
};

const described = ({ name, label, type, typeName, oneofIndex }: Field, { oneofDecl = [] }: Message): string => {
  const words = [label.replace('LABEL_', ''), typeName ?? type.replace('TYPE_', '')];
  const choice = oneofIndex === undefined ? '' : ` of ${oneofDecl[oneofIndex]?.name}`;
  return `${name}: ${words.map((word) => (word === typeName ? word : word.toLowerCase())).join(' ')}${choice}`;
};

const ofEnum = (scope: string, { name, value = [] }: Enum): readonly Entry[] =>
  value.map(({ name: word, number = 0 }): Entry => [`value ${scope}.${name} ${number}`, word]);

const ofMethod = (
  service: string,
  { name, inputType, outputType, clientStreaming, serverStreaming }: Method,
): Entry => {
  const streamed = (type: string, streams?: boolean): string => `${streams ? 'stream ' : ''}${type.slice(1)}`;
  return [
    `method ${service}.${name}`,
    `${streamed(inputType, clientStreaming)} -> ${streamed(outputType, serverStreaming)}`,
  ];
};

/** Somebody may still send what was given up, and mean what it meant. */
interface GivenUp {
  readonly message: string;
  readonly isIt: (number: number, name: string) => boolean;
}

const givenUp = ({ package: scope, messageType = [] }: Package): readonly GivenUp[] =>
  messageType.flatMap((message) => givenUpIn(scope, message));

const givenUpIn = (scope: string, message: Message): readonly GivenUp[] => {
  const { name, reservedRange = [], reservedName = [], nestedType = [] } = message;
  const isIt: GivenUp['isIt'] = (number, word) =>
    reservedName.includes(word) || reservedRange.some(({ start, end }) => number >= start && number <= end);
  return [{ message: `${scope}.${name}`, isIt }, ...nestedType.flatMap((each) => givenUpIn(`${scope}.${name}`, each))];
};

const usedAgain = ({ message, isIt }: GivenUp, now: Promises): readonly string[] =>
  [...now].flatMap(([what, is]) => {
    const [kind, owner, number] = what.split(' ');
    const again = kind === 'field' && owner === message && isIt(Number(number), is.split(':')[0] ?? '');
    return again ? [`${what} (${is}) was given up, and is used again`] : [];
  });
