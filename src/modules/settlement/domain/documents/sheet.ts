/** A document before it is on paper: what stands where, in the words of one language. */
import type { Instant } from '../../../../shared/instant.ts';
import type { Language } from './language.ts';

export interface Column {
  readonly title: string;
  /** Its share of the width. */
  readonly share: number;
  readonly align: 'left' | 'right';
}

export type Row = readonly string[];

/** A name, and what it stands for. */
export type Labelled = readonly [label: string, value: string];

export interface Sheet {
  readonly language: Language;
  readonly title: string;
  readonly head: readonly Labelled[];
  readonly columns: readonly Column[];
  readonly rowCount: number;
  readonly rows: AsyncIterable<readonly Row[]>;
  /** Below the rows. */
  readonly sums: readonly Labelled[];
  readonly notes: readonly string[];
  readonly footer: (page: number, pages: number) => string;
  /** The same document has the same bytes, whenever it is printed. */
  readonly madeAt: Instant;
}
