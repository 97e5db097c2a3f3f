/** As little XML as writing needs: elements whose text cannot break out of them. */
export type Xml = string;

export const el = (name: string, ...content: readonly (Xml | undefined)[]): Xml =>
  `<${name}>${content.filter((part) => part !== undefined).join('')}</${name}>`;

export const elWith = (name: string, attributes: Readonly<Record<string, string>>, ...content: readonly Xml[]): Xml => {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${pairs.join('')}>${content.join('')}</${name}>`;
};

/** An element with text, cut to what the format allows. */
export const leaf = (name: string, text: string, max = Infinity): Xml => el(name, escaped(cut(text, max)));

export const documentOf = (namespace: string, ...content: readonly Xml[]): Xml =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${elWith('Document', { xmlns: namespace }, ...content)}\n`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 has no way of writing are left out. */
const IMPOSSIBLE = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/gu;

const escaped = (text: string): string =>
  text.replace(IMPOSSIBLE, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** By code points: half a character is no character. */
const cut = (text: string, max: number): string =>
  text.length <= max ? text : Array.from(text).slice(0, max).join('');
